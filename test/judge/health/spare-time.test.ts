/** A server that has time left: nothing is judged the wrong way round, and what can be shown still is. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MetricName } from '../../../src/config/experiment/metrics.ts';
import { judge } from '../../../src/judge/judge.ts';
import { repeat } from '../../support/block.ts';
import { type BusyArm, busyArms } from '../../support/busy-arms.ts';
import type { BlockMeasurement, MetricVerdict, SubjectVerdict } from '../../support/draft.ts';
import { reasonOf, textOf, warningsOf } from '../../support/english.ts';
import { type MeasurementSpec, measurementOf, observed } from '../../support/measurement.ts';

interface Figures {
  base: BusyArm;
  head: BusyArm;
}

function judged(
  { base, head }: Figures,
  { gate = {}, edit = () => {}, answerMs = 0.7, isPinned = true }: Partial<Spec> = {},
): SubjectVerdict {
  const busy = busyArms({ base, head });
  const measurement = measurementOf({
    subjects: [
      {
        blocks: repeat({}, 10),
        edit: (block) => {
          busy(block);
          edit(block);
        },
      },
    ],
    gate,
  });
  if (!isPinned) {
    measurement.plan.cores = { generator: null, servers: null, note: null };
    measurement.environment.cpuCount = 1;
  }
  for (const arm of Object.values(measurement.subjects[0]?.pilot?.arms ?? {})) {
    arm.medianLatencyUs = 1000 * answerMs;
  }
  return judge(measurement).subjects[0] as SubjectVerdict;
}

interface Spec {
  gate: MeasurementSpec['gate'];
  edit: (block: BlockMeasurement) => void;
  answerMs: number;
  isPinned: boolean;
}

const of = ({ metrics }: SubjectVerdict, name: MetricName) =>
  metrics.find((metric) => metric.name === name) as MetricVerdict;

/** The word of each, and whether it gates. */
const told = (subject: SubjectVerdict) =>
  (['throughput', 'cpu'] as const).map((name) => {
    const { verdict, gating } = of(subject, name);
    return `${name} ${verdict}${gating ? '' : ', does not gate'}`;
  });

/** As seen of quic-go and of coder/websocket, on one core with the generator on the other. */
const light = { rate: 16_146, cpuUs: 47.46, generatorBusy: 0.945, openLoopCpuUs: 78.99 };
const heavier = { rate: 18_414, cpuUs: 47.76, generatorBusy: 0.921, openLoopCpuUs: 86.26 };
const socket = { rate: 110_073, cpuUs: 7.84, generatorBusy: 0.943, openLoopCpuUs: 12.14 };
const heavierSocket = { rate: 110_503, cpuUs: 7.85, generatorBusy: 0.939, openLoopCpuUs: 12.67 };

describe('a light HTTP/3 server whose generator is the limit', () => {
  it('A head with more work is worse at the fixed rate, though its closed loop is faster', () => {
    const subject = judged({ base: light, head: heavier });
    assert.equal(subject.verdict, 'regression');
    assert.deepEqual(told(subject), ['throughput inconclusive, does not gate', 'cpu regression']);
    assert.equal(of(subject, 'cpu').change?.toFixed(3), '0.092');
    assert.match(warningsOf(subject).join(), /compared at a fixed rate, 24,000 per second/);
  });

  it('A head with less work is not called worse, though its closed loop is slower', () => {
    const subject = judged({ base: heavier, head: light });
    assert.equal(subject.verdict, 'improvement');
    assert.deepEqual(told(subject), ['throughput inconclusive, does not gate', 'cpu improvement']);
  });

  it('Without a fixed rate a cheaper and faster head is not called better', () => {
    const blind = (arm: BusyArm) => ({ ...arm, openLoopCpuUs: null });
    const cheaper = { ...heavier, cpuUs: 0.72 * 47.46, generatorBusy: 0.9 };
    const subject = judged({ base: blind(light), head: blind(cheaper) });
    assert.equal(subject.verdict, 'inconclusive');
    assert.deepEqual(told(subject), [
      'throughput inconclusive, does not gate',
      'cpu inconclusive, does not gate',
    ]);
    assert.match(
      of(subject, 'cpu').reasons.map(textOf).join(),
      /^not judged here: the server had time left/,
    );
  });

  it('Without a fixed rate a dearer and slower head is yellow: a faster one could look the same', () => {
    const blind = (arm: BusyArm) => ({ ...arm, openLoopCpuUs: null });
    const dearer = { ...light, rate: 10_000, cpuUs: 60 };
    const subject = judged({ base: blind(heavier), head: blind(dearer) });
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(reasonOf(subject) as string, /a faster head could look the same/);
  });

  it('Without a fixed rate a dearer head is red where its server was the limit, which saves all that it can', () => {
    const blind = (arm: BusyArm) => ({ ...arm, openLoopCpuUs: null });
    const full = { ...light, rate: 15_900, cpuUs: 60, generatorBusy: 0.8 };
    assert.equal(judged({ base: blind(light), head: blind(full) }).verdict, 'regression');
    assert.equal(judged({ base: blind(full), head: blind(light) }).verdict, 'improvement');
  });
});

