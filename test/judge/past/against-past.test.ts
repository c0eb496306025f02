/** The judge, on measurements that are compared with earlier runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleStandardDeviation } from 'simple-statistics';
import { annotationsOf } from '../../../src/github/annotations.ts';
import { judge } from '../../../src/judge/judge.ts';
import { exitCode } from '../../../src/judge/verdict/exit-code.ts';
import type { MetricVerdict } from '../../../src/judge/verdict/verdict.ts';
import type { PastRun } from '../../../src/measure/observed/past-runs.ts';
import { findingText } from '../../../src/report/findings/finding.ts';
import { headline } from '../../../src/report/headline/headline.ts';
import { phraseToText } from '../../../src/report/markup/phrase.ts';
import { howMeasured } from '../../../src/report/sections/method.ts';
import { type BlockRatios, repeat } from '../../support/block.ts';
import type { Measurement } from '../../support/draft.ts';
import { besideCalibrator, pastRuns, scatter } from '../../support/past.ts';

const HOLD = {
  kind: 'hold',
  protocol: 'http1',
  tls: null,
  connections: 100,
  openPerSecond: 100,
  holdMs: 1000,
  perSecond: 10,
  timeoutMs: 10_000,
  request: null,
  socket: null,
  serverCores: null,
} as const;

/** Head costs so much more than the calibrator on this server, in ln. */
const LEVEL = 0.4;
const EARLIER = pastRuns(scatter(20, 0.005).map((noise) => LEVEL + noise));

/** Six blocks of a head that costs so much more than in earlier runs. */
function blocks(more: number): BlockRatios[] {
  return scatter(6, 0.004).map((noise) => {
    const cost = LEVEL + more + noise;
    return { throughput: cost, cpu: cost };
  });
}

function judged(
  more: number,
  runs: readonly PastRun[],
  edit?: (one: Measurement) => void,
  isKept = false,
) {
  const verdict = judge(besideCalibrator(blocks(more), { runs, isKept, ...(edit && { edit }) }));
  const [subject] = verdict.subjects;
  assert.ok(subject);
  const metric = (name: string) =>
    subject.metrics.find((one) => one.name === name) as MetricVerdict;
  return { verdict, subject, metric };
}

test('A head as fast as in earlier runs is unchanged, and the report counts the runs', () => {
  const { verdict, subject, metric } = judged(0, EARLIER);
  assert.equal(subject.verdict, 'unchanged');
  assert.equal(verdict.design, 'past');
  assert.equal(subject.past?.runs, 20);
  assert.equal(metric('throughput').verdict, 'unchanged');
  assert.equal(metric('cpu').verdict, 'unchanged');
  assert.ok(Math.abs(metric('throughput').change as number) < 0.01);
});

test('A head that is slower by more than runs lie apart is a regression of the right size', () => {
  const { subject, metric } = judged(0.06, EARLIER);
  assert.equal(subject.verdict, 'regression');
  assert.ok(Math.abs((metric('cpu').change as number) - 0.062) < 0.01);
  assert.ok(Math.abs((metric('throughput').change as number) + 0.058) < 0.01);
});

test('A faster head is an improvement', () => {
  assert.equal(judged(-0.06, EARLIER).subject.verdict, 'improvement');
});

test('The interval is wider than by blocks alone, and the smallest visible change is printed', () => {
  const { metric } = judged(0, EARLIER);
  const { interval, mde, base, head } = metric('throughput');
  assert.ok(interval && interval[1] - interval[0] > 0.018);
  assert.ok(mde !== null && mde > 0.015 && mde < 0.06, String(mde));
  assert.ok(base !== null && head !== null && Math.abs(head / base - 1) < 0.01);
});

test('With nine runs nothing is said, whatever the change, and one is missing', () => {
  for (const more of [0, 0.3]) {
    const { subject } = judged(more, EARLIER.slice(0, 9));
    assert.equal(subject.verdict, 'inconclusive');
    const [reason] = subject.reasons;
    assert.ok(reason?.code === 'history-too-short');
    assert.equal(reason.data.runs, 9);
    assert.equal(reason.data.needed, 10);
  }
  assert.equal(judged(0, EARLIER.slice(0, 10)).subject.verdict, 'unchanged');
});

