import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyse } from '../../src/self-test/analyse.ts';
import type { Dose } from '../../src/self-test/record.ts';
import type { Basis, Goal, Outcomes, SelfTestResult } from '../../src/self-test/result.ts';
import { sizesOf } from '../../src/self-test/sizes.ts';
import { buildSelfTest } from './build.ts';

function rateOf(outcomes: Outcomes | null | undefined, word: string) {
  return outcomes?.verdicts.find((verdict) => verdict.word === word)?.rate ?? null;
}

function goalOf({ goals }: SelfTestResult, text: string): Goal {
  const goal = goals.find((other) => other.text.startsWith(text));
  assert.ok(goal !== undefined, text);
  return goal;
}

function stateOf(goal: Goal, basis: Basis | 'blocks') {
  return goal.answers.find((answer) => answer.basis === basis)?.state;
}

describe('a self-test', () => {
  const selfTest = buildSelfTest({
    doses: [
      { asked: 0, blocks: 60, jobs: [6, 10, 6] },
      { asked: 0.03, blocks: 60 },
      { asked: 0.05, blocks: 60, jobs: [10, 14] },
    ],
    sd: 0.015,
    seed: 5,
  });
  const result = analyse(selfTest, { resampledJobs: 200 });
  const [none, three, five] = result.doses;

  it('A self-test gives the same figures again', () => {
    assert.deepEqual(analyse(selfTest, { resampledJobs: 200 }), result);
  });

  it('A self-test finds no slowdown where there is none, and a large one always', () => {
    assert.equal(rateOf(none?.resampled, 'regression')?.count, 0);
    // A health check may doubt a job now and then.
    assert.ok((rateOf(none?.resampled, 'unchanged')?.count ?? 0) >= 195);
    assert.ok((rateOf(five?.resampled, 'regression')?.count ?? 0) >= 195);
  });

  it('A self-test lets pass what is within the tolerance, and catches it with a tolerance of its size', () => {
    assert.equal(three?.strict?.tolerance, 0.03);
    assert.ok((rateOf(three?.strict?.resampled, 'regression')?.share ?? 0) > 0.95);
    assert.ok((rateOf(none?.strict?.resampled, 'regression')?.share ?? 1) <= 0.02);
    assert.equal(five?.strict, null);
  });

  it('A self-test tells whole jobs from resampled ones', () => {
    assert.equal(none?.whole?.jobs, 3);
    assert.equal(three?.whole, null);
    assert.equal(five?.whole?.jobs, 2);
    // As buildSelfTest says: 10 s and 6 s a block.
    assert.equal(result.resampling?.leadMs, 10_000);
    assert.deepEqual(none?.whole?.seconds.mean, 54);
    assert.ok(none?.resampled);
    const { blocks, seconds } = none.resampled;
    assert.ok(Math.abs(seconds.mean - (10 + 6 * blocks.mean)) < 1e-6);
  });

  it('A self-test recovers the sizes, with the noise that was put in', () => {
    for (const { sizes } of result.doses) {
      for (const { metric, sd, change, interval, blocks } of sizes) {
        if (metric === 'p99') continue;
        assert.equal(blocks, 60);
        assert.ok(sd > 0.011 && sd < 0.019);
        assert.ok(interval[0] < change && change < interval[1]);
      }
    }
    const [throughput] = five?.sizes ?? [];
    assert.equal(throughput?.injected, -0.05);
    assert.ok(Math.abs((throughput?.ratio?.value ?? 0) - 1) < 0.1);
    assert.equal(none?.sizes[0]?.ratio, null);
  });

  it('A self-test judges each goal by what each kind of job shows', () => {
    const alarms = goalOf(result, 'false alarms');
    assert.equal(stateOf(alarms, 'whole'), 'not shown');
    assert.match(alarms.reason ?? '', /368 independent jobs/);
    assert.notEqual(stateOf(goalOf(result, 'a slowdown of 5%'), 'resampled'), 'missed');
    assert.equal(stateOf(goalOf(result, 'a slowdown of 5%'), 'whole'), 'not shown');
    // More than half the tolerance, which is the border of red.
    const within = goalOf(result, 'a slowdown of 3% is caught with a tolerance of 5%');
    assert.equal(stateOf(within, 'resampled'), 'reached');
    // All of the resampled jobs may catch it, and the blocks that they share are still those of a few jobs.
    const strict = goalOf(result, 'a slowdown of 3% is caught with a tolerance of 3%');
    assert.equal(stateOf(strict, 'resampled'), 'not shown');
    assert.equal(stateOf(goalOf(result, 'time to the verdict'), 'resampled'), 'reached');
  });

  it('A self-test has nothing to say of an empty folder', () => {
    const { record } = selfTest;
    const empty = analyse({ record, chunks: new Map(), jobs: new Map() }, {});
    assert.deepEqual(empty.goals, []);
    assert.equal(empty.resampling, null);
    assert.equal(empty.gate, null);
  });

  it('A self-test does not resample too small a pool', () => {
    const small = buildSelfTest({ doses: [{ asked: 0, blocks: 19 }], sd: 0.01 });
    assert.equal(analyse(small, { resampledJobs: 10 }).doses[0]?.resampled, null);
  });
});

describe('a recovered size', () => {
  const expected: Dose['expected'] = { throughput: -0.05, cpu: 1 / 0.95 - 1 };
  const blocksOf = (seed: number, blocks: number) => {
    const { chunks } = buildSelfTest({ doses: [{ asked: 0.05, blocks }], sd: 0.03, seed });
    return [...chunks.values()].flat().flatMap(({ subjects }) => subjects[0]?.blocks ?? []);
  };

  it('A recovered size lies in its interval as often as is said', () => {
    const covered = Array.from({ length: 60 }, (_, seed) => {
      const [throughput] = sizesOf(blocksOf(seed + 1, 20), expected);
      assert.ok(throughput !== undefined);
      const [low, high] = throughput.interval;
      return low <= -0.05 && -0.05 <= high;
    });
    assert.ok(covered.filter(Boolean).length >= 53);
  });

  it('A recovered size is shown to be right by many blocks, and to be wrong where it is', () => {
    const blocks = blocksOf(1, 600);
    assert.equal(sizesOf(blocks, expected)[0]?.ratio?.state, 'reached');
    assert.equal(sizesOf(blocks, { ...expected, throughput: -0.1 })[0]?.ratio?.state, 'missed');
    assert.equal(sizesOf(blocks.slice(0, 20), expected)[0]?.ratio?.state, 'not shown');
    assert.equal(
      sizesOf(blocks, { throughput: null, cpu: 0 }).every(({ ratio }) => ratio === null),
      true,
    );
  });
});