describe('equal costs of servers with time left', () => {
  it('Equal costs are no unchanged code: 18 % more work showed nothing', () => {
    const subject = judged({ base: socket, head: { ...heavierSocket, openLoopCpuUs: 12.14 } });
    assert.deepEqual(told(subject), [
      'throughput inconclusive, does not gate',
      'cpu inconclusive, does not gate',
    ]);
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(reasonOf(subject) as string, /the load generator was the limit/);
  });

  it('Latency and memory alone do not let it pass', () => {
    const gate = { metrics: ['throughput' as const, 'cpu' as const, 'memory' as const] };
    assert.equal(judged({ base: socket, head: socket }, { gate }).verdict, 'inconclusive');
    assert.equal(
      judged({ base: socket, head: socket }, { gate: { metrics: ['memory'] } }).verdict,
      'unchanged',
    );
  });

  it('Latency and memory alone do not let it pass either where CPU time cannot be read, or was not asked for', () => {
    const unread = (block: BlockMeasurement) => {
      for (const arm of ['base', 'head'] as const) {
        Object.assign(observed(block, arm), {
          cpuMs: null,
          cpuTicksMs: null,
          busiestThreadMs: null,
        });
      }
    };
    const all = { metrics: ['throughput' as const, 'cpu' as const, 'memory' as const] };
    const speed = { metrics: ['throughput' as const, 'memory' as const] };
    for (const { gate, edit } of [
      { gate: speed },
      { gate: speed, edit: unread },
      { gate: all, edit: unread },
    ]) {
      const subject = judged({ base: socket, head: socket }, { gate, ...(edit && { edit }) });
      assert.equal(subject.verdict, 'inconclusive', gate.metrics.join());
      assert.match(
        reasonOf(subject) as string,
        /the load generator .*: throughput is not judged\. To have it judged, load a heavier path/,
      );
    }
  });

  it('A server whose requests cost the same however busy it is has its CPU judged', () => {
    const steady = { ...socket, openLoopCpuUs: 7.9 };
    const subject = judged({ base: steady, head: steady });
    assert.deepEqual(told(subject), ['throughput inconclusive, does not gate', 'cpu unchanged']);
    assert.equal(subject.verdict, 'unchanged');
  });
});

describe('a server that is the limit', () => {
  it('A server that is the limit has all its words, however much it saves when it is busy', () => {
    const full = { rate: 36_211, cpuUs: 27.02, generatorBusy: 0.702, openLoopCpuUs: 35.52 };
    const slower = { rate: 32_763, cpuUs: 30.11, generatorBusy: 0.716, openLoopCpuUs: 36.46 };
    assert.deepEqual(told(judged({ base: full, head: slower })), [
      'throughput regression',
      'cpu regression',
    ]);
    assert.deepEqual(told(judged({ base: slower, head: full })), [
      'throughput improvement',
      'cpu improvement',
    ]);
    assert.deepEqual(told(judged({ base: full, head: full })), [
      'throughput unchanged',
      'cpu unchanged',
    ]);
  });

  it('A head that is at its limit is as cheap as it can be: dearer is red', () => {
    const base = { rate: 164_313, cpuUs: 5.29, generatorBusy: 0.934, openLoopCpuUs: 7.94 };
    const head = { rate: 159_000, cpuUs: 5.8, generatorBusy: 0.959, openLoopCpuUs: 8.07 };
    const subject = judged({ base, head });
    assert.deepEqual(told(subject), ['throughput regression', 'cpu regression']);
  });
});

