import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { toBaseline } from '../../src/attempts/baseline.ts';
import { incomparable } from '../../src/judge/comparable.ts';
import { BETWEEN_RUNS_SD } from '../../src/judge/estimate.ts';
import { lookEvents, soFar } from '../../src/judge/interim.ts';
import { judge, unresolved } from '../../src/judge/judge.ts';
import { type MetricVerdict, type SubjectVerdict, Verdict } from '../../src/judge/verdict.ts';
import type { Measurement, StoredBaseline } from '../../src/measure/measurement.ts';
import {
  type BlockRatios,
  httpScenario,
  type MeasurementSpec,
  measurementOf,
  normals,
  observed,
  repeat,
  SIGNS,
  type SubjectSpec,
} from '../support/measurement.ts';

/** Judges and checks the answer against its schema. */
function verdictOf(spec: MeasurementSpec): Verdict {
  return Verdict.parse(judge(measurementOf(spec)));
}

function one(subject: SubjectSpec, rest: Omit<MeasurementSpec, 'subjects'> = {}): SubjectVerdict {
  return verdictOf({ ...rest, subjects: [subject] }).subjects[0] as SubjectVerdict;
}

function metric(subject: SubjectVerdict, name: MetricVerdict['name']): MetricVerdict {
  return subject.metrics.find((m) => m.name === name) as MetricVerdict;
}

/** This many values with exactly this mean and standard error: d + a, d + a, d − a, … */
function spread(count: number, d: number, se: number): number[] {
  assert.equal(count % 2, 0);
  const signs = Array.from({ length: count }, (_, i) => SIGNS[i % SIGNS.length] as number);
  // As many above as below, where the count is not that of a look.
  if (signs.reduce((sum, sign) => sum + sign) !== 0)
    signs[count - 1] = -(signs[count - 1] as number);
  const a = se * Math.sqrt(count - 1);
  return signs.map((sign) => d + a * sign);
}

const both = (values: readonly number[]): BlockRatios[] =>
  values.map((d) => ({ throughput: d, cpu: d }));

/** Blocks whose only gating metric, CPU, has this one-sided p-value as if looked at once. */
function withP(count: number, p: number, d = 0.2): BlockRatios[] {
  return spread(count, d, d / tQuantile(1 - p, count - 1)).map((cpu) => ({ cpu }));
}

const CPU_ONLY = { metrics: ['cpu' as const] };

