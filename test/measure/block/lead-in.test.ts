import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leadInOf } from '../../../src/measure/block/lead-in.ts';

const http = { kind: 'http' } as const;
const plan = { warmupRequests: 400, sliceRequests: 100 };

describe('The lead-in of a block', () => {
  it('A group of the other kind comes before the first one, so that its first slice follows the other arm', () => {
    assert.deepEqual(leadInOf(http, plan, 'bhhbhbbh'), {
      order: ['head', 'base', 'base', 'head'],
      workPerArm: 200,
    });
    assert.deepEqual(leadInOf(http, plan, 'hbbhbhhb').order, ['base', 'head', 'head', 'base']);
  });

  it('An arm that is alone gets as much of it as each of a pair', () => {
    assert.deepEqual(leadInOf(http, plan, 'hhhhhhhh'), {
      order: ['head', 'head'],
      workPerArm: 200,
    });
    assert.deepEqual(leadInOf(http, plan, 'bbbb').order, ['base', 'base']);
  });

  it('It takes half of the warm-up at most, and is left out where it would take more', () => {
    assert.deepEqual(leadInOf(http, { ...plan, warmupRequests: 399 }, 'bhhb'), {
      order: [],
      workPerArm: 0,
    });
  });

  it('A load command has none, nor has a block in which nothing is counted', () => {
    assert.deepEqual(leadInOf({ kind: 'command' }, plan, 'bhhb').order, []);
    assert.deepEqual(leadInOf(http, plan, ''), { order: [], workPerArm: 0 });
  });
});
