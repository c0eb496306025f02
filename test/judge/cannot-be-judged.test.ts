/** Measurements that do not allow a verdict: what is wrong is named, and nothing passes by it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, unresolved } from '../../src/judge/judge.ts';
import { repeat } from '../support/block.ts';
import type { SubjectVerdict } from '../support/draft.ts';
import { metricReasonOf, reasonOf, warningsOf } from '../support/english.ts';
import { httpScenario, measurementOf, observed, type SubjectSpec } from '../support/measurement.ts';
import { both, CPU_ONLY, metric, one, spread, verdictOf, withP } from './judged.ts';

describe('what cannot be judged', () => {
  const good = both(spread(6, 0, 0.001));
  const failure = (arm: 'base' | 'head' | null, stage: 'build' | 'start' | 'block') => ({
    arm,
    stage,
    message: 'it ended with code 1',
  });

  it('A base that does not start is a missing baseline; a head that does not is invalid', () => {
    const at = (f: ReturnType<typeof failure>) => one({ blocks: [], unplanned: true, failure: f });
    assert.equal(at(failure('base', 'build')).verdict, 'no-baseline');
    assert.equal(at(failure('base', 'start')).verdict, 'no-baseline');
    assert.equal(at(failure('head', 'start')).verdict, 'invalid');
    assert.equal(at(failure(null, 'start')).verdict, 'invalid');
    assert.equal(reasonOf(at(failure('head', 'start'))), 'it ended with code 1');
    for (const m of at(failure('head', 'start')).metrics) {
      assert.equal(m.verdict, 'invalid');
      assert.deepEqual(m.reasons, []);
    }
  });

  it('A crash while measuring is head’s fault or nobody’s, whatever was decided before', () => {
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
      assert.equal(reasonOf(subject), 'it ended with code 1');
      assert.equal(metric(subject, 'cpu').verdict, word);
    }
  });

  it('Failing requests of base alone are no baseline; of head or of both they are invalid', () => {
    const failing = (...arms: ('base' | 'head')[]): SubjectSpec => ({
      blocks: both(spread(6, 0.2, 0.001)),
      planned: 20,
      edit: (block) => {
        for (const arm of arms) observed(block, arm).good -= 100;
      },
    });
    assert.equal(one(failing('base')).verdict, 'no-baseline');
    assert.match(reasonOf(one(failing('base'))) as string, /^base did not answer .* nothing sound/);
    assert.equal(one(failing('head')).verdict, 'invalid');
    assert.equal(one(failing('base', 'head')).verdict, 'invalid');
    assert.deepEqual(unresolved(measurementOf({ subjects: [failing('base')] })), []);
    // Base's crash does not hide that head fails its requests.
    assert.equal(one({ ...failing('head'), failure: failure('base', 'block') }).verdict, 'invalid');
  });

  it('A broken base does not make it easier to fail the others', () => {
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

  it('Failing requests make it invalid, and end it at the first look', () => {
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

  it('A broken subject does not make it easier to fail the others', () => {
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

  it('Our engine may be faster than autocannon by as many processes as it had', () => {
    const warnings = (generator: number[] | null, connections: number) => {
      const measurement = measurementOf({
        subjects: [{ blocks: repeat({}, 6) }],
        load: (name) => httpScenario(name, { connections }),
      });
      measurement.plan.cores.generator = generator;
      Object.assign(measurement.subjects[0]?.pilot?.arms.head?.burst ?? {}, {
        requestsPerSecond: 4100,
      });
      return judge(measurement).subjects[0]?.warnings.some(
        ({ code }) => code === 'burst-disagrees',
      );
    };
    assert.deepEqual(
      [warnings([0, 1], 32), warnings([0, 1], 1), warnings([0], 32), warnings(null, 32)],
      [false, true, true, true],
    );
  });

  it('A burst that is too short for a slow server’s answers is not compared with our engine', () => {
    const disagrees = (meanLatencyUs: number) => {
      const measurement = measurementOf({ subjects: [{ blocks: repeat({}, 6) }] });
      const head = measurement.subjects[0]?.pilot?.arms.head;
      Object.assign(head ?? {}, { inFlight: { asked: 8, perSecond: 8, meanLatencyUs } });
      Object.assign(head?.burst ?? {}, { requestsPerSecond: 10, durationS: 1 });
      const { warnings = [] } = judge(measurement).subjects[0] ?? {};
      return warnings.some(({ code }) => code === 'burst-disagrees');
    };
    assert.deepEqual([disagrees(1000), disagrees(1e6)], [true, false]);
  });

  it('What autocannon loses where the server ends connections is no fault of our engine', () => {
    const told = (resent: number, burst: object) => {
      const edit: SubjectSpec['edit'] = (block) => {
        if (resent > 0) Object.assign(block.arms.head ?? {}, { resent });
      };
      const measurement = measurementOf({ subjects: [{ blocks: repeat({}, 6), edit }] });
      Object.assign(measurement.subjects[0]?.pilot?.arms.head?.burst ?? {}, burst);
      const { warnings = [] } = judge(measurement).subjects[0] ?? {};
      return warnings.flatMap(({ code }) => (/^burst-/.test(code) ? [code] : []));
    };
    const lost = { requestsPerSecond: 10, errors: 20, completed: 400, statuses: { 200: 400 } };
    assert.deepEqual(told(0, lost), ['burst-failures', 'burst-disagrees']);
    assert.deepEqual(told(50, lost), []);
    // An answer with another status was not lost, and a burst that is faster has lost nothing.
    assert.deepEqual(told(50, { ...lost, statuses: { 200: 380, 500: 20 } }), ['burst-failures']);
    assert.deepEqual(told(50, { requestsPerSecond: 1e6 }), ['burst-disagrees']);
  });

  it('A burst with one or two answers on each connection, as where each is closed, has no speed', () => {
    const disagrees = (completed: number) => {
      const measurement = measurementOf({ subjects: [{ blocks: repeat({}, 6) }] });
      const burst = { requestsPerSecond: completed, completed, statuses: { 200: completed } };
      Object.assign(measurement.subjects[0]?.pilot?.arms.head?.burst ?? {}, burst);
      const { warnings = [] } = judge(measurement).subjects[0] ?? {};
      return warnings.some(({ code }) => code === 'burst-disagrees');
    };
    assert.deepEqual([disagrees(8), disagrees(64), disagrees(65)], [false, false, true]);
  });

  it('Throughput of a busy generator is not judged, CPU is', () => {
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
    assert.match(metricReasonOf(metric(subject, 'throughput')) as string, /generator/);
    assert.equal(subject.warnings.length, 1);

    const alone = one(
      { blocks: good, planned: 20, edit: limit },
      { gate: { metrics: ['throughput'] } },
    );
    assert.equal(alone.verdict, 'inconclusive');
    assert.match(reasonOf(alone) as string, /generator/);
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

  it('A metric that cannot be read does not gate from the first look on, and says so', () => {
    const spec: SubjectSpec = { blocks: good, planned: 20, edit: blind() };
    const subject = one(spec);
    assert.equal(subject.verdict, 'unchanged');
    assert.equal(metric(subject, 'cpu').verdict, 'inconclusive');
    assert.equal(metric(subject, 'cpu').gating, false);
    assert.equal(metricReasonOf(metric(subject, 'cpu')), 'it cannot be read here');
    assert.deepEqual(warningsOf(subject), [
      "the servers' CPU time cannot be read here, so it cannot fail the job.",
    ]);
    assert.deepEqual(unresolved(measurementOf({ subjects: [spec] })), []);
    const early = { ...spec, blocks: good.slice(0, 5) };
    assert.equal(metric(one(early), 'cpu').gating, true);
    assert.deepEqual(one(early).warnings, []);
  });

  it('When no other metric gates, nothing can be told', () => {
    const subject = one({ blocks: good, edit: blind() }, { gate: CPU_ONLY });
    assert.equal(subject.verdict, 'inconclusive');
    assert.equal(
      reasonOf(subject),
      'none of the metrics that can fail the job could be read or compared here: name another one in `metrics`, such as `throughput`',
    );
  });

  it('A metric that can be read in one block only is inconclusive, not a pass', () => {
    const subject = one({ blocks: good, edit: blind(1) });
    assert.equal(metric(subject, 'cpu').gating, true);
    assert.match(
      metricReasonOf(metric(subject, 'cpu')) as string,
      /too few of the blocks have a value/,
    );
    assert.equal(subject.verdict, 'inconclusive');
  });

  it('What cannot be judged values that are no numbers are left out', () => {
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

  it('What cannot be judged stalls that the trimmed figure leaves out take back "unchanged" and "improvement" only', () => {
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
      reasonOf(unchanged),
      'throughput: head stalls in few slices: over all of them it serves 17% fewer requests per second',
    );
    assert.ok(Math.abs(metric(unchanged, 'throughput').change as number) < 1e-9);
    assert.equal(metric(unchanged, 'cpu').verdict, 'unchanged');
    assert.equal(unchanged.budgetNeededMs, null);
    assert.match(warningsOf(unchanged).join(), /^head stalls more than base does/);

    assert.equal(metric(at(-0.1), 'throughput').verdict, 'inconclusive');
    // So much faster that the stalls do not undo it.
    assert.equal(metric(at(-0.3), 'throughput').verdict, 'improvement');
    assert.equal(metric(at(0.1), 'throughput').verdict, 'regression');
    assert.equal(at(0, 0.002, () => {}).verdict, 'unchanged');
    // A doubt is no decision: the blocks that are left may clear it.
    const spec = { blocks: both(spread(6, 0, 0.002)), planned: 20, edit: stalls };
    assert.deepEqual(unresolved(measurementOf({ slices: 40, subjects: [spec] })), ['api/plain']);
  });

  it('Head alone has no baseline, and its figures are shown', () => {
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

  it('A run that was cancelled before it met a subject has nothing to compare', () => {
    const measurement = measurementOf({ subjects: [{ blocks: [], unplanned: true }] });
    assert.equal(judge(measurement).verdict, 'inconclusive');
    measurement.subjects = [];
    assert.equal(judge(measurement).verdict, 'no-baseline');
  });
});