describe('one subject', () => {
  it('that did not change is unchanged, with its figures', () => {
    const subject = one({ blocks: both(spread(6, 0.001, 0.002)), planned: 20 });
    assert.equal(subject.verdict, 'unchanged');
    const throughput = metric(subject, 'throughput');
    assert.ok(Math.abs((throughput.change as number) - Math.expm1(-0.001)) < 1e-9);
    assert.ok(Math.abs((throughput.base as number) - 40_000) < 1e-3);
    const half = tQuantile(0.975, 5) * 0.002;
    const [low, high] = throughput.interval as [number, number];
    assert.ok(Math.abs(low - Math.expm1(-(0.001 + half))) < 1e-9);
    assert.ok(Math.abs(high - Math.expm1(-(0.001 - half))) < 1e-9);
    assert.equal(throughput.blocks, 6);
    assert.equal(subject.budgetNeededMs, null);
  });

  it('that got 8 % slower is a regression in both gating metrics', () => {
    const subject = one({ blocks: both(spread(6, 0.08, 0.005)), planned: 20 });
    assert.equal(subject.verdict, 'regression');
    for (const name of ['throughput', 'cpu'] as const) {
      assert.equal(metric(subject, name).verdict, 'regression');
    }
    assert.ok((metric(subject, 'throughput').change as number) < -0.07);
    assert.ok((metric(subject, 'cpu').change as number) > 0.08);
  });

  it('that got faster is an improvement', () => {
    const subject = one({ blocks: both(spread(6, -0.08, 0.005)), planned: 20 });
    assert.equal(subject.verdict, 'improvement');
    assert.ok((metric(subject, 'throughput').change as number) > 0.08);
    assert.ok((metric(subject, 'cpu').change as number) < -0.07);
  });

  it('that got a little slower is unchanged, and the reason says that it is shown', () => {
    const subject = one({ blocks: both(spread(6, 0.02, 0.001)), planned: 20 });
    assert.equal(subject.verdict, 'unchanged');
    assert.match(metric(subject, 'cpu').reason as string, /small slowdown/);
  });

  it('that is too noisy is inconclusive at the budget’s end, with the budget that would do', () => {
    const subject = one({ blocks: both(spread(20, 0.02, 0.02)) });
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(subject.reason as string, /throughput: .*spans the tolerance; cpu: /);
    // More than twenty blocks, of six seconds each.
    assert.ok((subject.budgetNeededMs as number) >= 21 * 6000);
    assert.equal((subject.budgetNeededMs as number) % 6000, 0);
  });

  it('that is perhaps faster is unchanged at the end, not before', () => {
    const blocks = both(spread(20, -0.035, 0.014));
    assert.deepEqual(
      unresolved(measurementOf({ subjects: [{ blocks: blocks.slice(0, 14), planned: 20 }] })),
      ['api/plain'],
    );
    const subject = one({ blocks });
    assert.equal(subject.verdict, 'unchanged');
    assert.match(metric(subject, 'cpu').reason as string, /perhaps better/);
  });

  it('keeps the estimate of the look that decided', () => {
    const blocks = [...both(spread(6, 0, 0.001)), ...both(spread(14, 0.3, 0.001))];
    const subject = one({ blocks });
    assert.equal(metric(subject, 'cpu').blocks, 6);
    assert.ok(Math.abs(metric(subject, 'cpu').change as number) < 1e-9);
    assert.equal(subject.blocks, 20);
  });

  it('with one metric decided goes on for the other', () => {
    const cpu = spread(10, 0, 0.001);
    const throughput = spread(10, 0.02, 0.02);
    const blocks = cpu.map((value, i) => ({ cpu: value, throughput: throughput[i] as number }));
    const subject = one({ blocks, planned: 20 });
    assert.equal(metric(subject, 'cpu').blocks, 6);
    assert.equal(metric(subject, 'throughput').blocks, 10);
    assert.equal(subject.verdict, 'inconclusive');
    assert.deepEqual(unresolved(measurementOf({ subjects: [{ blocks, planned: 20 }] })), [
      'api/plain',
    ]);
  });

  it('regresses when one gating metric does', () => {
    const cpu = spread(6, 0.1, 0.003);
    const blocks = cpu.map((value) => ({ cpu: value, throughput: 0 }));
    const subject = one({ blocks, planned: 20 });
    assert.equal(subject.verdict, 'regression');
    assert.equal(metric(subject, 'throughput').verdict, 'unchanged');
  });

  it('is not failed by a metric that only informs', () => {
    const blocks = spread(6, 0.3, 0.003).map((memory) => ({ memory }));
    const subject = one({ blocks, planned: 20 });
    assert.equal(subject.verdict, 'unchanged');
    assert.equal(metric(subject, 'memory').verdict, 'regression');
    assert.equal(metric(subject, 'memory').gating, false);
    assert.deepEqual(unresolved(measurementOf({ subjects: [{ blocks, planned: 20 }] })), []);
  });

  it('gated by CPU alone does not care about throughput', () => {
    const blocks = spread(6, 0.1, 0.003).map((throughput) => ({ throughput }));
    const subject = one({ blocks, planned: 20 }, { gate: CPU_ONLY });
    assert.equal(subject.verdict, 'unchanged');
    assert.equal(metric(subject, 'throughput').gating, false);
  });

  it('carries the flags that repeat it', () => {
    const record = measurementOf({ subjects: [{ blocks: repeat({}, 6) }] });
    record.flags = ['--config', 'gate.yml'];
    assert.deepEqual(judge(record).flags, ['--config', 'gate.yml']);
  });

  it('without any noise is judged', () => {
    assert.equal(one({ blocks: repeat({}, 6) }).verdict, 'unchanged');
    assert.equal(one({ blocks: both(repeat(0.1, 6)) }).verdict, 'regression');
    assert.equal(one({ blocks: both(repeat(-0.1, 6)) }).verdict, 'improvement');
  });
});

