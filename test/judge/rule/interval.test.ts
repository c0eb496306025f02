import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { logCost } from '../../../src/judge/rule/decide.ts';
import type { Estimate } from '../../../src/judge/rule/estimate.ts';
import { intervalOf, withWord } from '../../../src/judge/rule/interval.ts';
import { oneAttempt } from '../../../src/judge/statistics/sequential.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { wholeRule } from '../../support/whole-rule.ts';

const PLAN = oneAttempt(looksFor(20));

function after(blocks: number, d = 0): Estimate {
  return { d, se: 0.01, sd: 0.01 * Math.sqrt(blocks), degreesOfFreedom: blocks - 1, blocks };
}

/** One-sided level of either end. */
function tail(blocks: number, plans: Parameters<typeof intervalOf>[1] = [PLAN]): number {
  const [, high] = intervalOf(after(blocks), plans);
  return 1 - tCdf(high / 0.01, blocks - 1);
}

describe('the printed interval', () => {
  it('The printed interval has stricter ends the more looks there were before it stopped, and those of 97 % at the end of the budget', () => {
    const found = [4, 9, 16, 20].map((blocks) => Number(tail(blocks).toFixed(5)));
    assert.deepEqual(found, [0.015, 0.01, 0.0075, 0.015]);
  });

  it('The printed interval of a continued job is that of an end at the end of each attempt', () => {
    const plan = { looks: looksFor(30), ends: [20, 30] };
    const found = [19, 20, 30].map((blocks) => tail(blocks, [plan]).toFixed(4));
    assert.deepEqual(found, [(0.03 / Math.sqrt(19)).toFixed(4), '0.0150', '0.0150']);
  });

  it('The printed interval about two subjects is that of an end only where both have come to theirs', () => {
    assert.equal(tail(20, [PLAN, PLAN]).toFixed(4), '0.0150');
    const early = (0.03 / Math.sqrt(20)).toFixed(4);
    assert.equal(tail(20, [PLAN, oneAttempt(looksFor(26))]).toFixed(4), early);
    assert.equal(tail(20, [PLAN, null]).toFixed(4), early);
  });

  it('The printed interval is symmetric about the estimate, which is the mean of the blocks', () => {
    const [low, high] = intervalOf(after(9, 0.04), [PLAN]);
    assert.ok(Math.abs((low + high) / 2 - 0.04) < 1e-12);
  });

  it('The printed interval leaves out what the word excludes, and nothing else', () => {
    const wide = [-0.02, 0.09] as const;
    const about = { delta: 0.05, isEitherWay: false };
    assert.deepEqual(withWord(wide, 'regression', about), [0, 0.09]);
    assert.deepEqual(withWord(wide, 'improvement', about), [-0.02, 0]);
    assert.deepEqual(withWord(wide, 'unchanged', about), [-0.02, 0.05]);
    assert.deepEqual(withWord(wide, 'inconclusive', about), wide);
    assert.deepEqual(withWord(wide, 'unchanged', { ...about, delta: null }), wide);
    const contest = { delta: 0.05, isEitherWay: true };
    assert.deepEqual(withWord([-0.07, 0.09], 'unchanged', contest), [-0.05, 0.05]);
    assert.deepEqual(withWord([-0.07, 0.09], 'unchanged', about), [-0.07, 0.05]);
  });

  it('The printed interval holds the truth in 93 of 100 jobs or more by the whole rule, and never contradicts its word', () => {
    const usual = { sd: 0.03, tolerance: 0.05, alpha: 0.01, looks: looksFor(12), jobs: 1500 };
    for (const drop of [0, 0.03, 0.05]) {
      const effect = logCost('throughput', drop);
      const { coverage, contradictions } = wholeRule({ ...usual, effect, seed: 9 });
      assert.ok(coverage.share >= 0.93, `${drop}: ${coverage.share}`);
      assert.equal(contradictions, 0);
    }
  });
});