test('Runs of another machine do not count, and what differs is named', () => {
  const elsewhere = EARLIER.map((run) => ({ ...run, fingerprint: 'feedfacefeedface' }));
  const { subject } = judged(0, elsewhere);
  const [reason] = subject.reasons;
  assert.ok(reason?.code === 'history-too-short');
  assert.equal(reason.data.left.other, 20);
  assert.deepEqual(reason.data.differs, [{ part: 'kernel', was: '6.8.0', is: '6.11.0' }]);
});

test('A red run that nobody accepted is no baseline', () => {
  const red = pastRuns(
    scatter(20, 0.005).map((noise) => LEVEL + 0.1 + noise),
    {
      verdict: 'regression',
      isBaseline: false,
    },
  );
  const { subject } = judged(0.1, [...EARLIER, ...red]);
  assert.equal(subject.verdict, 'regression');
  assert.equal(subject.past?.runs, 20);
});

test('An accepted slowdown begins a level of its own', () => {
  const [first, ...rest] = pastRuns(scatter(11, 0.005).map((noise) => LEVEL + 0.1 + noise));
  assert.ok(first);
  const accepted = { ...first, verdict: 'regression' as const, accepted: true };
  const { subject } = judged(0.1, [...EARLIER, accepted, ...rest]);
  assert.equal(subject.verdict, 'unchanged');
  assert.equal(subject.past?.runs, 11);
});

test('A single improvement that later runs do not bear out cuts nothing', () => {
  const runs = EARLIER.map((run, i) =>
    i === 6 ? { ...run, verdict: 'improvement' as const } : run,
  );
  assert.equal(judged(0, runs).subject.past?.runs, 20);
});

test('A step of the calibrator’s own rate cuts the history', () => {
  const faster = EARLIER.map((run) => ({
    ...run,
    calibratorRates: { work: 60_000, light: 600_000 },
  }));
  const { subject } = judged(0, [...faster, ...EARLIER.slice(0, 12)]);
  assert.equal(subject.past?.runs, 12);
});

test('A calibrator that is much slower in this run alone lets nothing be said', () => {
  const faster = EARLIER.map((run) => ({
    ...run,
    calibratorRates: { work: 60_000, light: 600_000 },
  }));
  for (const more of [0, 0.3]) {
    const { subject } = judged(more, faster);
    assert.equal(subject.verdict, 'inconclusive');
    assert.equal(subject.reasons[0]?.code, 'machine-stepped');
  }
});

/** Runs in which head cost half as much more as the calibrator's light path did. */
function withLights(): PastRun[] {
  const lights = scatter(20, 0.1).reverse();
  return EARLIER.map((run, i): PastRun => {
    const [light, { throughput, cpu }] = [lights[i] as number, run.metrics];
    if (throughput === undefined || cpu === undefined) return run;
    const metrics = {
      throughput: {
        ...throughput,
        log: throughput.log - light / 2,
        light: throughput.light - light,
      },
      cpu: { ...cpu, log: cpu.log + light / 2, light: cpu.light + light },
    };
    return { ...run, metrics };
  });
}

test('A machine that is slow at waking up takes nothing away where earlier runs had it too', () => {
  const runs = withLights();
  const said = (more: number) =>
    judge(besideCalibrator(blocks(more), { runs, dim: 0.1 })).subjects[0]?.verdict;
  assert.equal(said(0.05), 'unchanged');
  assert.equal(said(0.11), 'regression');
});

test('The two states of a head are shown against what earlier runs lead to expect on the machine as it is, as the change is', () => {
  const costs = scatter(6, 0.004).map((noise, i) => LEVEL + noise + (i < 4 ? 0.02 : 0.1));
  const [subject] = judge(
    besideCalibrator(
      costs.map((cost) => ({ throughput: cost, cpu: cost })),
      { runs: withLights(), dim: -0.1 },
    ),
  ).subjects;
  // Of 10 % less of the light path's cost, 5 % less of head's were expected.
  const states = subject?.modes.find(({ metric }) => metric === 'cpu')?.groups ?? [];
  assert.deepEqual(
    states.map(({ change }) => change.toFixed(2)),
    ['0.07', '0.16'],
  );
  assert.equal(subject?.verdict, 'regression');
});

test('On a busy machine nothing is said, be head faster or slower', () => {
  for (const more of [-0.3, 0, 0.3]) {
    const { subject } = judged(more, EARLIER, ({ subjects }) => {
      for (const { runner } of subjects[0]?.blocks.slice(0, 2) ?? []) runner.foreign = 0.3;
    });
    assert.equal(subject.verdict, 'inconclusive');
    assert.equal(subject.reasons[0]?.code, 'machine-too-disturbed');
  }
});