describe('a run that ended early', () => {
  it('before the first look is inconclusive, with the caution of the first look', () => {
    const values = spread(4, 0.2, 0.005);
    const subject = one({ blocks: both(values), planned: 20 });
    assert.equal(subject.verdict, 'inconclusive');
    const { reason, p, blocks, mde } = metric(subject, 'cpu');
    assert.equal(reason, 'stopped before it was decided');
    assert.equal(p, null);
    assert.equal(blocks, 4);
    // At .0009 ÷ 2 and 3 degrees of freedom hardly anything is visible.
    assert.ok((mde as number) > 0.05, `${mde}`);
  });

  it('between two looks shows every block, and judges at the last full look', () => {
    const values = [...spread(6, 0.03, 0.02), ...spread(2, 0.03, 0.02)];
    const subject = one({ blocks: both(values), planned: 20 });
    assert.equal(subject.verdict, 'inconclusive');
    assert.equal(metric(subject, 'cpu').blocks, 8);
    assert.equal(metric(subject, 'cpu').reason, 'stopped before it was decided');
  });

  it('after one block or none is inconclusive without figures', () => {
    for (const count of [0, 1]) {
      const subject = one({ blocks: repeat({}, count), planned: 20 });
      assert.equal(subject.verdict, 'inconclusive');
      assert.equal(metric(subject, 'cpu').change, null);
      assert.match(metric(subject, 'cpu').reason as string, /too few blocks/);
    }
  });

  it('between subjects is as bad as its worst subject', () => {
    const verdict = verdictOf({
      subjects: [
        { server: 'a', blocks: both(spread(6, 0, 0.001)), planned: 20 },
        { server: 'b', blocks: [], planned: 20 },
      ],
    });
    assert.deepEqual(
      verdict.subjects.map((s) => s.verdict),
      ['unchanged', 'inconclusive'],
    );
    assert.equal(verdict.verdict, 'inconclusive');
  });

  it('gives the verdict that the whole run gives, wherever it was resolved', () => {
    const draw = normals(9);
    const values = Array.from({ length: 20 }, () => 0.02 + 0.02 * draw());
    const whole = one({ blocks: both(values) });
    const looks = [6, 10, 14, 20];
    const end = looks.find(
      (n) =>
        unresolved(measurementOf({ subjects: [{ blocks: both(values.slice(0, n)), planned: 20 }] }))
          .length === 0,
    ) as number;
    assert.ok(end > 6 && end < 20, `${end}`);
    const short = one({ blocks: both(values.slice(0, end)), planned: 20 });
    for (const name of ['throughput', 'cpu'] as const) {
      assert.deepEqual(metric(short, name).interval, metric(whole, name).interval);
      assert.equal(metric(short, name).verdict, metric(whole, name).verdict);
    }
  });
});

