import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from '../../src/judge/judge.ts';
import { looksFor, MIN_BLOCKS } from '../../src/plan/looks.ts';
import { outcomesOf, outcomesOfResampled } from '../../src/self-test/outcomes.ts';
import { blocksIn, jobOf, type Pool, poolOf, withTolerance } from '../../src/self-test/pool.ts';
import { disjointJobs, resampledJobs, varianceOfMean } from '../../src/self-test/resample.ts';
import type { Outcomes } from '../../src/self-test/result.ts';
import { buildSelfTest } from './build.ts';

const CLOCK = { blockMs: 6000, leadMs: 10_000 };

/** `chunk`: blocks of a run; all in one by default, so that nothing is known of what runs have in common. */
function poolFor(
  asked: number,
  blocks: number,
  seed: number,
  { sd = 0.03, chunk = blocks, runSd = 0 } = {},
): Pool {
  const { chunks, record } = buildSelfTest({ doses: [{ asked, blocks }], sd, seed, chunk, runSd });
  const [parts] = chunks.values();
  const pool = poolOf(parts ?? [], record.subject, record.budgetMs);
  assert.ok(pool !== null);
  return pool;
}

function caught(outcomes: Outcomes | null) {
  const found = outcomes?.verdicts.find(({ word }) => word === 'regression');
  assert.ok(found !== undefined);
  return found.rate;
}

