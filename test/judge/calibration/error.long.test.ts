/** Error rates of the rule's parts, each by simulation with a fixed seed; docs/calibration.md has more jobs of the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { logCost } from '../../../src/judge/rule/decide.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { NOISES } from '../../support/block-noise.ts';
import { familyError, powerAtMde, typeOneError } from '../../support/calibration.ts';
import { FEW_BLOCKS } from '../../support/few-blocks.ts';
import { wholeRule } from '../../support/whole-rule.ts';

const ALPHAS = [0.05, 0.01, 0.01 / 3, 0.01 / 6];
const JOBS = 20_000;

describe('the sequential test of a server that did not change', () => {
  for (const { name, draw, isSymmetric } of NOISES.filter((noise) => noise.isSymmetric)) {
    it(`The sequential test of a server that did not change rejects no more often than it may: ${name}`, () => {
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

  it('The sequential test of a server that did not change is honest about what it cannot hold: blocks that are not independent reject too often', () => {
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
    it(`Holm's procedure on sequential p-values keeps the family's error: ${metrics} metrics, correlation ${correlation}, ${slower} really slower`, () => {
      const jobs = 3000;
      const { share } = familyError({ metrics, correlation, slower, jobs, seed: 7 });
      assert.ok(share <= 0.0115 + 3 * Math.sqrt((0.01 * 0.99) / jobs), `${share}`);
    });
  }
});

describe('the smallest visible change', () => {
  const cases = [
    ...[0.003, 0.01, 0.03, 0.08].flatMap((sd) =>
      [6, 10, 20].map((blocks) => ({ sd, blocks, tolerance: 0.05, family: 4 })),
    ),
    { sd: 0.0115, blocks: 20, tolerance: 0.02, family: 4 },
    { sd: 0.0115, blocks: 20, tolerance: 0.01, family: 1 },
    { sd: 0.03, blocks: 60, tolerance: 0.03, family: 24 },
    { sd: 0.25, blocks: 20, tolerance: 0.2, family: 8 },
  ];
  for (const { sd, blocks, tolerance, family } of cases) {
    const title = `${100 * sd} % noise, at most ${blocks} blocks, tolerance ${100 * tolerance} %, ${family} metrics`;
    it(`The smallest visible change is a regression in 80 of 100 jobs by the whole rule: ${title}`, () => {
      const rule = { sd, tolerance, alpha: 0.01 / family, looks: looksFor(blocks) };
      const { share, se } = powerAtMde({ ...rule, jobs: 10_000, seed: 3 });
      // The figure itself is simulated too, over 8,192 jobs.
      assert.ok(Math.abs(share - 0.8) < 3 * Math.hypot(se, 0.0044), `${share}`);
    });
  }
});

describe('the whole rule', () => {
  const usual = { sd: 0.03, tolerance: 0.05, alpha: 0.01, looks: looksFor(20) };

  it('The whole rule passes what is as slow as the tolerance no more often than it may', () => {
    const effect = logCost('throughput', 0.05);
    const { unchanged } = wholeRule({ ...usual, effect, jobs: 5000, seed: 5 });
    assert.ok(unchanged.share <= 0.05 + 3 * unchanged.se, `${unchanged.share}`);
  });

  it('The whole rule fails what did not change no more often than it may, however quiet or noisy it is', () => {
    for (const sd of [0.003, 0.01, 0.03, 0.08]) {
      const { regression } = wholeRule({ ...usual, sd, effect: 0, jobs: 20_000, seed: 6 });
      // Normal bounds on Student's t cost up to a tenth of alpha at few blocks (docs/calibration.md).
      assert.ok(regression.share <= 0.0115 + 3 * regression.se, `${sd}: ${regression.share}`);
    }
  });

  it('The whole rule prints intervals that hold the truth, whenever it stops, and that never contradict its word', () => {
    const budgets = [4, 6, 20, 40];
    // Noises from which on nothing passes early, up to those at which nearly nothing passes at all.
    for (const [sd, tolerance] of [
      [0.01, 0.05],
      [0.03, 0.05],
      [0.08, 0.05],
      [0.03, 0.02],
    ] as const) {
      for (const blocks of budgets) {
        for (const drop of [0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1]) {
          const effect = logCost('throughput', drop);
          const rule = { sd, tolerance, alpha: 0.01, looks: looksFor(blocks) };
          const found = wholeRule({ ...rule, effect, jobs: 4000, seed: 9 });
          const { coverage, contradictions } = found;
          assert.ok(coverage.share >= 0.93, `${drop}, ${sd}, ${blocks} blocks: ${coverage.share}`);
          assert.equal(contradictions, 0);
        }
      }
    }
  });
});

describe('the rule with few blocks', () => {
  const usual = { sd: 0.03, tolerance: 0.02, alpha: 0.01 / 4, effect: 0, jobs: 10_000, seed: 21 };
  const wrong = (draw: (typeof FEW_BLOCKS)[number]['draw'], blocks: number) => {
    const found = wholeRule({ ...usual, draw, looks: looksFor(blocks) });
    return found.regression.share;
  };

  for (const { name, draw, from = 4 } of FEW_BLOCKS.filter(({ keepsLevel }) => keepsLevel)) {
    it(`The rule with few blocks fails equal builds on a restless machine no more often than it may: ${name}`, () => {
      for (const blocks of [4, 5, 6, 8].filter((one) => one >= from)) {
        const most = usual.alpha + 3 * Math.sqrt(usual.alpha / usual.jobs);
        const share = wrong(draw, blocks);
        assert.ok(share <= most, `${blocks} blocks: ${share}`);
      }
    });
  }

  for (const { name, draw } of FEW_BLOCKS.filter(({ keepsLevel }) => !keepsLevel)) {
    it(`The rule with few blocks cannot hold its level where blocks are not independent, and more blocks make it no better: ${name}`, () => {
      const [few, more] = [wrong(draw, 4), wrong(draw, 8)];
      assert.ok(few > 1.2 * usual.alpha, `${few}`);
      assert.ok(more > few, `${few}, ${more}`);
    });
  }
});
