import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyse } from '../../src/self-test/analyse.ts';
import { outcomesOf } from '../../src/self-test/outcomes.ts';
import type { Dose } from '../../src/self-test/record.ts';
import type { JobOutcome } from '../../src/self-test/resample.ts';
import type { Basis, Goal, Outcomes, SelfTestResult } from '../../src/self-test/result.ts';
import { sizesOf } from '../../src/self-test/sizes.ts';
import { normals } from '../support/measurement.ts';
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
        // By three standard errors of a standard deviation with 54 degrees of freedom.
        assert.ok(Math.abs(sd / 0.015 - 1) < 3 / Math.sqrt(2 * 54), String(sd));
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
    assert.match(alarms.reason ?? '', /149 independent jobs/);
    assert.notEqual(stateOf(goalOf(result, 'a slowdown of 5%'), 'resampled'), 'missed');
    assert.equal(stateOf(goalOf(result, 'a slowdown of 5%'), 'whole'), 'not shown');
    // Nearly all of the resampled jobs may catch it, or all, and the blocks that they share are still those of a few jobs.
    const within = goalOf(result, 'a slowdown of 3% is caught with a tolerance of 5%');
    assert.equal(stateOf(within, 'resampled'), 'not shown');
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
    return [...chunks.values()].flat().map(({ subjects }) => subjects[0]?.blocks ?? []);
  };
  const sizes = (runs: ReturnType<typeof blocksOf>, injected = expected) =>
    sizesOf({ runs, ruler: null, expected: injected });

  it('A recovered size lies in its interval as often as is said', () => {
    const covered = Array.from({ length: 60 }, (_, seed) => {
      const [throughput] = sizes(blocksOf(seed + 1, 60));
      assert.ok(throughput !== undefined);
      const [low, high] = throughput.interval;
      return low <= -0.05 && -0.05 <= high;
    });
    assert.ok(covered.filter(Boolean).length >= 53);
  });

  it('A recovered size is shown to be right by many blocks, and to be wrong where it is', () => {
    const blocks = blocksOf(1, 600);
    assert.equal(sizes(blocks)[0]?.ratio?.state, 'reached');
    assert.equal(sizes(blocks, { ...expected, throughput: -0.1 })[0]?.ratio?.state, 'missed');
    assert.equal(sizes(blocks.slice(0, 3))[0]?.ratio?.state, 'not shown');
    assert.equal(
      sizes(blocks, { throughput: null, cpu: 0 }).every(({ ratio }) => ratio === null),
      true,
    );
  });
});

describe('a dose that is measured by the large one of the same runs', () => {
  /** What a unit costs is a tenth more than the calibration said, and moves by a tenth from run to run. */
  const moving = (seed: number) => {
    const draw = normals(seed);
    const factors = Array.from({ length: 12 }, () => 1.1 + 0.1 * draw());
    return buildSelfTest({
      doses: [
        { asked: 0, blocks: 48 },
        { asked: 0.05, blocks: 48 },
      ],
      sd: 0.01,
      chunk: 4,
      seed,
      ruler: { drop: 0.2, units: 10_000, dearer: (run) => factors[run] as number },
    });
  };

  it('It is stated at its true size, and recovered within a tenth of that', () => {
    const result = analyse(moving(3), { resampledJobs: 30 });
    const [throughput] = result.doses[1]?.sizes ?? [];
    assert.deepEqual([throughput?.by, throughput?.runs, throughput?.blocks], ['ruler', 12, 48]);
    // 1.1 times as dear is 5.5 % slower, give or take what twelve runs happened to be.
    assert.ok(Math.abs((throughput?.injected ?? 0) + 0.055) < 0.005, String(throughput?.injected));
    assert.ok(Math.abs((throughput?.ratio?.value ?? 0) - 1) < 0.1);
    assert.match(
      goalOf(result, 'a slowdown of 5%').text,
      /^a slowdown of 5% \(really 5\.\d+%\) is caught/,
    );
    assert.equal(
      goalOf(result, 'the size of the 5% slowdown, by throughput').answers[0]?.state,
      'reached',
    );
  });

  it('The interval of the ratio holds one as often as is said, and is not widened by what moved both', () => {
    const ratios = Array.from({ length: 60 }, (_, i) => {
      const { chunks, record } = moving(i + 1);
      const blocks = (dose: string) =>
        (chunks.get(dose) ?? []).map(({ subjects }) => subjects[0]?.blocks ?? []);
      const units = Number(record.doses[1]?.injection.env.head[record.knob ?? '']);
      const ruler = { runs: blocks('ruler'), times: 10_000 / units };
      const expected = record.doses[1]?.expected ?? { throughput: null, cpu: null };
      const [size] = sizesOf({ runs: blocks('5pc'), ruler, expected });
      return size?.ratio?.interval ?? ([0, 0] as [number, number]);
    });
    const covered = ratios.filter(([low, high]) => low <= 1 && 1 <= high).length;
    assert.ok(covered >= 52, String(covered));
    const width = ratios.reduce((sum, [low, high]) => sum + high - low, 0) / ratios.length;
    // With a spread of a tenth between runs alone it would be 0.13.
    assert.ok(width < 0.16, String(width));
  });
});