describe('what cannot be judged', () => {
  const good = both(spread(6, 0, 0.001));
  const failure = (arm: 'base' | 'head' | null, stage: 'build' | 'start' | 'block') => ({
    arm,
    stage,
    message: 'it ended with code 1',
  });

  it('a base that does not start is a missing baseline; a head that does not is invalid', () => {
    const at = (f: ReturnType<typeof failure>) => one({ blocks: [], unplanned: true, failure: f });
    assert.equal(at(failure('base', 'build')).verdict, 'no-baseline');
    assert.equal(at(failure('base', 'start')).verdict, 'no-baseline');
    assert.equal(at(failure('head', 'start')).verdict, 'invalid');
    assert.equal(at(failure(null, 'start')).verdict, 'invalid');
    assert.equal(at(failure('head', 'start')).reason, 'it ended with code 1');
    for (const m of at(failure('head', 'start')).metrics) {
      assert.equal(m.verdict, 'invalid');
      assert.equal(m.reason, null);
    }
  });

  it('a crash while measuring is head’s fault or nobody’s, whatever was decided before', () => {
    for (const [arm, word] of [
      ['base', 'no-baseline'],
      ['head', 'invalid'],
      [null, 'invalid'],
    ] as const) {
      const subject = one({
        blocks: both(spread(6, 0.2, 0.001)),
        planned: 20,
        failure: failure(arm, 'block'),
      });
      assert.equal(subject.verdict, word);
      assert.equal(subject.reason, 'it ended with code 1');
      assert.equal(metric(subject, 'cpu').verdict, word);
    }
  });

  it('failing requests of base alone are no baseline; of head or of both they are invalid', () => {
    const failing = (...arms: ('base' | 'head')[]): SubjectSpec => ({
      blocks: both(spread(6, 0.2, 0.001)),
      planned: 20,
      edit: (block) => {
        for (const arm of arms) observed(block, arm).good -= 100;
      },
    });
    assert.equal(one(failing('base')).verdict, 'no-baseline');
    assert.match(one(failing('base')).reason as string, /^base did not answer .* nothing sound/);
    assert.equal(one(failing('head')).verdict, 'invalid');
    assert.equal(one(failing('base', 'head')).verdict, 'invalid');
    assert.deepEqual(unresolved(measurementOf({ subjects: [failing('base')] })), []);
    // Base's crash does not hide that head fails its requests.
    assert.equal(one({ ...failing('head'), failure: failure('base', 'block') }).verdict, 'invalid');
  });

  it('a broken base does not make it easier to fail the others', () => {
    const verdict = verdictOf({
      gate: CPU_ONLY,
      subjects: [
        {
          server: 'broken',
          blocks: withP(6, 1e-6),
          edit: (block) => {
            observed(block, 'base').good -= 100;
          },
        },
        { server: 'fine', blocks: withP(6, 0.008) },
      ],
    });
    assert.deepEqual(
      verdict.subjects.map((s) => s.verdict),
      ['no-baseline', 'inconclusive'],
    );
  });

  it('failing requests make it invalid, and end it at the first look', () => {
    const spec: SubjectSpec = {
      blocks: good,
      planned: 20,
      edit: (block) => {
        observed(block, 'head').good -= 100;
        observed(block, 'head').errors.timeout = 100;
      },
    };
    assert.equal(one(spec).verdict, 'invalid');
    assert.deepEqual(unresolved(measurementOf({ subjects: [spec] })), []);
    assert.deepEqual(
      unresolved(measurementOf({ subjects: [{ ...spec, blocks: good.slice(0, 5) }] })),
      ['api/plain'],
    );
  });

  it('a broken subject does not make it easier to fail the others', () => {
    const edit: SubjectSpec['edit'] = (block) => {
      observed(block, 'head').good -= 100;
      observed(block, 'head').errors.status = 100;
    };
    const verdict = verdictOf({
      gate: CPU_ONLY,
      subjects: [
        { server: 'broken', blocks: withP(6, 1e-6), edit },
        { server: 'fine', blocks: withP(6, 0.008) },
      ],
    });
    assert.deepEqual(
      verdict.subjects.map((s) => s.verdict),
      ['invalid', 'inconclusive'],
    );
  });

  it('our engine may be faster than autocannon by as many processes as it had', () => {
    const warnings = (generator: number[] | null, connections: number) => {
      const measurement = measurementOf({
        subjects: [{ blocks: repeat({}, 6) }],
        load: (name) => httpScenario(name, { connections }),
      });
      measurement.plan.cores.generator = generator;
      Object.assign(measurement.subjects[0]?.rehearsal?.arms.head?.burst ?? {}, {
        requestsPerSecond: 4100,
      });
      return judge(measurement).subjects[0]?.warnings.join().includes('our engine measured');
    };
    assert.deepEqual(
      [warnings([0, 1], 32), warnings([0, 1], 1), warnings([0], 32), warnings(null, 32)],
      [false, true, true, true],
    );
  });

  it('throughput of a busy generator is not judged, CPU is', () => {
    const limit: SubjectSpec['edit'] = (block) => {
      // Eight slices of 25 ms, half of them on each arm.
      for (const arm of ['base', 'head'] as const) {
        Object.assign(observed(block, arm), { generatorBusy: 0.97, cpuTicksMs: 60 });
      }
    };
    const subject = one({ blocks: good, planned: 20, edit: limit });
    assert.equal(subject.verdict, 'unchanged');
    assert.equal(metric(subject, 'throughput').gating, false);
    assert.equal(metric(subject, 'throughput').verdict, 'inconclusive');
    assert.match(metric(subject, 'throughput').reason as string, /generator/);
    assert.equal(subject.warnings.length, 1);

    const alone = one(
      { blocks: good, planned: 20, edit: limit },
      { gate: { metrics: ['throughput'] } },
    );
    assert.equal(alone.verdict, 'inconclusive');
    assert.match(alone.reason as string, /generator/);
  });

  /** Blocks of which the first `from` have CPU times. */
  const blind =
    (from = 0): NonNullable<SubjectSpec['edit']> =>
    (block) => {
      if (block.index < from) return;
      for (const arm of ['base', 'head'] as const) {
        observed(block, arm).cpuMs = null;
        observed(block, arm).cpuTicksMs = null;
      }
    };

  it('a metric that cannot be read does not gate from the first look on, and says so', () => {
    const spec: SubjectSpec = { blocks: good, planned: 20, edit: blind() };
    const subject = one(spec);
    assert.equal(subject.verdict, 'unchanged');
    assert.equal(metric(subject, 'cpu').verdict, 'inconclusive');
    assert.equal(metric(subject, 'cpu').gating, false);
    assert.equal(metric(subject, 'cpu').reason, 'it cannot be read here');
    assert.deepEqual(subject.warnings, [
      "the servers' CPU time cannot be read here, so it does not gate.",
    ]);
    assert.deepEqual(unresolved(measurementOf({ subjects: [spec] })), []);
    const early = { ...spec, blocks: good.slice(0, 5) };
    assert.equal(metric(one(early), 'cpu').gating, true);
    assert.deepEqual(one(early).warnings, []);
  });

  it('when no other metric gates, nothing can be told', () => {
    const subject = one({ blocks: good, edit: blind() }, { gate: CPU_ONLY });
    assert.equal(subject.verdict, 'inconclusive');
    assert.equal(subject.reason, 'no metric could be judged');
  });

  it('a metric that can be read in one block only is inconclusive, not a pass', () => {
    const subject = one({ blocks: good, edit: blind(1) });
    assert.equal(metric(subject, 'cpu').gating, true);
    assert.match(metric(subject, 'cpu').reason as string, /too few of the blocks have a value/);
    assert.equal(subject.verdict, 'inconclusive');
  });

  it('values that are no numbers are left out', () => {
    const subject = one({
      blocks: good,
      planned: 20,
      edit: (block) => {
        for (const arm of ['base', 'head'] as const) observed(block, arm).cpuMs = null;
        if (block.index === 0) observed(block, 'head').cpuTicksMs = -10;
        if (block.index === 1) observed(block, 'base').rssBytes = [-1];
        if (block.index === 2) block.sliceUs.fill(-1, 0, 3);
      },
    });
    assert.deepEqual(
      subject.metrics.map(({ name, blocks }) => [name, blocks]),
      [
        ['throughput', 5],
        ['cpu', 5],
        ['memory', 5],
        ['pss', 6],
        ['peak-memory', 6],
        ['memory-growth', 5],
        ['errors', 6],
      ],
    );
  });

  it('stalls that the trimmed figure leaves out take back "unchanged" and "improvement" only', () => {
    const stalls: NonNullable<SubjectSpec['edit']> = (block) => {
      const own = [...block.sliceOrder].flatMap((letter, i) => (letter === 'h' ? [i] : []));
      for (const i of [own[1], own[9]] as number[]) {
        block.sliceUs[i] = (block.sliceUs[i] as number) * (3 + 0.1 * (block.index % 2));
      }
    };
    const at = (d: number, se = 0.002, edit = stalls) =>
      one({ blocks: both(spread(6, d, se)), planned: 20, edit }, { slices: 40 });

    const unchanged = at(0);
    assert.equal(unchanged.verdict, 'inconclusive');
    assert.equal(
      unchanged.reason,
      'throughput: head stalls in few slices: over all of them it serves 17% fewer requests per second',
    );
    assert.ok(Math.abs(metric(unchanged, 'throughput').change as number) < 1e-9);
    assert.equal(metric(unchanged, 'cpu').verdict, 'unchanged');
    assert.equal(unchanged.budgetNeededMs, null);
    assert.match(unchanged.warnings.join(), /^head stalls more than base does/);

    assert.equal(metric(at(-0.1), 'throughput').verdict, 'inconclusive');
    // So much faster that the stalls do not undo it.
    assert.equal(metric(at(-0.3), 'throughput').verdict, 'improvement');
    assert.equal(metric(at(0.1), 'throughput').verdict, 'regression');
    assert.equal(at(0, 0.002, () => {}).verdict, 'unchanged');
    // A doubt is no decision: the blocks that are left may clear it.
    const spec = { blocks: both(spread(6, 0, 0.002)), planned: 20, edit: stalls };
    assert.deepEqual(unresolved(measurementOf({ slices: 40, subjects: [spec] })), ['api/plain']);
  });

  it('head alone has no baseline, and its figures are shown', () => {
    const verdict = verdictOf({
      arms: ['head'],
      subjects: [{ blocks: repeat({}, 6), planned: 20 }],
    });
    assert.equal(verdict.design, 'alone');
    assert.equal(verdict.verdict, 'no-baseline');
    const cpu = metric(verdict.subjects[0] as SubjectVerdict, 'cpu');
    assert.equal(cpu.base, null);
    assert.ok(Math.abs((cpu.head as number) - 20e-6) < 1e-12);
    assert.equal(cpu.change, null);
  });

  it('a run that was cancelled before it met a subject has nothing to compare', () => {
    const measurement = measurementOf({ subjects: [{ blocks: [], unplanned: true }] });
    assert.equal(judge(measurement).verdict, 'inconclusive');
    measurement.subjects = [];
    assert.equal(judge(measurement).verdict, 'no-baseline');
  });
});