describe('a pool', () => {
  it('A pool has all blocks of all chunks, and the looks of the budget', () => {
    const pool = poolFor(0, 25, 1, { chunk: 10 });
    assert.equal(pool.blocks.length, 25);
    assert.deepEqual(pool.plan.looks, looksFor(20));
    assert.deepEqual(pool.plan.ends, [20]);
    assert.deepEqual(
      pool.plan.blocks.map(({ index }) => index),
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  it('A pool is none without blocks', () => {
    assert.equal(poolOf([], { server: 'api', scenario: 'plain' }, 120_000), null);
  });

  it('A pool plans what the budget was cut into, although lengths are rounded', () => {
    assert.equal(blocksIn(180_000, 6000), 30);
    // 180 s in 29 blocks of 6206.9 ms.
    assert.equal(blocksIn(180_000, 6207), 29);
    assert.equal(blocksIn(10_000, 6000), MIN_BLOCKS);
    assert.equal(blocksIn(3_600_000, 6000), 60);
  });
});

describe('a job of resampled blocks', () => {
  it('A job of resampled blocks is what the gate says of the same measurement', () => {
    const pool = poolFor(0.05, 20, 3);
    const whole = jobOf(pool, pool.blocks);
    assert.deepEqual(
      whole.subjects[0]?.blocks.map(({ index }) => index),
      Array.from({ length: 20 }, (_, i) => i),
    );
    const [job] = disjointJobs(pool);
    assert.ok(job !== undefined);
    assert.deepEqual(job.verdict, judge(jobOf(pool, pool.blocks.slice(0, job.blocks))));
  });

  it('A job of resampled blocks is the same for the same seed, and another for another', () => {
    const pool = poolFor(0.03, 40, 4);
    const drawn = (seed: number) => resampledJobs(pool, 5, seed).drawn.map((counts) => [...counts]);
    assert.deepEqual(drawn(1), drawn(1));
    assert.notDeepEqual(drawn(1), drawn(2));
    for (const counts of drawn(1))
      assert.equal(
        counts.reduce((a, b) => a + b, 0),
        10,
      );
  });

  it('A job of resampled blocks keeps the orders that its blocks were measured in, balanced over each two', () => {
    const pool = poolFor(0, 60, 12);
    const [[one, other] = []] = pool.runs.flat().slice(7);
    assert.ok(one !== undefined && other !== undefined);
    const { plan } = jobOf(pool, [one, other]);
    const orders = plan.subjects[0]?.blocks ?? [];
    assert.equal(orders.length, 20);
    assert.deepEqual(orders[0], { ...one.plan, index: 0 });
    assert.deepEqual(orders[1], { ...other.plan, index: 1 });
    for (const order of ['startOrder', 'connectOrder', 'warmupOrder'] as const) {
      assert.deepEqual(orders[0]?.[order], orders[1]?.[order].toReversed());
    }
  });

  it('A job of resampled blocks is none of single blocks', () => {
    assert.throws(() => resampledJobs(poolFor(0, 1, 1), 1, 1), RangeError);
  });

  it('A job of resampled blocks stops at the look that decides', () => {
    const pool = poolFor(0.1, 40, 5);
    const { outcomes } = resampledJobs(pool, 20, 1);
    for (const { verdict, blocks } of outcomes) {
      assert.ok(pool.plan.looks.includes(blocks));
      assert.equal(verdict.subjects[0]?.blocks, blocks);
    }
  });

  it('A job of resampled blocks can be held to a smaller tolerance', () => {
    const pool = withTolerance(poolFor(0.03, 60, 6, { sd: 0.01 }), 0.03);
    const { tolerance } = pool.template.experiment.gate;
    assert.deepEqual([tolerance.throughput, tolerance.cpu, tolerance.memory], [0.03, 0.03, 0.05]);
    const found = caught(outcomesOfResampled(resampledJobs(pool, 50, 1), CLOCK));
    assert.ok((found.share ?? 0) > 0.9);
  });
});

describe('disjoint jobs', () => {
  it('Disjoint jobs use no block twice, and begin only where a whole budget is left', () => {
    const pool = poolFor(0, 100, 7);
    const jobs = disjointJobs(pool);
    const before = jobs.slice(0, -1).reduce((sum, { blocks }) => sum + blocks, 0);
    assert.ok(jobs.length >= 5);
    assert.ok(before <= 80);
    const used = before + (jobs.at(-1)?.blocks ?? 0);
    assert.ok(used > 80 && used <= 100);
  });

  it('Disjoint jobs are none when not even one job fits', () => {
    assert.deepEqual(disjointJobs(poolFor(0, 19, 8)), []);
  });
});

describe('the intervals of resampled jobs', () => {
  it('The intervals of resampled jobs hold the luck of the pool: the variance of a mean of blocks is known', () => {
    const pool = poolFor(0, 100, 9);
    const { drawn } = resampledJobs(pool, 3000, 1);
    const values = pool.runs.flat().map((_, i) => Math.sin(7 * i));
    const middle = values.reduce((a, b) => a + b, 0) / 50;
    const spread = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / 50;
    const means = drawn.map(
      (counts) => counts.reduce((sum, times, i) => sum + times * (values[i] as number), 0) / 10,
    );
    // Of the pool's mean, and of the mean of 3,000 jobs of 10 draws each.
    const known = spread / 50 + spread / 10 / 3000;
    assert.ok(Math.abs(varianceOfMean(means, drawn) / known - 1) < 0.1);
  });

  it('The intervals of resampled jobs cover the rate of independent jobs, whichever blocks a pool happened to get', () => {
    const independent = outcomesOf(disjointJobs(poolFor(0.03, 8000, 99)), CLOCK);
    const truth = caught(independent).share ?? 0;
    const pools = Array.from({ length: 20 }, (_, i) => {
      const pool = poolFor(0.03, 60, i + 1);
      const { share, interval } = caught(outcomesOfResampled(resampledJobs(pool, 200, i), CLOCK));
      return { share: share ?? 0, covers: interval[0] <= truth && truth <= interval[1] };
    });
    assert.ok(pools.filter(({ covers }) => covers).length >= 16);
    const middle = pools.reduce((sum, { share }) => sum + share, 0) / pools.length;
    assert.ok(Math.abs(middle - truth) < 0.15);
    // The intervals that the number of draws alone would give are far too narrow.
    const narrow = pools.filter(
      ({ share }) => Math.abs(share - truth) < 1.96 * Math.sqrt((share * (1 - share)) / 200),
    );
    assert.ok(narrow.length < 14);
  });

  it('The intervals of resampled jobs count no more jobs than the pool has blocks for when none did, however many were drawn', () => {
    const pool = poolFor(0, 60, 10, { sd: 0.01 });
    for (const jobs of [100, 400]) {
      const outcomes = outcomesOfResampled(resampledJobs(pool, jobs, 1), CLOCK);
      const rate = caught(outcomes);
      assert.deepEqual([rate.count, rate.of, rate.share], [0, jobs, 0]);
      // Wilson's interval of none of so many: z² / (n + z²).
      const trials = 60 / (outcomes?.blocks.mean ?? 0);
      const z2 = 1.959964 ** 2;
      assert.ok(Math.abs(rate.interval[1] - z2 / (trials + z2)) < 1e-6);
    }
  });
});