describe('the effect of a run', () => {
  it('It is shown where runs have something in common, with its size, and with p-values that are too small', () => {
    const runs = { sd: 0.01, chunk: 6, seed: 4 };
    const [some, none] = [0.01, 0].map(
      (runSd) =>
        analyse(buildSelfTest({ doses: [{ asked: 0, blocks: 180 }], ...runs, runSd }), {
          resampledJobs: 30,
        }).runEffects,
    );
    const [throughput] = some ?? [];
    assert.equal(throughput?.runs, 30);
    assert.ok((throughput?.p ?? 1) < 0.001);
    assert.ok((throughput?.sdBetweenInterval[0] ?? 0) > 0.004);
    assert.ok((throughput?.inflationInterval[0] ?? 0) > 2);
    assert.equal(throughput?.ps.length, 30);
    const small = (ps: readonly number[]) => ps.filter((p) => p < 0.05).length;
    assert.ok(small(throughput?.ps ?? []) > 5);
    const [independent] = none ?? [];
    assert.ok((independent?.p ?? 0) > 0.01);
    assert.ok(small(independent?.ps ?? []) < 6);
  });

  it('It is carried into the resampled jobs, whose intervals count no more than the runs', () => {
    const { doses } = analyse(
      buildSelfTest({
        doses: [{ asked: 0, blocks: 60 }],
        sd: 0.01,
        chunk: 4,
        runSd: 0.004,
        seed: 6,
      }),
      { resampledJobs: 60 },
    );
    const { eitherWay, verdicts } = doses[0]?.resampled ?? {};
    assert.equal(eitherWay?.of, 60);
    const red = verdicts?.find(({ word }) => word === 'regression')?.rate;
    // Of none in fifteen runs, Wilson's upper end is 3.84 of 18.84.
    assert.ok(eitherWay?.count === 0 ? (red?.interval[1] ?? 0) > 0.2 : (red?.interval[1] ?? 0) > 0);
  });
});

describe('false alarms either way', () => {
  it('None in 149 jobs shows that they are at most one in a hundred, and none in 148 does not', () => {
    const job = { verdict: { verdict: 'unchanged' }, mirrored: { verdict: 'unchanged' } };
    const of = (jobs: number, red = 0) => {
      const bad = { ...job, mirrored: { verdict: 'regression' } };
      const all = [...Array<typeof job>(jobs - red).fill(job), ...Array<typeof job>(red).fill(bad)];
      const told = all.map((one) => ({ ...one, blocks: 6 })) as unknown as JobOutcome[];
      const verdict = { subjects: [] };
      const whole = told.map((one) => ({
        ...one,
        verdict: { ...verdict, ...one.verdict },
        mirrored: { ...verdict, ...one.mirrored },
      })) as unknown as JobOutcome[];
      return outcomesOf(whole, { blockMs: 1000, leadMs: null })?.eitherWay;
    };
    assert.ok((of(149)?.atMost ?? 1) <= 0.01);
    assert.ok((of(148)?.atMost ?? 0) > 0.01);
    assert.deepEqual([of(100, 4)?.count, of(100, 4)?.share], [4, 0.02]);
    const { interval, atLeast, atMost } = of(100, 4) ?? { interval: [0, 0], atLeast: 0, atMost: 0 };
    assert.ok(interval[0] < atLeast && atLeast < 0.02 && 0.02 < atMost && atMost < interval[1]);
  });
});
