/** The rules of others, held to what their sources and textbooks say. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mean, sampleVariance } from 'simple-statistics';
import { accuracyPage } from '../../bench/accuracy-page.ts';
import { wins } from '../../bench/rivals/autocannon-compare.ts';
import { baseThenHead } from '../../bench/rivals/base-then-head.ts';
import { isSlower } from '../../bench/rivals/benchstat.ts';
import { compareRules, rotated } from '../../bench/rivals/compare.ts';
import { isAlert, thresholdRule } from '../../bench/rivals/github-action-benchmark.ts';
import { mannWhitneyP, uStatistic } from '../../bench/rivals/mann-whitney.ts';
import { around, blockRate, runOf } from '../../bench/rivals/runs.ts';
import { welchP } from '../../bench/rivals/welch.ts';
import { buildSelfTest } from '../self-test/build.ts';
import { buildMeasurement } from '../support/measurement.ts';

/** Throughput of base 40,000 a second, slices of 25 ms. */
function blocksOf(ratios: readonly number[], slices = 80) {
  const { subjects } = buildMeasurement({
    slices,
    subjects: [{ blocks: ratios.map((throughput) => ({ throughput })) }],
  });
  return subjects[0]?.blocks ?? [];
}

describe('Mann and Whitney', () => {
  // Hollander and Wolfe 1973, p. 69: the example of R's wilcox.test.
  const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const y = [1.15, 0.88, 0.9, 0.74, 1.21];

  it('The test of The test of Mann and Whitney is that of R: W = 35, p = 0.1272 one-sided', () => {
    assert.equal(uStatistic(x, y), 35);
    assert.equal(Number((mannWhitneyP(x, y) / 2).toFixed(4)), 0.1272);
    assert.equal(mannWhitneyP(y, x), mannWhitneyP(x, y));
  });

  it("The test of The test of Mann and Whitney has benchstat's smallest p-values where the samples do not overlap", () => {
    for (const [n, p] of [
      [3, 0.1],
      [4, 0.02857142857142857],
      [9, 4.113533525298231e-5],
    ] as const) {
      const low = Array.from({ length: n }, (_, i) => i);
      assert.ok(
        Math.abs(
          mannWhitneyP(
            low,
            low.map((value) => value + n),
          ) /
            p -
            1,
        ) < 1e-9,
      );
    }
  });

  it('The test of Mann and Whitney is 1 where nothing differs, ties and all', () => {
    assert.equal(mannWhitneyP([1, 1, 1], [1, 1, 1]), 1);
    const tied = mannWhitneyP([1, 2, 2, 3, 4], [2, 5, 6, 7, 8]);
    assert.ok(tied > 0.03 && tied < 0.08);
  });
});