describe('many subjects share one false-alarm rate', () => {
  const words = (spec: MeasurementSpec) =>
    verdictOf({ gate: CPU_ONLY, ...spec }).subjects.map((s) => s.verdict);

  it('by Holm: the smallest p at alpha over the family, the next one step easier', () => {
    const a = { server: 'a', blocks: withP(6, 0.004) };
    const b = { server: 'b', blocks: withP(6, 0.008) };
    assert.deepEqual(words({ subjects: [a, b] }), ['regression', 'regression']);
    // Without a's rejection, b's .008 is above .01 / 2.
    assert.deepEqual(words({ subjects: [{ ...a, blocks: withP(6, 0.2) }, b] }), [
      'inconclusive',
      'inconclusive',
    ]);
    // On its own it is enough.
    assert.deepEqual(words({ subjects: [b] }), ['regression']);
  });

  it('where a rejection of an earlier look still counts', () => {
    // Level .0019 of alpha .01 at the second look, half of that for two hypotheses.
    const late = { server: 'late', blocks: withP(10, 0.0015), planned: 20 };
    const quiet = { server: 'other', blocks: both(spread(6, 0, 0.001)), planned: 20 };
    const early = { ...quiet, blocks: withP(6, 1e-7) };
    assert.deepEqual(words({ subjects: [early, late] }), ['regression', 'regression']);
    assert.deepEqual(words({ subjects: [quiet, late] }), ['unchanged', 'inconclusive']);
  });

  it('counting every gating metric that was asked for, measured or not, and no other', () => {
    const b = { server: 'b', blocks: withP(6, 0.008) };
    // Never planned, and a hypothesis all the same: a later attempt may measure it, and must not judge b's looks anew.
    const failure = { arm: 'head' as const, stage: 'build' as const, message: 'no' };
    assert.deepEqual(
      words({ subjects: [{ server: 'a', blocks: [], unplanned: true, failure }, b] }),
      ['invalid', 'inconclusive'],
    );
    // Planned, and already unchanged: a hypothesis all the same.
    assert.deepEqual(words({ subjects: [{ server: 'a', blocks: repeat({}, 6) }, b] }), [
      'unchanged',
      'inconclusive',
    ]);
    // A second gating metric is a hypothesis too.
    assert.equal(one(b, { gate: CPU_ONLY }).verdict, 'regression');
    assert.equal(metric(one(b), 'cpu').verdict, 'inconclusive');
  });

  it('and the job takes the most serious word', () => {
    const quiet = both(spread(6, 0, 0.001));
    const job = (subjects: SubjectSpec[]) =>
      verdictOf({ subjects: subjects.map((s, i) => ({ planned: 20, server: `s${i}`, ...s })) })
        .verdict;
    const slow = { blocks: both(spread(6, 0.2, 0.001)) };
    const fast = { blocks: both(spread(6, -0.2, 0.001)) };
    const broken = {
      blocks: [],
      failure: { arm: 'head' as const, stage: 'start' as const, message: 'no' },
    };
    const baseless = { ...broken, failure: { ...broken.failure, arm: 'base' as const } };
    assert.equal(job([{ blocks: quiet }]), 'unchanged');
    assert.equal(job([{ blocks: quiet }, fast]), 'improvement');
    assert.equal(job([{ blocks: quiet }, fast, baseless]), 'no-baseline');
    assert.equal(job([baseless, { blocks: [] }]), 'inconclusive');
    assert.equal(job([{ blocks: [] }, broken]), 'invalid');
    assert.equal(job([broken, slow, fast]), 'regression');
  });
});