/** Runs that know what rare stalls and rare work cost in them, in ln. */
function withRare(runs: readonly PastRun[], by: number): PastRun[] {
  return runs.map((run, i) => ({
    ...run,
    metrics: Object.fromEntries(
      Object.entries(run.metrics).map(([metric, value]) => [
        metric,
        { ...value, rare: by + 0.005 * ((i % 3) - 1) },
      ]),
    ),
  }));
}

test('What a head does in few of its slices is compared with what it did in the earlier runs, and told alone where these do not say', () => {
  const rare = (stall: number, work: number, runs = EARLIER) =>
    judged(0, runs, ({ subjects }) => {
      for (const block of subjects[0]?.blocks ?? []) {
        const more = block.index % 2 === 0 ? 1.05 : 0.95;
        block.sliceUs[3] = (block.sliceUs[3] ?? 0) * (1 + stall * more);
        const { cpuMs = null } = block.arms.head ?? {};
        if (cpuMs !== null) cpuMs[0] = (cpuMs[0] ?? 0) * (1 + work * more);
      }
    }).subject;
  const told = ({ warnings }: ReturnType<typeof rare>) =>
    warnings.filter(({ code }) => code.startsWith('rare-')).map((one) => findingText(one));
  assert.deepEqual(told(rare(0, 0)), []);
  const stalls = rare(1, 0);
  assert.equal(stalls.verdict, 'unchanged');
  assert.deepEqual(told(stalls), [
    'head stalls now and then (pauses or periodic jobs, in few of the slices): it costs about 11% of throughput, which the judged figure leaves out. Whether it did so in the earlier runs is not known; a comparison with base (`baseline: rebuild`) would tell.',
  ]);
  assert.match(told(rare(0, 1)).join(), /^head does rare work now and then /);
  const more = rare(1, 0, withRare(EARLIER, 0));
  assert.equal(more.verdict, 'inconclusive');
  assert.deepEqual(
    more.reasons.map((one) => findingText(one)),
    ['head stalls in few slices: over all of them it serves 11% fewer requests per second'],
  );
  assert.match(told(more).join(), /^head stalls more than in the earlier runs .* about 11% of/);
  const asEver = rare(1, 0, withRare(EARLIER, Math.log(9 / 8)));
  assert.deepEqual([asEver.verdict, told(asEver)], ['unchanged', []]);
  const slower = judged(0.1, withRare(EARLIER, 0));
  assert.equal(slower.subject.verdict, 'regression');
});

/** What head's own work can bring about, where the servers have no core apart from the load generator's. */
const OWN = {
  throttled: { throttled: 3 },
  pressure: { pressure: 0.3 },
  spin: { spinWallUs: repeat(2600, 8), spinCpuUs: repeat(2000, 8) },
} as const;

for (const [name, runner] of Object.entries(OWN)) {
  test(`What head itself may bring about excuses no slowdown, and lets nothing pass: ${name}`, () => {
    const said = (more: number) =>
      judged(more, EARLIER, ({ subjects, plan }) => {
        plan.cores = { ...plan.cores, generator: [0], servers: [0, 1] };
        for (const block of subjects[0]?.blocks.slice(0, 2) ?? []) {
          block.runner = { ...block.runner, ...runner };
        }
      }).subject;
    const [slower, equal, faster] = [said(0.1), said(0), said(-0.1)];
    assert.deepEqual(
      [slower, equal, faster].map(({ verdict }) => verdict),
      ['regression', 'inconclusive', 'inconclusive'],
    );
    assert.ok(slower?.warnings.some(({ code }) => code === 'held-back'));
    assert.deepEqual(
      equal?.reasons.map(({ code }) => code),
      ['held-back'],
    );
  });
}

test('Slow spins on cores that only the load generator has are the doing of others, and excuse', () => {
  const { subject } = judged(0.1, EARLIER, ({ subjects }) => {
    for (const block of subjects[0]?.blocks ?? []) block.runner = { ...block.runner, ...OWN.spin };
  });
  assert.deepEqual(
    [subject.verdict, subject.reasons[0]?.code],
    ['inconclusive', 'machine-too-disturbed'],
  );
});

