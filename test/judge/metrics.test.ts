/** The metrics beside throughput and CPU: what each takes from a block, and what is said of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HoldScenario, Scenario } from '../../src/config/experiment.ts';
import type { MetricName } from '../../src/config/metrics.ts';
import { judge } from '../../src/judge/judge.ts';
import { countsP } from '../../src/judge/limits.ts';
import { openLoopTrouble } from '../../src/judge/open-loop.ts';
import type { MetricVerdict, SubjectVerdict } from '../../src/judge/verdict.ts';
import type {
  BlockMeasurement,
  HoldObservation,
  LatencyObservation,
  Measurement,
} from '../../src/measure/measurement.ts';
import {
  httpRequest,
  httpScenario,
  type MeasurementSpec,
  measurementOf,
  observed,
  repeat,
  type SubjectSpec,
} from '../support/measurement.ts';

const ARMS = ['base', 'head'] as const;
const paced = (name: string): Scenario => httpScenario(name, { latency: { perSecond: null } });
type Stretches = LatencyObservation['stretches'];
const steady = (name: string): Scenario => httpScenario(name, { steadyMs: 3000 });

function one(subject: SubjectSpec, spec: Partial<MeasurementSpec> = {}): SubjectVerdict {
  return judge(measurementOf({ subjects: [subject], ...spec })).subjects[0] as SubjectVerdict;
}

function metric(subject: SubjectVerdict, name: MetricName): MetricVerdict {
  const found = subject.metrics.find((other) => other.name === name);
  assert.ok(found, `no ${name}`);
  return found;
}

function near(actual: number | null | undefined, expected: number, within = 1e-9): void {
  assert.ok(Math.abs((actual as number) - expected) <= within, `${actual} is not ${expected}`);
}

/** About so much, a little different in each block. */
function around(name: MetricName, d: number, blocks = 6): SubjectSpec['blocks'] {
  return Array.from({ length: blocks }, (_, i) => ({ [name]: d + 0.004 * ((i % 3) - 1) }));
}

