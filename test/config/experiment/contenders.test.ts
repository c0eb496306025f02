import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  armNames,
  forArm,
  programsOf,
  rootFor,
} from '../../../src/config/experiment/contenders.ts';
import { Server } from '../../../src/config/experiment/server.ts';
import { contender, versus } from '../../support/contenders.ts';
import { buildMeasurement } from '../../support/measurement.ts';

const [PLAIN] = buildMeasurement({ subjects: [{ blocks: [] }] }).experiment.servers as [Server];
const PAIR = versus(contender('gleam', { root: '1', env: { A: '1' } }), 'go');

describe('contenders', () => {
  it('Each arm of a pair has the program and the name of its own contender', () => {
    const base = forArm(PAIR, 'base');
    assert.equal(base.name, 'gleam');
    assert.equal(base.start, 'node gleam.js');
    assert.deepEqual(base.env, { A: '1' });
    assert.equal(forArm(PAIR, 'head').start, 'node go.js');
    assert.deepEqual(forArm(PAIR, 'head').env, {});
    assert.deepEqual([rootFor(PAIR, 'base'), rootFor(PAIR, 'head')], ['1', '0']);
    assert.deepEqual(armNames(PAIR), { base: 'gleam', head: 'go' });
  });

  it('The program of one arm is a server like any other', () => {
    assert.deepEqual(Server.parse(forArm(PAIR, 'head')), forArm(PAIR, 'head'));
  });

  it('A pair has two programs, and every other server one', () => {
    assert.deepEqual(
      programsOf(PAIR).map(({ name }) => name),
      ['gleam', 'go'],
    );
    assert.deepEqual(programsOf(PLAIN), [PLAIN]);
  });

  it('A pair is written and read as it is, under both names', () => {
    assert.equal(PAIR.name, 'gleam-vs-go');
    assert.deepEqual(Server.parse(PAIR), PAIR);
  });

  it('A server without contenders is the same for both arms, which are base and head', () => {
    assert.equal(forArm(PLAIN, 'base'), PLAIN);
    assert.equal(rootFor(PLAIN, 'head'), '.');
    assert.deepEqual(armNames(PLAIN), { base: 'base', head: 'head' });
  });
});