describe('against a stored measurement', () => {
  const baseline = (values: readonly number[], change: (m: Measurement) => void = () => {}) => {
    const kept = measurementOf({
      arms: ['head'],
      subjects: [{ blocks: both(values) }],
    });
    change(kept);
    return toBaseline(kept, 'baseline.json');
  };
  const against = (stored: StoredBaseline, values: readonly number[], server = 'api') =>
    verdictOf({
      arms: ['head'],
      stored,
      subjects: [{ server, blocks: both(values), looks: [values.length] }],
    });

  it('compares unpaired, and sees less than a live pair', () => {
    const [before, after] = [spread(20, 0, 0.002), spread(20, 0.3, 0.002)];
    const verdict = against(baseline(before), after);
    assert.equal(verdict.design, 'stored');
    assert.equal(verdict.verdict, 'regression');
    const cpu = metric(verdict.subjects[0] as SubjectVerdict, 'cpu');
    assert.ok(Math.abs((cpu.change as number) - Math.expm1(0.3)) < 1e-9);
    assert.ok(Math.abs((cpu.base as number) - 20e-6) < 1e-9);
    // The spread between runs alone: two runs, 2.7 % each, at 1 % over two metrics.
    const alone = Math.SQRT2 * BETWEEN_RUNS_SD * (2.576 + 0.84);
    assert.ok((cpu.mde as number) > Math.expm1(alone) - 0.003, `${cpu.mde}`);
    const live = metric(one({ blocks: both(spread(20, 0.3, 0.003)) }), 'cpu');
    assert.ok((live.mde as number) < (cpu.mde as number) / 2);
  });

  it('cannot show what lies within the spread between runs', () => {
    const verdict = against(baseline(spread(20, 0, 0.001)), spread(20, 0.04, 0.001));
    assert.equal(verdict.verdict, 'inconclusive');
    // No budget helps against the spread between runs.
    assert.equal(verdict.subjects[0]?.budgetNeededMs, null);
  });

  it('of another machine is not comparable, and says why', () => {
    const stored = baseline(spread(6, 0, 0.001), (kept) => {
      kept.environment.cpuModel = 'Model B';
      kept.environment.memoryBytes = 1;
    });
    const verdict = against(stored, spread(6, 0, 0.001));
    assert.equal(verdict.verdict, 'no-baseline');
    assert.match(verdict.subjects[0]?.reason as string, /CPU model was Model B, is Model A$/);
    assert.equal(verdict.subjects[0]?.metrics[0]?.change, null);
    assert.equal(verdict.design, 'stored');
  });

  it('names everything that differs, and nothing that need not agree', () => {
    const now = measurementOf({ subjects: [{ blocks: repeat({}, 2) }] });
    const same = baseline(spread(6, 0, 0.001), (kept) => {
      // As many cores, though others.
      kept.plan.cores = { generator: [3], servers: [2], note: null };
    });
    assert.deepEqual(incomparable(now, same), []);
    const other = baseline(spread(6, 0, 0.001), (kept) => {
      kept.environment.kernel = '6.12.0';
      kept.environment.runnerImage = 'ubuntu24';
      kept.tool.version = '0.0.9';
      kept.plan.cores = { generator: null, servers: [0, 1], note: null };
      Object.assign(kept.experiment.scenarios[0] ?? {}, { connections: 64 });
    });
    assert.deepEqual(incomparable(now, other), [
      'kernel was 6.12.0, is 6.11.0',
      'runner image was ubuntu24, is unknown',
      'Throughput Gate was 0.0.9, is 0.1.0',
      'number of cores for the servers was 2, is 1',
      'number of cores for the load generator was not limited, is 1',
      'the scenario of api/plain has changed',
    ]);
  });

  it('that lacks a subject has no baseline for it, and judges the others', () => {
    const stored = baseline(spread(6, 0, 0.001));
    const values = both(spread(6, 0.3, 0.001));
    const verdict = verdictOf({
      arms: ['head'],
      stored,
      subjects: [
        { server: 'api', blocks: values, looks: [6] },
        { server: 'new', blocks: values, looks: [6] },
      ],
    });
    assert.deepEqual(
      verdict.subjects.map((s) => s.verdict),
      ['regression', 'no-baseline'],
    );
    assert.match(verdict.subjects[1]?.reason as string, /does not have this subject/);
  });

  it('that was broken off early is inconclusive, not baseless', () => {
    const stored = baseline(spread(6, 0, 0.001));
    const verdict = verdictOf({
      arms: ['head'],
      stored,
      subjects: [{ blocks: [{}], planned: 20, looks: [20] }],
    });
    assert.equal(verdict.verdict, 'inconclusive');
  });

  it('takes head of a live pair as the baseline', () => {
    const pair = measurementOf({ subjects: [{ blocks: both(spread(6, 0.2, 0.001)) }] });
    const stored = toBaseline(pair, 'pair.json');
    assert.equal(stored.subjects[0]?.paired, true);
    const verdict = against(stored, spread(6, 0.2, 0.001));
    assert.ok(
      Math.abs(metric(verdict.subjects[0] as SubjectVerdict, 'cpu').change as number) < 1e-9,
    );
    assert.match(verdict.subjects[0]?.warnings.join() as string, /as half of a live pair/);
    const alone = against(baseline(spread(6, 0, 0.001)), spread(6, 0, 0.001));
    assert.deepEqual(alone.subjects[0]?.warnings, []);
  });

  it('warns of live pairs, and not of arms that never met', () => {
    const subjects = ['live', 'exclusive'].map((server) => ({
      server,
      blocks: both(spread(6, 0, 0.001)),
      looks: [6],
    }));
    const pairs = measurementOf({ subjects });
    Object.assign(pairs.plan.subjects[1] ?? {}, { pairs: 'exclusive' });
    const stored = toBaseline(pairs, 'pairs.json');
    const [live, exclusive] = verdictOf({ arms: ['head'], stored, subjects }).subjects;
    assert.match(live?.warnings.join() as string, /as half of a live pair/);
    assert.deepEqual(exclusive?.warnings, []);
  });

  it('made by another engine is not comparable, once the new one is known', () => {
    const engine = (m: Measurement, name: string) =>
      Object.assign(m.subjects[0]?.rehearsal?.arms.head ?? {}, { engine: name });
    const stored = baseline(spread(6, 0, 0.001), (kept) => engine(kept, 'h3 0.9.0 (native)'));
    const now = measurementOf({ arms: ['head'], stored, subjects: [{ blocks: repeat({}, 6) }] });
    engine(now, 'h3 0.9.0 (native)');
    assert.deepEqual(incomparable(now, stored), []);
    engine(now, 'h3 0.9.0 (WASM)');
    const difference = 'the load engine of api/plain was h3 0.9.0 (native), is h3 0.9.0 (WASM)';
    assert.deepEqual(incomparable(now, stored), [difference]);
    assert.equal(judge(now).verdict, 'no-baseline');
    assert.ok(judge(now).subjects[0]?.reason?.includes(difference));
    assert.deepEqual(incomparable({ ...now, subjects: [] }, stored), []);
    for (const kept of stored.subjects) kept.engine = null;
    assert.match(incomparable(now, stored).join(), /api\/plain was unknown, is h3/);
  });
});