describe('latency', () => {
  const gate = { metrics: ['p99'] as const };

  it('p99 that rose by half is a regression; the other quantiles are their own', () => {
    const subject = one(
      { blocks: around('p99', Math.log(1.5)) },
      { load: paced, gate: { metrics: [...gate.metrics] } },
    );
    const p99 = metric(subject, 'p99');
    assert.equal(subject.verdict, 'regression');
    assert.deepEqual([p99.unit, p99.comparison, p99.tolerance], ['s', 'ratio', 0.2]);
    near(p99.change, 0.5, 1e-3);
    near(p99.base, 0.0015);
    assert.equal(metric(subject, 'p50').verdict, 'unchanged');
  });

  it('p99.9 and the maximum are shown, and never judged', () => {
    const subject = one(
      { blocks: around('max', 3) },
      { load: paced, gate: { metrics: [...gate.metrics] } },
    );
    assert.equal(subject.verdict, 'unchanged');
    for (const name of ['p999', 'max'] as const) {
      const { comparison, verdict, gating, tolerance, limit, head } = metric(subject, name);
      assert.deepEqual(
        [comparison, verdict, gating, tolerance, limit],
        ['none', 'inconclusive', false, null, null],
      );
      assert.ok(head !== null && head > 0);
    }
  });

  const latencyOf = (block: BlockMeasurement) => {
    const { latency } = observed(block, 'head');
    assert.ok(latency);
    return latency;
  };

  /** The first so many stretches of head, in these blocks. */
  const changed =
    (blocks: readonly number[], count: number, change: Partial<Record<keyof Stretches, number>>) =>
    (block: BlockMeasurement) => {
      if (!blocks.includes(block.index)) return;
      const { stretches } = latencyOf(block);
      for (const [key, value] of Object.entries(change)) {
        stretches[key as keyof Stretches].fill(value, 0, count);
      }
    };

  it('of stretches in which the generator sent late are left out, each with its neighbour', () => {
    const late = changed([0, 1, 2, 3, 4, 5], 5, { late: 25, p99Us: 90_000 });
    const subject = one(
      { blocks: around('p99', 0), edit: late },
      { load: paced, gate: { metrics: ['p99'] } },
    );
    assert.equal(subject.verdict, 'unchanged');
    near(metric(subject, 'p99').change, 0, 1e-3);
    // Exactly one in a hundred is not too many.
    const onTime = changed([0, 1, 2, 3, 4, 5], 10, { late: 24, p99Us: 90_000 });
    const slower = one(
      { blocks: around('p99', 0), edit: onTime },
      { load: paced, gate: { metrics: ['p99'] } },
    );
    assert.equal(slower.verdict, 'regression');
  });

  it('of a generator that was late in most stretches says nothing, nor in too many blocks', () => {
    const at = (blocks: number[]) =>
      one(
        { blocks: around('p99', 0), edit: changed(blocks, 6, { late: 25, p99Us: 1 }) },
        { load: paced, gate: { metrics: ['p99'] } },
      );
    const once = metric(at([2]), 'p99');
    assert.deepEqual([once.verdict, once.blocks], ['unchanged', 5]);
    const twice = at([2, 4]);
    assert.equal(twice.verdict, 'inconclusive');
    assert.match(twice.reason as string, /sent more than 1% of the requests late in 2 of 6 blocks/);
  });

  it('of an arm that did not keep up with the rate says nothing, however short it is', () => {
    // Half as fast as it had to be: the last of 100 ms waits for 100 more.
    const slow = { durationUs: 200_000, p50Us: 50_000, p99Us: 20 };
    const subject = one(
      { blocks: around('p99', 0), edit: changed([0, 1, 2], 6, slow) },
      { load: paced, gate: { metrics: ['p99'] } },
    );
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(subject.reason as string, /head did not keep up with the rate in 3 of 6 blocks/);
  });

  it('the time that a slow server needs for its last answers is not a rate that was missed', () => {
    const slowButFine = { durationUs: 150_000, p50Us: 50_000 };
    const { subjects } = measurementOf({
      load: paced,
      subjects: [{ blocks: around('p99', 0), edit: changed([0, 1, 2], 10, slowButFine) }],
    });
    const { blocks } = subjects[0] as Measurement['subjects'][0];
    assert.equal(openLoopTrouble(blocks), null);
  });

  it('nor are a few slow answers at the end of every stretch', () => {
    const tail = { durationUs: 150_000, p50Us: 60, p99Us: 50_000 };
    const subject = one(
      { blocks: around('p99', 0), edit: changed([0, 1, 2, 3, 4, 5], 10, tail) },
      { load: paced, gate: { metrics: ['p99'] } },
    );
    assert.equal(subject.verdict, 'regression');
  });

  it('that rose in every stretch and in all requests alike is a regression', () => {
    const subject = one(
      {
        blocks: around('p99', Math.log(20)),
        edit: (block) => {
          // As when the tail is all that has changed.
          latencyOf(block).p99Us = 30_000 * (1 + 0.001 * (block.index % 3));
        },
      },
      { load: paced, gate: { metrics: ['p99'] } },
    );
    assert.equal(metric(subject, 'p99').verdict, 'regression');
    near(metric(subject, 'p99').head, 0.03, 1e-3);
  });

  it('pauses of few stretches convict by all requests together', () => {
    const pauses = (block: BlockMeasurement) => {
      const seen = latencyOf(block);
      seen.stretches.p99Us[4] = 50_000;
      seen.p99Us = 45_000 + 100 * block.index;
    };
    const subject = one(
      { blocks: around('p99', 0), edit: pauses },
      { load: paced, gate: { metrics: ['p99'] } },
    );
    const p99 = metric(subject, 'p99');
    assert.equal(subject.verdict, 'regression');
    assert.match(p99.reason as string, /few moments/);
    near(p99.head, 0.04525, 1e-4);
    assert.ok((p99.change as number) > 25);
  });

  it('pauses that are plain but not shown strictly enough forbid to pass', () => {
    // Larger by e² on average, with a scatter that the strict first look does not let pass.
    const factors = [1.2, 2.9, 1.3, 2.8, 1.25, 2.75];
    const pauses = (block: BlockMeasurement) => {
      latencyOf(block).p99Us = 1500 * Math.exp(factors[block.index] as number);
    };
    const subject = one(
      { blocks: around('p99', 0), edit: pauses, planned: 20 },
      { load: paced, gate: { metrics: ['p99'] } },
    );
    assert.equal(subject.verdict, 'inconclusive');
    const ended = one(
      { blocks: around('p99', 0), edit: pauses, planned: 6 },
      { load: paced, gate: { metrics: ['p99'], falseAlarmRate: 1e-6 } },
    );
    assert.match(ended.reason as string, /all requests together are, by 6\d\d%/);
  });
});