test('A metric of which too few of the runs have a figure is open, and says why', () => {
  const few = EARLIER.map((run, i): PastRun => {
    const { throughput } = run.metrics;
    return i < 11 && throughput ? { ...run, metrics: { throughput } } : run;
  });
  const { verdict, subject, metric } = judged(0, few);
  assert.deepEqual([subject.verdict, metric('throughput').verdict], ['inconclusive', 'unchanged']);
  const [reason, ...more] = subject.reasons;
  assert.deepEqual([reason?.code, more], ['too-few-runs', []]);
  assert.equal(
    reason && findingText(reason),
    'only 9 of the earlier runs have a figure of it, and 10 are needed',
  );
  // A quieter runner would be no help.
  assert.match(phraseToText(headline(verdict).action), /reasons below/);
});

test('How sure it is goes by the runs that have a figure of the metric, and how noisy by the blocks', () => {
  const fewer = EARLIER.map((run, i) =>
    i < 7 ? { ...run, metrics: { cpu: run.metrics.cpu } as PastRun['metrics'] } : run,
  );
  const { verdict, subject } = judged(0.06, fewer);
  assert.match(phraseToText(headline(verdict).detail), /throughput against 13 earlier runs is /);
  assert.match(
    howMeasured(verdict).join(),
    /with 20 runs since [\d-]+, 13 of them by throughput\./,
  );
  const values = blocks(0.06).map(({ throughput }) => throughput as number);
  assert.ok(Math.abs((subject.noise.sd as number) - sampleStandardDeviation(values)) < 1e-9);
});

test('One busy block of six takes nothing away', () => {
  const { subject } = judged(0, EARLIER, ({ subjects }) => {
    const [block] = subjects[0]?.blocks ?? [];
    if (block !== undefined) block.runner.foreign = 0.3;
  });
  assert.equal(subject.verdict, 'unchanged');
});

test('Other metrics are shown and gate nothing', () => {
  const { metric } = judged(0, EARLIER);
  const memory = metric('memory');
  assert.equal(memory.gating, false);
  assert.ok(memory.head !== null && memory.base === null);
  assert.equal(memory.reasons[0]?.code, 'not-in-history');
});

test('Failed requests break a run beside the calibrator as they break a pair', () => {
  const { subject } = judged(0, EARLIER, (measurement) => {
    for (const block of measurement.subjects[0]?.blocks ?? []) {
      const { head } = block.arms;
      if (head === undefined) continue;
      head.good -= 500;
      head.errors.status = 500;
      block.sliceGood[0] = (block.sliceGood[0] ?? 0) - 500;
    }
  });
  assert.equal(subject.verdict, 'invalid');
});

test('A hold has no baseline, and one whose figures are kept says so, without failing the job or a notice', () => {
  for (const isKept of [false, true]) {
    const { verdict, subject } = judged(
      0,
      EARLIER,
      ({ experiment, subjects, plan }) => {
        experiment.scenarios = experiment.scenarios.map((one) => ({
          ...HOLD,
          name: one.name,
        }));
        for (const { blocks } of [...subjects, ...plan.subjects]) {
          for (const block of blocks) {
            if ('calibrator' in block) delete block.calibrator;
          }
        }
      },
      isKept,
    );
    assert.equal(subject.verdict, 'no-baseline');
    assert.equal(subject.reasons[0]?.code, 'not-calibrated');
    const strict = { failOnInconclusive: true, failOnNoBaseline: true };
    assert.equal(exitCode(verdict, strict), isKept ? 0 : 4);
    assert.equal(annotationsOf(verdict).length, isKept ? 0 : 1);
    const title = phraseToText(headline(verdict).title);
    assert.match(title, isKept ? /^Kept, and not compared: api\/plain\.$/ : /^Nothing to compare/);
  }
});

test('A slowdown that was accepted on another machine turns no later run red', () => {
  const accepted = { ...(EARLIER[0] as PastRun), fingerprint: 'feedfacefeedface', accepted: true };
  const { subject } = judged(0.1, [...EARLIER, accepted]);
  assert.equal(subject.verdict, 'inconclusive');
  const [reason] = subject.reasons;
  assert.ok(reason?.code === 'history-too-short');
  assert.equal(reason.data.left.beforeLevel, 20);
});

test('With too few runs, a busy machine is named too, as this run will not count either', () => {
  const { subject } = judged(0, EARLIER.slice(0, 9), (measurement) => {
    for (const { runner } of measurement.subjects[0]?.blocks ?? []) runner.foreign = 0.9;
  });
  assert.deepEqual(
    subject.reasons.map(({ code }) => code),
    ['history-too-short', 'machine-too-disturbed'],
  );
});