describe('a loop in which neither side is busy', () => {
  const waiting = { rate: 730, cpuUs: 60, generatorBusy: 0.03, openLoopCpuUs: 62 };

  it('Neither is busy at 44 ms an answer: the usual cause is told, and throughput does not gate', () => {
    const subject = judged({ base: waiting, head: waiting }, { answerMs: 44 });
    assert.deepEqual(told(subject), ['throughput inconclusive, does not gate', 'cpu unchanged']);
    assert.match(
      warningsOf(subject).join(),
      /the server was 4\.4% busy, .* an answer took 44 ms.*TCP_NODELAY/,
    );
  });

  it('What the server was seen to ask is named as what it may have waited for', () => {
    const edit = (block: BlockMeasurement) => {
      const asked = { how: 'connected' as const, arms: ['base' as const, 'head' as const] };
      block.beside = [{ name: 'postgres', places: ['port 5432'], cores: null, ...asked }];
    };
    const subject = judged({ base: waiting, head: waiting }, { edit, answerMs: 44 });
    assert.match(warningsOf(subject).join(), /It asks postgres, .*TCP_NODELAY/);
  });

  it('Throughput alone does not pass then, and the reason is the wait', () => {
    const gate = { metrics: ['throughput' as const] };
    const subject = judged({ base: waiting, head: waiting }, { gate, answerMs: 44 });
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(reasonOf(subject) as string, /delayed ACK/);
  });

  it('At another time an answer waits for something else, and no ACK is named', () => {
    const warnings = warningsOf(judged({ base: waiting, head: waiting }, { answerMs: 12 })).join();
    assert.match(warnings, /a database, a lock, a timer or a sleep/);
    assert.doesNotMatch(warnings, /TCP_NODELAY/);
  });

  it('A head that waits longer is slower, and red', () => {
    const subject = judged({ base: waiting, head: { ...waiting, rate: 600 } });
    assert.deepEqual(told(subject), ['throughput regression', 'cpu unchanged']);
  });

  it('A head that waits longer on a server that saves when busy is yellow, and red if it is worse at the fixed rate', () => {
    const saving = { ...light, generatorBusy: 0.5 };
    const slower = { ...saving, rate: 12_000 };
    const alone = judged({ base: saving, head: slower });
    assert.equal(alone.verdict, 'inconclusive');
    assert.match(reasonOf(alone) as string, /a faster head could look the same/);
    const dearer = { ...slower, openLoopCpuUs: 90 };
    assert.deepEqual(told(judged({ base: saving, head: dearer })), [
      'throughput regression',
      'cpu regression',
    ]);
  });

  it('A wait is a wait on a busy machine too, where the server used less than half of what others left', () => {
    for (const foreign of [0, 0.35, 0.5, 0.8]) {
      const busy = (block: BlockMeasurement) => {
        block.runner.foreign = foreign;
      };
      const subject = judged({ base: waiting, head: waiting }, { edit: busy, answerMs: 44 });
      const throughput = of(subject, 'throughput');
      assert.deepEqual([throughput.verdict, throughput.gating], ['inconclusive', false]);
      assert.match(warningsOf(subject).join(), /TCP_NODELAY/, `${foreign}`);
    }
    const unequal = (block: BlockMeasurement) => {
      block.runner.foreign = block.index % 2 === 0 ? 0.1 : 1.6;
    };
    const mixed = judged({ base: waiting, head: waiting }, { edit: unequal, answerMs: 44 });
    assert.equal(of(mixed, 'throughput').gating, false);
  });

  it('What others took of the cores, the server did not leave', () => {
    const beside = (block: BlockMeasurement) => {
      block.runner.foreign = 0.5;
    };
    const third = { ...waiting, rate: 9000 };
    const subject = judged({ base: third, head: third }, { edit: beside });
    assert.deepEqual(told(subject), ['throughput unchanged', 'cpu unchanged']);
    const unread = (block: BlockMeasurement) => {
      for (const arm of ['base', 'head'] as const) observed(block, arm).cpuTicksMs = null;
    };
    assert.deepEqual(told(judged({ base: waiting, head: waiting }, { edit: unread })), [
      'throughput unchanged',
      'cpu unchanged',
    ]);
  });

  /** As seen of a Go server that fills its core where nothing else runs, and saves CPU when it is busier. */
  const full = {
    rate: 57_500,
    cpuUs: 12,
    generatorBusy: 0.45,
    generatorQueued: 0.17,
    openLoopCpuUs: 15,
  };
  const shared = (block: BlockMeasurement) => {
    block.runner.foreign = 0.21;
  };

  it('While the generator waits for its core no server has requests, so it has no time left', () => {
    const subject = judged({ base: full, head: full }, { edit: shared });
    assert.deepEqual(told(subject), ['throughput unchanged', 'cpu unchanged']);
    const dearer = { ...full, rate: 50_000, cpuUs: 13.8 };
    assert.deepEqual(told(judged({ base: full, head: dearer }, { edit: shared })), [
      'throughput regression',
      'cpu regression',
    ]);
  });

  it('Where it did not wait the server had time left, and the others are named', () => {
    const { generatorQueued: _, ...unknown } = full;
    const subject = judged({ base: unknown, head: unknown }, { edit: shared });
    assert.deepEqual(told(subject), [
      'throughput inconclusive, does not gate',
      'cpu inconclusive, does not gate',
    ]);
    assert.match(
      reasonOf(subject) as string,
      /Meanwhile others had 21% of the time of the cores; /,
    );
  });

  it('A light server beside others is no full one', () => {
    // By itself its generator would be the limit, or a wait.
    for (const [server, generator] of [
      [0.6, 0.3],
      [0.7, 0.6],
      [0.8, 0.75],
      [0.8, 0.95],
      [0.88, 0.95],
    ] as const) {
      for (const lost of [0.1, 0.2, 0.3]) {
        const left = (1 - lost) ** 2;
        const arm = {
          ...full,
          rate: (server * left) / 12e-6,
          generatorBusy: generator * left,
          generatorQueued: lost,
        };
        const edit = (block: BlockMeasurement) => {
          block.runner.foreign = lost;
        };
        const subject = judged({ base: arm, head: arm }, { edit });
        assert.equal(of(subject, 'throughput').gating, false, `${server} ${lost}`);
        assert.equal(subject.verdict, 'inconclusive', `${server} ${lost}`);
      }
    }
  });

  it('A server for which a request costs less than for the generator is not the limit, though all time is accounted for', () => {
    // As seen of quic-go beside two programs that want 35 % of a core each.
    const arm = { ...full, rate: 49_200, generatorBusy: 0.72, generatorQueued: 0.28 };
    const subject = judged({ base: arm, head: arm }, { edit: shared });
    assert.deepEqual(told(subject), [
      'throughput inconclusive, does not gate',
      'cpu inconclusive, does not gate',
    ]);
  });

  it('A neighbour on the generator’s core alone took nothing of the server’s', () => {
    const arm = { ...full, rate: 37_500, generatorBusy: 0.4, generatorQueued: 0.4 };
    const edit = (block: BlockMeasurement) => {
      block.runner.foreign = 0.25;
    };
    assert.equal(judged({ base: arm, head: arm }, { edit }).verdict, 'inconclusive');
  });

  it('A database on the generator’s core is no work of the server, and none of others', () => {
    const edit = (block: BlockMeasurement) => {
      block.runner.foreign = 0;
      block.runner.beside = 0.25;
    };
    for (const [rate, generatorQueued] of [
      [41_700, 0.25],
      [50_000, 0.42],
    ] as const) {
      const arm = { ...full, rate, generatorBusy: 0.4, generatorQueued };
      const subject = judged({ base: arm, head: arm }, { edit });
      assert.equal(subject.verdict, 'inconclusive');
      assert.doesNotMatch(reasonOf(subject) as string, /Meanwhile/);
    }
  });

  it('Where nothing is pinned, the generator may have waited for the server', () => {
    const subject = judged({ base: full, head: full }, { edit: shared, isPinned: false });
    assert.deepEqual(told(subject), [
      'throughput inconclusive, does not gate',
      'cpu inconclusive, does not gate',
    ]);
    assert.doesNotMatch(reasonOf(subject) as string, /Meanwhile/);
  });
});