describe('memory', () => {
  it('grows by what it grows per 1,000 requests, as a difference', () => {
    const leak = 250_000;
    const edit = (block: BlockMeasurement) => {
      const seen = observed(block, 'head');
      const noise = block.index - 2;
      seen.rssBytes = seen.memoryAfter.map((work) => 5e7 + ((leak + noise) * work) / 1000);
    };
    const subject = one(
      { blocks: repeat({}, 6), edit },
      { gate: { metrics: ['memory-growth'] }, slices: 40 },
    );
    const grown = metric(subject, 'memory-growth');
    assert.equal(subject.verdict, 'regression');
    assert.deepEqual([grown.unit, grown.comparison], ['B/1k', 'difference']);
    near(grown.base, 0);
    near(grown.head, leak + 0.5, 1e-3);
    near(grown.change, leak + 0.5, 1e-3);
    const [low, high] = grown.interval as [number, number];
    assert.ok(low < leak && leak < high && high - low < 10);
    assert.equal(grown.tolerance, 100 * 1024);
    assert.ok((grown.mde as number) >= 50 * 1024);
  });

  it('at peak, and as shares of pages, is compared like memory', () => {
    const subject = one(
      {
        blocks: repeat({}, 6).map((_, i) => ({
          'peak-memory': 0.2 + 0.001 * (i % 3),
          pss: -0.2 + 0.001 * (i % 3),
        })),
      },
      { gate: { metrics: ['peak-memory', 'pss'] } },
    );
    assert.equal(metric(subject, 'peak-memory').verdict, 'regression');
    assert.equal(metric(subject, 'pss').verdict, 'improvement');
    assert.equal(metric(subject, 'memory').verdict, 'unchanged');
  });

  it('that cannot be read has no value, and does not gate', () => {
    const edit = (block: BlockMeasurement) => {
      for (const arm of ARMS)
        Object.assign(observed(block, arm), { pssBytes: [], peakBytes: null });
    };
    const subject = one(
      { blocks: repeat({ cpu: 0.001 }, 6), edit },
      { gate: { metrics: ['cpu', 'pss'] } },
    );
    assert.equal(subject.verdict, 'unchanged');
    assert.deepEqual([metric(subject, 'pss').gating, metric(subject, 'pss').head], [false, null]);
    assert.match(subject.warnings.join(), /pss cannot be read here/);
  });
});

