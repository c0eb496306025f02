/** Error rates of the rule's parts, each by simulation with a fixed seed; docs/calibration.md has more jobs of the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { logCost } from '../../../src/judge/decide.ts';
import { NOISES } from '../../support/block-noise.ts';
import { familyError, powerAtMde, typeOneError, wholeRule } from '../../support/calibration.ts';

const ALPHAS = [0.05, 0.01, 0.01 / 3, 0.01 / 6];
const JOBS = 20_000;

describe('the sequential test of a server that did not change', () => {
  for (const { name, draw, isSymmetric } of NOISES.filter((noise) => noise.isSymmetric)) {
    it(`rejects no more often than it may: ${name}`, () => {
      assert.ok(isSymmetric);
      for (const blocks of [6, 13, 20, 60]) {
        const shares = typeOneError(draw, { alphas: ALPHAS, blocks, jobs: JOBS, seed: blocks });
        for (const [i, { share }] of shares.entries()) {
          const alpha = ALPHAS[i] as number;
          // Normal bounds on Student's t cost up to a tenth of alpha at few blocks (docs/calibration.md).
          const most = 1.15 * alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / JOBS);
          assert.ok(share <= most, `${blocks} blocks, alpha ${alpha}: ${share} > ${most}`);
        }
      }
    });
  }

  it('is honest about what it cannot hold: blocks that are not independent reject too often', () => {
    const following = NOISES.find(({ name }) => name.includes('0.6'));
    assert.ok(following);
    const [share] = typeOneError(following.draw, {
      alphas: [0.01],
      blocks: 20,
      jobs: 5000,
      seed: 1,
    });
    assert.ok((share?.share ?? 0) > 0.03, `${share?.share}`);
  });
});

describe("Holm's procedure on sequential p-values", () => {
  for (const [metrics, correlation, slower] of [
    [2, 0, 0],
    [6, 0.25, 0],
    [6, 0.8, 2],
  ] as const) {
    it(`keeps the family's error: ${metrics} metrics, correlation ${correlation}, ${slower} really slower`, () => {
      const jobs = 3000;
      const { share } = familyError({ metrics, correlation, slower, jobs, seed: 7 });
      assert.ok(share <= 0.0115 + 3 * Math.sqrt((0.01 * 0.99) / jobs), `${share}`);
    });
  }
});

describe('the smallest visible change', () => {
  for (const blocks of [6, 10, 20]) {
    for (const sd of [0.01, 0.03, 0.08]) {
      it(`is shown in 80 of 100 jobs: ${blocks} blocks, ${100 * sd} % noise`, () => {
        const { share } = powerAtMde({ blocks, sd, jobs: 4000, seed: 3 });
        assert.ok(share > 0.77 && share < 0.84, `${share}`);
      });
    }
  }
});

describe('the whole rule', () => {
  it('passes what is as slow as the tolerance no more often than it may', () => {
    const { unchanged } = wholeRule({
      effect: logCost('throughput', 0.05),
      sd: 0.03,
      blocks: 20,
      jobs: 5000,
      seed: 5,
    });
    assert.ok(unchanged.share <= 0.05 + 3 * unchanged.se, `${unchanged.share}`);
  });

  it('prints intervals that hold the truth, whenever it stops', () => {
    for (const effect of [0, 0.03, 0.08]) {
      const { coverage } = wholeRule({ effect, sd: 0.03, blocks: 20, jobs: 4000, seed: 9 });
      assert.ok(coverage.share >= 0.92, `${effect}: ${coverage.share}`);
    }
  });
});