describe('Welch', () => {
  it('The test of Welch is that of R: t.test(extra ~ group, sleep), p = 0.07939', () => {
    const [one, two] = [
      [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
      [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    ].map((v) => ({ mean: mean(v), variance: sampleVariance(v), size: v.length })) as [
      Parameters<typeof welchP>[0],
      Parameters<typeof welchP>[0],
    ];
    assert.equal(Number(welchP(one, two).toFixed(5)), 0.07939);
  });

  it('The test of Welch needs no variance to tell equal from unequal', () => {
    const constant = (value: number) => ({ mean: value, variance: 0, size: 10 });
    assert.deepEqual([welchP(constant(1), constant(1)), welchP(constant(1), constant(2))], [1, 0]);
  });
});

describe('runs', () => {
  it("Runs have one arm's slices alone", () => {
    const [block] = blocksOf([Math.log(2)]);
    assert.ok(block !== undefined);
    assert.equal(Math.round(blockRate(block, 'base') ?? 0), 40_000);
    assert.equal(Math.round(blockRate(block, 'head') ?? 0), 20_000);
  });

  it('Runs are put together of the blocks that it takes, second by second', () => {
    // 40 slices of 25 ms are a second of base in each block.
    const run = runOf(blocksOf([0, 0, 0, 0]), 'base', 3);
    assert.deepEqual(run?.perSecond.map(Math.round), [40_000, 40_000, 40_000]);
    assert.equal(run?.blocks, 3);
    assert.equal(run?.requests, 120_000);
    assert.equal(runOf(blocksOf([0, 0]), 'base', 3), null);
  });

  it('Runs begin again after the last block', () => {
    const blocks = blocksOf([0, 0, 0]);
    assert.deepEqual(
      around(blocks, 2, 3).map(({ index }) => index),
      [2, 0, 1],
    );
  });
});

describe('the rules', () => {
  it('github-action-benchmark: previous over current, above the threshold', () => {
    assert.equal(isAlert(200, 100, 2), false);
    assert.equal(isAlert(201, 100, 2), true);
    assert.equal(isAlert(100, 200, 1.1), false);
  });

  it('The rule of autocannon-compare: more than 5% of the second, whatever the seconds say', () => {
    const run = (level: number) => ({
      perSecond: Array.from({ length: 10 }, (_, i) => level * (1 + (i % 2 === 0 ? 0.1 : -0.1))),
      requests: 10 * level,
      blocks: 1,
    });
    assert.equal(wins(run(41_999), run(40_000)), false);
    assert.equal(wins(run(42_001), run(40_000)), true);
    assert.equal(wins(run(40_000), run(42_001)), false);
  });

  it('The rule of benchstat: significant, and in the wrong direction', () => {
    const fast = Array.from({ length: 10 }, (_, i) => 100 + i);
    const slow = fast.map((rate) => rate - 20);
    assert.deepEqual(
      [isSlower(fast, slow), isSlower(slow, fast), isSlower(fast, fast)],
      [true, false, false],
    );
  });

  it('Base, then head: a plain loss is seen, a small one is below the floor', () => {
    const noisy = (d: number) => blocksOf(Array.from({ length: 40 }, (_, i) => d + (i % 5) / 1000));
    const rule = baseThenHead({ runs: 20, alpha: 0.005, tolerance: 0.05 });
    assert.equal(rule.judge(noisy(0.1), 0)?.red, true);
    assert.equal(rule.judge(noisy(0.01), 0)?.red, false);
    assert.equal(rule.judge(noisy(0.1).slice(0, 39), 0), null);
  });

  it('The rule of are asked from every block on, and count no more trials than blocks allow', () => {
    const blocks = blocksOf(Array.from({ length: 40 }, () => 0.2));
    const rate = rotated(thresholdRule(1.1), blocks);
    assert.deepEqual([rate?.count, rate?.of], [40, 40]);
    // Two runs of 10 s are 10 and 9 blocks: about two trials, which is nearly nothing.
    assert.ok((rate?.interval[0] ?? 1) < 0.4);
    assert.equal(rotated(thresholdRule(1.1), blocks.slice(0, 10)), null);
  });
});

describe('side by side', () => {
  const selfTest = buildSelfTest({
    doses: [
      { asked: 0, blocks: 40 },
      { asked: 0.1, blocks: 40 },
    ],
    sd: 0.02,
    slices: 80,
  });

  it('All rules are asked about all doses', () => {
    const found = compareRules(selfTest, { jobs: 20, leadMs: null, tolerances: [0.05] });
    assert.deepEqual(found?.doses, [0, 0.1]);
    assert.equal(found?.rules.length, 9);
    for (const { name, red } of found?.rules ?? []) {
      assert.ok(
        red.every((rate) => rate !== null),
        name,
      );
    }
    const [none, ten] = found?.rules.at(-1)?.red ?? [];
    assert.equal(none?.count, 0);
    // A health check may doubt a job now and then.
    assert.ok((ten?.count ?? 0) >= 16);
  });

  it('Rules side by side are a page, which is the same each time', () => {
    const options = { resampledJobs: 20, hasCalibration: true };
    const page = accuracyPage([{ name: 'api', selfTest }], options);
    assert.equal(accuracyPage([{ name: 'api', selfTest }], options), page);
    for (const heading of [
      '# Accuracy',
      '## Goals',
      '## How to repeat it',
      '## Self-test of `api/plain`',
      '### Side by side with the rules in use',
      '## What the comparison can tell',
    ]) {
      assert.ok(page.includes(`\n${heading}\n`), heading);
    }
    assert.match(page, /--doses 0%,10% --blocks 40 --jobs 0 --budget 120s --seed 11/);
    assert.match(page, /\(calibration\.md\)/);
    assert.ok(
      !accuracyPage([{ name: 'api', selfTest }], {
        ...options,
        hasCalibration: false,
      }).includes('calibration.md'),
    );
  });
});