describe('steadiness', () => {
  const stalls =
    (baseMs: number, headMs: number) =>
    (block: BlockMeasurement): void => {
      const windows = (ms: number) =>
        Array.from({ length: 30 }, (_, i) => (i % 5 ? 4000 : 4000 - 40 * ms));
      for (const [arm, ms] of [
        ['base', baseMs],
        ['head', headMs],
      ] as const) {
        observed(block, arm).steady = {
          windows: windows(ms),
          longestStallMs: ms === 0 ? 0 : ms + (block.index % 2),
        };
      }
    };
  const judged = (baseMs: number, headMs: number) =>
    one(
      { blocks: repeat({}, 6), edit: stalls(baseMs, headMs) },
      {
        load: steady,
        gate: {
          metrics: ['longest-stall', 'throughput-cv'],
          limits: { errors: 0.001, refused: 0, dropped: 0, 'longest-stall': 0.02 },
        },
      },
    );

  it('a stall over the limit that base does not have is a regression', () => {
    const subject = judged(3, 50);
    const stall = metric(subject, 'longest-stall');
    assert.deepEqual([subject.verdict, stall.verdict], ['regression', 'regression']);
    near(stall.base, 0.0035);
    near(stall.head, 0.0505);
    assert.deepEqual([stall.limit, stall.tolerance, stall.unit], [0.02, null, 's']);
    assert.equal(metric(subject, 'throughput-cv').verdict, 'regression');
    assert.equal(metric(subject, 'throughput').verdict, 'unchanged');
  });

  it('a stall that base has too is nobody’s regression, and no pass', () => {
    const stall = metric(judged(50, 50), 'longest-stall');
    assert.equal(stall.verdict, 'inconclusive');
    assert.match(stall.reason as string, /over the limit, but not shown to be worse than base/);
  });

  it('a limit that was kept at the first looks is tested at the later ones too', () => {
    const late = (block: BlockMeasurement) => stalls(3, block.index < 6 ? 3 : 50)(block);
    const subject = one(
      // Throughput is noisy, so that the subject goes on.
      {
        blocks: Array.from({ length: 20 }, (_, i) => ({ throughput: i % 2 ? 0.2 : -0.2 })),
        edit: late,
      },
      {
        load: steady,
        gate: {
          metrics: ['throughput', 'longest-stall'],
          limits: { errors: 0.001, refused: 0, dropped: 0, 'longest-stall': 0.02 },
        },
      },
    );
    const stall = metric(subject, 'longest-stall');
    assert.deepEqual([subject.verdict, stall.verdict], ['regression', 'regression']);
  });

  it('stalls within the limit are unchanged, however many times those of base', () => {
    assert.equal(metric(judged(0, 18), 'longest-stall').verdict, 'unchanged');
  });
});

describe('a hold', () => {
  const hold: HoldScenario = {
    kind: 'hold',
    name: 'many',
    protocol: 'http1',
    tls: null,
    connections: 1000,
    openPerSecond: 4000,
    holdMs: 5000,
    perSecond: 500,
    timeoutMs: 5000,
    request: httpRequest(),
    socket: null,
    serverCores: null,
  };
  const fine: HoldObservation = {
    opened: 1000,
    refused: 0,
    timedOut: 0,
    dropped: 0,
    openMs: 250,
    connectP50Us: 300,
    connectP99Us: 900,
    connectMaxUs: 4000,
    rssBeforeBytes: 2e7,
    rssHeldBytes: 3e7,
  };
  const holding =
    (change: (index: number) => Partial<HoldObservation>, both = false) =>
    (block: BlockMeasurement) => {
      for (const arm of ARMS) {
        const changed = arm === 'head' || both ? change(block.index) : {};
        observed(block, arm).hold = { ...fine, ...changed };
      }
    };
  const judged = (edit: NonNullable<SubjectSpec['edit']>, limits = {}) =>
    one(
      { blocks: repeat({}, 6), edit },
      {
        load: (name) => ({ ...hold, name }),
        pairs: 'exclusive',
        slices: 8,
        gate: {
          metrics: ['refused', 'dropped', 'memory-per-connection'],
          limits: { errors: 0.001, refused: 0, dropped: 0, 'longest-stall': 0.1, ...limits },
        },
      },
    );

  it('without failures is unchanged, and its connections are summed', () => {
    const subject = judged(holding(() => ({})));
    assert.equal(subject.verdict, 'unchanged');
    assert.deepEqual(subject.hold?.head, {
      asked: 6000,
      opened: 6000,
      refused: 0,
      timedOut: 0,
      dropped: 0,
      openMs: 250,
      connectP50Us: 300,
      connectP99Us: 900,
      connectMaxUs: 4000,
    });
    near(metric(subject, 'memory-per-connection').head, 10_000);
    assert.ok(subject.metrics.every(({ name }) => name !== 'throughput' && name !== 'cpu'));
  });

  it('one connection in a thousand that head drops is a regression', () => {
    const subject = judged(holding((i) => ({ dropped: 1 + (i % 3) })));
    const dropped = metric(subject, 'dropped');
    assert.equal(subject.verdict, 'regression');
    near(dropped.head, 12 / 6000);
    assert.deepEqual([dropped.base, dropped.limit, dropped.unit], [0, 0, 'share']);
  });

  it('what both arms drop is nobody’s regression, and no pass', () => {
    const subject = judged(holding((i) => ({ dropped: 1 + (i % 3) }), true));
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(subject.reason as string, /dropped: over the limit/);
  });

  it('one bad moment convicts nobody', () => {
    const subject = judged(holding((i) => ({ dropped: i === 3 ? 400 : 0 })));
    assert.equal(metric(subject, 'dropped').verdict, 'inconclusive');
  });

  it('a limit lets so many pass', () => {
    const subject = judged(
      holding((i) => ({ dropped: i % 2, refused: 1, timedOut: 1, opened: 998 })),
      { dropped: 0.001, refused: 0.002 },
    );
    assert.equal(subject.verdict, 'unchanged');
    near(metric(subject, 'refused').head, 0.002);
  });

  it('counts are compared by the exact conditional test', () => {
    const { subjects } = measurementOf({
      load: (name) => ({ ...hold, name }),
      pairs: 'exclusive',
      subjects: [{ blocks: repeat({}, 6), edit: holding(() => ({ dropped: 1 })) }],
    });
    const { blocks } = subjects[0] as Measurement['subjects'][0];
    // Six of six events on one side of a fair coin.
    near(countsP('dropped', blocks), 1 / 64);
    assert.equal(countsP('refused', blocks), 1);
    for (const block of blocks) Object.assign(observed(block, 'head').hold ?? {}, { dropped: 300 });
    assert.ok((countsP('dropped', blocks) as number) < 1e-12);
  });
});

