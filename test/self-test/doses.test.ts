import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  doseName,
  knobDoses,
  parseDoses,
  pauseDoses,
  unitsToCost,
} from '../../src/self-test/doses.ts';
import { Dose } from '../../src/self-test/record.ts';

const near = (value: number | null | undefined, wanted: number) =>
  assert.ok(Math.abs((value ?? Number.NaN) - wanted) < 1e-12, `${value} is not ${wanted}`);

describe('doses', () => {
  it('Doses are read as people write them, with unchanged among them', () => {
    assert.deepEqual(parseDoses('5%, 2.5% 10%', '--doses'), [0, 0.025, 0.05, 0.1]);
    assert.deepEqual(parseDoses('0,0%,5%,5%', '--doses'), [0, 0.05]);
  });

  for (const text of ['5', 'much', '-5%', '60%', '5%,x']) {
    it(`Doses are refused with their place: ${text}`, () => {
      assert.throws(() => parseDoses(text, '--doses'), /--doses.*is no drop in throughput/s);
    });
  }

  it('Two doses that would be kept under one name are refused', () => {
    for (const text of ['3.001%,3.004%', '0.001%, 0.002%']) {
      assert.throws(() => parseDoses(text, '--doses'), /--doses.*two of the doses are [03]%/s);
    }
    assert.deepEqual(parseDoses('3%,3.01%', '--doses'), [0, 0.03, 0.0301]);
  });

  it('Doses have names for files', () => {
    assert.deepEqual([0, 0.02, 0.025, 0.1].map(doseName), ['none', '2pc', '2.5pc', '10pc']);
    for (const drop of [0, 0.025]) Dose.shape.name.parse(doseName(drop));
  });

  it('Doses of a knob are scaled down from one larger dose', () => {
    // 1,000 units double the cost of a request: a unit is a thousandth.
    const calibration = { units: 1000, blocks: 10, throughput: Math.LN2, cpu: Math.log(1.5) };
    const [none, five] = knobDoses([0, 0.05], 'WORK', calibration);
    const nought = { WORK: '00000000' };
    assert.deepEqual(none?.injection, { env: { base: nought, head: nought }, pauses: 0 });
    assert.deepEqual(none?.expected, { throughput: 0, cpu: 0 });
    // 1/0.95 - 1 = 0.0526…: 53 units, which leave 1/1.053 of the throughput.
    assert.deepEqual(five?.injection.env, { base: nought, head: { WORK: '00000053' } });
    near(five?.expected.throughput, 1 / 1.053 - 1);
    near(five?.expected.cpu, 0.0265);
  });

  it('Doses that whole units cannot make are refused, with what they can', () => {
    // One unit makes a request 4 % dearer: of 5 % a single one makes 3.8 %, of 14 % four make 13.8 %.
    const calibration = { units: 25, blocks: 10, throughput: Math.LN2, cpu: null };
    const [, most] = knobDoses([0, 0.14], 'WORK', calibration);
    assert.deepEqual(most?.injection.env.head, { WORK: '00000004' });
    assert.throws(
      () => knobDoses([0.05], 'WORK', calibration),
      /WORK is too coarse for a dose of 5%: one unit makes a request 4% dearer, so the nearest is 3\.8%/,
    );
  });

  it('Doses of pauses are their share of the time, which is of no known size', () => {
    assert.deepEqual(pauseDoses([0.05]), [
      {
        name: '5pc',
        asked: 0.05,
        injection: { env: { base: {}, head: {} }, pauses: 0.05 },
        expected: { throughput: null, cpu: 0 },
      },
    ]);
  });
});

describe('the dose that adds a share to the cost of a request', () => {
  it('The dose that adds a share to the cost of a request is found in one step from any effect', () => {
    assert.equal(unitsToCost(1, 100, Math.LN2), 100);
    assert.equal(unitsToCost(1, 100, Math.log(1.1)), 1000);
    assert.equal(unitsToCost(0.3, 100, Math.log(1.1)), 300);
    assert.equal(unitsToCost(1, 100, Math.log(5)), 25);
  });

  it('The dose that adds a share to the cost of a request stays within the digits when nothing is seen', () => {
    assert.ok(unitsToCost(1, 99_999_999, -0.5) <= 99_999_999);
    assert.ok(unitsToCost(1, 1, 50) >= 1);
  });
});