describe('while measuring', () => {
  it('tells each look once, and a subject’s end once', () => {
    const told = new Set<string>();
    const at = (count: number) =>
      measurementOf({
        subjects: [
          { server: 'quiet', blocks: both(spread(6, 0, 0.001)), planned: 20 },
          { server: 'noisy', blocks: both(spread(count, 0.02, 0.03)), planned: 20 },
        ],
      });
    const types = (m: Measurement) =>
      lookEvents(m, told).map((event) =>
        'subject' in event ? `${event.type} ${event.subject}` : event.type,
      );
    assert.deepEqual(types(at(6)), [
      'look quiet/plain',
      'resolved quiet/plain',
      'look noisy/plain',
    ]);
    assert.deepEqual(types(at(10)), ['look noisy/plain']);
    assert.deepEqual(types(at(20)), ['look noisy/plain', 'resolved noisy/plain']);
    assert.deepEqual(types(at(20)), []);
  });

  it('knows the figures of the subject that was asked for, whatever became of the others', () => {
    const record = measurementOf({
      subjects: [
        { server: 'a', blocks: repeat({ cpu: 0.1 }, 3), planned: 20 },
        { server: 'b', blocks: repeat({ cpu: 0.2 }, 3), planned: 20 },
      ],
    });
    const b = soFar(record, record.subjects[1] as (typeof record.subjects)[0]);
    assert.deepEqual(
      b.map(({ name }) => name),
      ['throughput', 'cpu', 'memory', 'pss', 'peak-memory', 'memory-growth', 'errors'],
    );
    assert.ok(Math.abs((b[1]?.change as number) - Math.expm1(0.2)) < 1e-9);
  });

  it('knows a subject’s figures after every block from the second', () => {
    const at = (count: number) => {
      const record = measurementOf({
        subjects: [{ blocks: repeat({ cpu: 0.1 }, count), planned: 20 }],
      });
      return soFar(record, record.subjects[0] as (typeof record.subjects)[0]);
    };
    assert.ok(at(1).every(({ change }) => change === null));
    const cpu = at(3).find(({ name }) => name === 'cpu');
    assert.ok(Math.abs((cpu?.change as number) - Math.expm1(0.1)) < 1e-9);
  });
});