describe('scaling', () => {
  it('gives the curve, the efficiency, and the cores that are lacking', () => {
    const measurement = measurementOf({
      load: (name) => httpScenario(name, { serverCores: Number(name.split('@')[1]) }),
      subjects: [
        { scenario: 'plain@1', blocks: repeat({}, 6) },
        { scenario: 'plain@2', blocks: repeat({ throughput: Math.log(1.25) }, 6) },
      ],
    });
    measurement.plan.lacking = [{ server: 'api', scenario: 'plain@8', cores: 8 }];
    const [curve, ...more] = judge(measurement).scaling;
    assert.deepEqual(more, []);
    assert.deepEqual([curve?.server, curve?.scenario, curve?.lacking], ['api', 'plain', [8]]);
    const [first, second] = curve?.points ?? [];
    assert.deepEqual([first?.cores, second?.cores], [1, 2]);
    near(first?.headEfficiency, 1);
    near(second?.baseEfficiency, 0.5);
    near(second?.headEfficiency, 0.4);
    assert.equal(second?.limited, false);
  });
});

it('few errors are shown and pass; the limit can be set', () => {
  const failing = (block: BlockMeasurement) => {
    const seen = observed(block, 'head');
    seen.good -= 8;
    seen.errors.status += 8;
  };
  const at = (errors: number) =>
    one(
      { blocks: repeat({}, 6), edit: failing },
      {
        slices: 8,
        gate: { limits: { errors, refused: 0, dropped: 0, 'longest-stall': 0.1 } },
      },
    );
  const strict = at(0.001);
  assert.equal(strict.verdict, 'invalid');
  const lenient = at(0.01);
  assert.equal(lenient.verdict, 'unchanged');
  near(metric(lenient, 'errors').head, 0.002);
  assert.deepEqual(
    [metric(lenient, 'errors').gating, metric(lenient, 'errors').limit],
    [true, 0.01],
  );
});

it('CPU time is that of the slices, and so are the answers that it is divided by', () => {
  const more = (block: BlockMeasurement) => {
    const seen = observed(block, 'head');
    // What the phases after the slices answered.
    seen.good += 50_000;
    seen.attempted += 50_000;
  };
  const ticksOnly = (block: BlockMeasurement) => {
    more(block);
    for (const arm of ARMS) observed(block, arm).cpuMs = null;
  };
  for (const edit of [more, ticksOnly]) {
    const subject = one({ blocks: repeat({}, 6), edit }, { slices: 40 });
    near(metric(subject, 'cpu').change, 0, 1e-9);
    near(metric(subject, 'cpu').head, metric(subject, 'cpu').base as number);
    assert.deepEqual(subject.warnings, []);
  }
});
