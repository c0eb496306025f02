import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import {
  changeOf,
  decide,
  isWithinTolerance,
  levelAt,
  logCost,
  margin,
  passLevel,
  worseP,
} from '../../../src/judge/rule/decide.ts';
import type { Estimate } from '../../../src/judge/rule/estimate.ts';
import { oneAttempt } from '../../../src/judge/statistics/sequential.ts';
import { fc } from '../../support/properties.ts';

const LEVEL = 0.0395;
const DELTA = logCost('cpu', 0.05);

function estimate(d: number, se: number, blocks = 20): Estimate {
  return { d, se, sd: se * Math.sqrt(blocks), degreesOfFreedom: blocks - 1, blocks };
}

function decision(d: number, se: number, shown: { worse?: boolean; better?: boolean } = {}) {
  return decide('cpu', estimate(d, se), 0.05, { worse: false, better: false, ...shown }, LEVEL);
}

describe('the decision at a look', () => {
  it('The decision at a look is unchanged when the upper bound is below the tolerance', () => {
    assert.deepEqual(decision(0.001, 0.01), { word: 'unchanged', reason: null });
  });

  it('The decision at a look says so when a slowdown of less than half the tolerance was shown', () => {
    const told = decision(0.45 * DELTA, 0.004, { worse: true });
    assert.equal(told.word, 'unchanged');
    assert.equal('reason' in told ? told.reason?.code : null, 'small-slowdown');
  });

  it('The decision at a look is a regression when shown and at least half the tolerance', () => {
    assert.deepEqual(decision(0.06, 0.01, { worse: true }), { word: 'regression', reason: null });
  });

  it('The decision at a look fails before it passes: half the tolerance, shown, is a regression although it is within the tolerance', () => {
    const upper = 0.03 + margin(estimate(0.03, 0.004), LEVEL);
    assert.ok(upper < DELTA && 0.03 > DELTA / 2);
    assert.equal(decision(0.03, 0.004, { worse: true }).word, 'regression');
  });

  it('The decision at a look does not hide behind a pass what more blocks may show to be worse', () => {
    assert.equal(decision(0.03, 0.004).word, 'continue');
    assert.ok(isWithinTolerance('cpu', estimate(0.03, 0.004), 0.05, LEVEL));
    assert.equal(decision(0.49 * DELTA, 0.004).word, 'unchanged');
  });

  it('The decision at a look goes on below half the tolerance although a slowdown was shown', () => {
    assert.equal(decision(0.45 * DELTA, 0.02, { worse: true }).word, 'continue');
    assert.equal(decision(0.51 * DELTA, 0.02, { worse: true }).word, 'regression');
  });

  it('The decision at a look goes on when nothing was shown and the interval spans the tolerance', () => {
    assert.equal(decision(0.04, 0.02).word, 'continue');
    assert.equal(decision(0.08, 0.05).word, 'continue');
  });

  it('The decision at a look is an improvement when shown, from half the tolerance on', () => {
    assert.deepEqual(decision(-0.06, 0.01, { better: true }), {
      word: 'improvement',
      reason: null,
    });
    assert.deepEqual(decision(-0.02, 0.004, { better: true }), { word: 'unchanged', reason: null });
  });

  it('The decision at a look does not hide a possible improvement behind a pass', () => {
    assert.equal(decision(-0.03, 0.01).word, 'continue');
    assert.ok(isWithinTolerance('cpu', estimate(-0.03, 0.01), 0.05, LEVEL));
    assert.ok(!isWithinTolerance('cpu', estimate(0.04, 0.01), 0.05, LEVEL));
  });

  it('The decision at a look works without any noise', () => {
    assert.equal(decision(0, 0).word, 'unchanged');
    assert.equal(decision(0.06, 0, { worse: true }).word, 'regression');
    assert.equal(worseP(estimate(0.01, 0)), 0);
    assert.equal(worseP(estimate(0, 0)), 1);
    assert.equal(worseP(estimate(-0.01, 0)), 1);
  });

  it('The decision at a look puts the bounds exactly where the levels say', () => {
    const se = 0.015;
    const half = se * tQuantile(1 - LEVEL, 19);
    assert.ok(DELTA - half < DELTA / 2);
    assert.equal(decision(DELTA - half - 1e-9, se).word, 'unchanged');
    assert.equal(decision(DELTA - half + 1e-9, se).word, 'continue');
    assert.equal(decision(DELTA / 2 - 1e-9, 0).word, 'unchanged');
    assert.equal(decision(DELTA / 2, 0, { worse: true }).word, 'regression');
  });
});

describe('directions', () => {
  it('Less throughput and more CPU are both worse', () => {
    assert.ok(Math.abs(changeOf('throughput', Math.log(2)) - -0.5) < 1e-12);
    assert.ok(Math.abs(changeOf('cpu', Math.log(2)) - 1) < 1e-12);
    assert.ok(logCost('throughput', 0.05) > logCost('cpu', 0.05));
  });

  it('A tolerance is the change at which it is used up', () => {
    const fraction = fc.double({ min: 0.001, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(fraction, (f) => {
        assert.ok(Math.abs(changeOf('throughput', logCost('throughput', f)) + f) < 1e-12);
        assert.ok(Math.abs(changeOf('cpu', logCost('cpu', f)) - f) < 1e-12);
        assert.ok(Math.abs(changeOf('memory', logCost('memory', f)) - f) < 1e-12);
      }),
      { seed: 1 },
    );
  });

  it('P is one-sided', () => {
    const t = tQuantile(0.99, 9);
    assert.ok(Math.abs(worseP(estimate(t, 1, 10)) - 0.01) < 1e-9);
    assert.ok(Math.abs(worseP(estimate(-t, 1, 10)) - 0.99) < 1e-9);
  });
});

it('The pass side spends 5 % whatever the false-alarm rate', () => {
  const plan = oneAttempt([6, 10, 14, 20]);
  assert.equal(passLevel(plan, 3), levelAt(0.05, plan, 3));
  assert.ok(passLevel(plan, 3) > passLevel(plan, 2) && passLevel(plan, 3) < 0.05);
});
