/** Files that no run can have written, and that were judged all the same: each is refused by its place. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { impossibleIn } from '../../src/attempts/checks/measurement.ts';
import { impossibleInVerdict } from '../../src/attempts/checks/verdict.ts';
import { subjectName } from '../../src/config/experiment/experiment.ts';
import { judge } from '../../src/judge/judge.ts';
import { LatencyHistogram } from '../../src/load/histogram.ts';
import { latencyObservation } from '../../src/measure/loading/latency-observation.ts';
import { upgraded } from '../../src/system/shapes/schema-versions.ts';
import { versus } from '../support/contenders.ts';
import {
  type ArmObservation,
  type BlockMeasurement,
  draftOf,
  Measurement,
  type Server,
  type SubjectMeasurement,
  type SubjectPlan,
  Verdict,
} from '../support/draft.ts';

const RECORDED = gunzipSync(
  readFileSync(new URL('../judge/recordings/quiet.json.gz', import.meta.url)),
).toString();

function recorded(): Measurement {
  return Measurement.parse(upgraded('measurement', JSON.parse(RECORDED)));
}

interface Parts {
  whole: Measurement;
  subject: SubjectMeasurement;
  plan: SubjectPlan;
  block: BlockMeasurement;
  head: ArmObservation;
}

/** What is said of the recorded measurement after a change. */
function after(change: (parts: Parts) => void): string {
  const whole = recorded();
  const [subject] = whole.subjects as [SubjectMeasurement];
  const [plan] = whole.plan.subjects as [SubjectPlan];
  const [block] = subject.blocks as [BlockMeasurement];
  change({ whole, subject, plan, block, head: block.arms.head as ArmObservation });
  const found = impossibleIn(whole);
  return found === null ? 'nothing' : `${found.at}: ${found.message}`;
}

const times = <T>(count: number, make: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

it('A measurement as it was recorded is possible', () => {
  assert.equal(
    after(() => {}),
    'nothing',
  );
});

it('A pair that is called otherwise than its contenders is refused', () => {
  const renamed = (pair: Server) => ({ ...pair, name: 'go-vs-gleam' });
  const told = (servers: Server[]) =>
    after(({ whole }) => {
      whole.experiment = { ...whole.experiment, servers };
    });
  assert.equal(
    told([renamed(versus('gleam', 'go'))]),
    'experiment.servers.0.name: it is "go-vs-gleam", and by its contenders it is "gleam-vs-go"',
  );
  assert.match(
    told([versus('go', 'go')]),
    /^experiment\.servers\.0\.contenders\.1: contender "go"/,
  );
});

it('Times below zero are refused', () => {
  const told = after(({ subject }) => {
    for (const block of subject.blocks) block.sliceUs = block.sliceUs.map((us) => -us);
  });
  assert.match(told, /^subjects\.0\.blocks\.0\.sliceUs\.0: it is below zero \(-\d/);
});

it('Blocks without one of the arms are refused', () => {
  const told = after(({ subject }) => {
    for (const block of subject.blocks) delete block.arms.head;
  });
  assert.equal(
    told,
    'subjects.0.blocks.0.arms: it is "base", and the arms of this run are "base, head"',
  );
});

it('More blocks than were planned are refused', () => {
  const told = after(({ subject }) => {
    const { blocks } = subject;
    subject.blocks = times(56, (i) => ({
      ...(blocks[i % blocks.length] as BlockMeasurement),
      index: i,
    }));
  });
  assert.match(told, /^subjects\.0\.blocks: 56 blocks were measured, and \d+ were planned$/);
});

it('Looks without end are refused', () => {
  const told = after(({ plan }) => {
    plan.looks = times(20_000, (i) => i + 1);
  });
  assert.equal(told, 'plan.subjects.0.looks: 20000 looks, and there are never more than 400');
});

it('Looks that do not grow, or do not end with the blocks, are refused', () => {
  assert.equal(
    after(({ plan }) => plan.looks.unshift(plan.looks[0] as number)),
    'plan.subjects.0.looks.1: 6 comes after 6',
  );
  assert.match(
    after(({ plan }) => plan.looks.pop()),
    /^plan\.subjects\.0\.looks: the last is \d+, and \d+ blocks are planned$/,
  );
});

it('A subject of a server that is not in the experiment is refused', () => {
  const told = after(({ whole, subject, plan }) => {
    for (const one of [subject, plan, whole.experiment.subjects[0]])
      Object.assign(one ?? {}, { server: 'ghost' });
  });
  assert.equal(told, 'experiment.subjects.0.server: there is no server "ghost"');
  assert.equal(
    after(({ subject }) => Object.assign(subject, { scenario: 'ghost' })),
    'subjects.0: "server/ghost" is no subject of the experiment',
  );
});

it('What stands twice is refused', () => {
  for (const [change, told] of [
    [
      ({ whole }: Parts) => whole.experiment.servers.push(...whole.experiment.servers),
      'experiment.servers.1: server "server" is there twice',
    ],
    [
      ({ whole }: Parts) => whole.subjects.push(...whole.subjects),
      'subjects.1: subject "server/load" is there twice',
    ],
    [({ whole }: Parts) => whole.plan.arms.push('head'), 'plan.arms.2: arm "head" is there twice'],
  ] as const) {
    assert.match(
      after(change as (parts: Parts) => void),
      new RegExp(told.replace('server/load', 'server/\\w+')),
    );
  }
});

it('Figures that do not go together are refused', () => {
  for (const [told, change] of [
    [
      /blocks\.0\.index: it is 5 at position 0|blocks\.0\.index: there is no block 5 at this place/,
      ({ block }) => {
        block.index = 5;
      },
    ],
    [/sliceUs: it is \d+, and the slices of the order are \d+/, ({ block }) => block.sliceUs.pop()],
    [/sliceGood: it is \d+, and the slices/, ({ block }) => block.sliceGood.push(1)],
    [
      /sliceUs\.3: no slice takes 0 µs/,
      ({ block }) => {
        block.sliceUs[3] = 0;
      },
    ],
    [
      /sliceUs\.3: no run measures 1e\+300/,
      ({ block }) => {
        block.sliceUs[3] = 1e300;
      },
    ],
    [
      /sliceUs\.3: no run measures 1e-300/,
      ({ block }) => {
        block.sliceUs[3] = 1e-300;
      },
    ],
    [
      /sliceOrder: it is ".*", and the plan says ".*"/,
      ({ block }) => {
        block.sliceOrder = [...block.sliceOrder].reverse().join('').replace('b', 'h');
      },
    ],
    [
      /pairs: it is "exclusive", and the plan says "live"/,
      ({ block }) => {
        block.pairs = 'exclusive';
      },
    ],
    [
      /attempted: it is \d+, and good and failed together are \d+/,
      ({ head }) => {
        head.attempted += 1;
      },
    ],
    [
      /good: it is 1, and its slices alone have \d+/,
      ({ head }) => {
        head.good = 1;
        head.attempted = 1;
      },
    ],
    [/cpuMs: it is \d+, and the groups of slices are \d+/, ({ head }) => head.cpuMs?.pop()],
    [
      /latency\.cpuMs: it is 0, and the segments are \d+/,
      ({ head }) => {
        if (head.latency !== null) head.latency.cpuMs = [];
      },
    ],
    [/rssBytes: it is \d+, and the samples are \d+/, ({ head }) => head.rssBytes.pop()],
    [
      /memoryAfter\.1: 0 comes after \d+/,
      ({ head }) => {
        head.memoryAfter[1] = 0;
      },
    ],
    [
      /generatorBusy: no process uses 500 cores/,
      ({ head }) => {
        head.generatorBusy = 500;
      },
    ],
    [/generatorQueued: 1.5 is/, ({ head }) => Object.assign(head, { generatorQueued: 1.5 })],
    [
      /runner\.foreign: 5000 is no share of time/,
      ({ block }) => {
        block.runner.foreign = 5000;
      },
    ],
    [/spinCpuUs: it is \d+, and the spins are \d+/, ({ block }) => block.runner.spinCpuUs.pop()],
    [
      /hold: it is true, and that the scenario is a hold is false/,
      ({ head }) => {
        head.hold = {
          opened: 1,
          refused: 0,
          timedOut: 0,
          dropped: 0,
          openMs: 1,
          connectP50Us: 1,
          connectP99Us: 1,
          connectMaxUs: 1,
          rssBeforeBytes: null,
          rssHeldBytes: null,
        };
      },
    ],
    [
      /startedAt: "yesterday" is no time/,
      ({ whole }) => {
        whole.startedAt = 'yesterday';
      },
    ],
    [
      /sources: it is "head", and the arms/,
      ({ whole }) => {
        delete whole.sources.base;
      },
    ],
    [
      /plan\.cores: a core is there twice/,
      ({ whole }) => {
        whole.plan.cores = { ...whole.plan.cores, generator: [0], servers: [0] };
      },
    ],
    [
      /startOrder: it is not each of base, head once/,
      ({ plan }) => plan.blocks[0]?.startOrder.pop(),
    ],
    [
      /plan\.subjects\.0\.blocks\.0\.sliceOrder: it has not the same number/,
      ({ plan }) => {
        Object.assign(plan.blocks[0] ?? {}, { sliceOrder: 'hhhh' });
      },
    ],
    [
      /plan\.subjects\.0\.blocks\.0\.sliceOrder: it is no order of live pairs/,
      ({ plan }) => {
        Object.assign(plan.blocks[0] ?? {}, { sliceOrder: 'bbhh' });
      },
    ],
  ] as [RegExp, (parts: Parts) => unknown][]) {
    assert.match(
      after((parts) => void change(parts)),
      told,
    );
  }
});

it('Physical cores of other CPUs than are used are refused', () => {
  const told = after(({ whole }) => {
    whole.plan.cores = { generator: [0], servers: [1], note: null, physical: [[0, 1, 2]] };
  });
  assert.equal(told, 'plan.cores.physical: its CPUs are not those of the sides');
});

it('Quantiles that stand in the wrong order, and late work that was never scheduled, are refused', () => {
  const latencies = ({ head }: Parts) => head.latency as NonNullable<ArmObservation['latency']>;
  if (recorded().subjects[0]?.blocks[0]?.arms.head?.latency === null) return;
  assert.match(
    after((parts) => Object.assign(latencies(parts), { p50Us: 1e9 })),
    /latency\.1: \d+ comes after 1000000000/,
  );
  assert.match(
    after((parts) => {
      latencies(parts).segments.late[0] = 1e9;
    }),
    /late\.0: more is late than was scheduled/,
  );
  assert.match(
    after((parts) => void latencies(parts).segments.p99Us.pop()),
    /p99Us: it is \d+, and the segments are \d+/,
  );
});

it('Quantiles of few answers are possible, which a histogram puts a little above the greatest', () => {
  // 0.1 % above is what HdrHistogram does where the value is not the last of its bucket.
  for (const us of [2049, 5001, 100_003, 4_000_001]) {
    const latencies = new LatencyHistogram();
    latencies.record(us);
    const seen = latencyObservation(20, [{ scheduled: 1, late: 0, durationUs: 1, latencies }]);
    assert.ok(seen.p999Us >= seen.maxUs);
    const told = after(({ whole, subject, plan }) => {
      const segment = { scheduled: 1, late: 0, durationUs: 1, latencies };
      const { latency } = plan.phases;
      const segments = Array.from({ length: latency?.segmentsPerArm ?? 1 }, () => segment);
      for (const block of subject.blocks) {
        for (const arm of whole.plan.arms) {
          const observation = block.arms[arm] as ArmObservation;
          if (latency !== null)
            observation.latency = draftOf(latencyObservation(latency.perSecond, segments));
        }
      }
    });
    assert.equal(told, 'nothing');
  }
});

it('A verdict whose words contradict each other is refused', () => {
  const verdict = () => Verdict.parse(JSON.parse(JSON.stringify(judge(recorded()))));
  assert.equal(impossibleInVerdict(verdict()), null);
  for (const [told, change] of [
    [
      'verdict: it is "improvement", and that of its subjects together is "unchanged"',
      (one: Verdict) => {
        one.verdict = 'improvement';
      },
    ],
    [
      'verdict: it is "unchanged", and that of its subjects together is "improvement"',
      (one: Verdict) => {
        Object.assign(one.subjects[0] ?? {}, { verdict: 'improvement' });
      },
    ],
    [
      'awaitsConfirmation: there is no regression that could wait',
      (one: Verdict) => {
        one.awaitsConfirmation = true;
      },
    ],
    [
      'subjects.0.metrics.0.interval: its lower end is above its upper end',
      (one: Verdict) => {
        one.subjects[0]?.metrics[0]?.interval?.reverse();
      },
    ],
    [
      'subjects.0.metrics.0.p: 2 is no probability',
      (one: Verdict) => {
        Object.assign(one.subjects[0]?.metrics[0] ?? {}, { p: 2 });
      },
    ],
    [
      'startedAt: "never" is no time',
      (one: Verdict) => {
        one.startedAt = 'never';
      },
    ],
  ] as const) {
    const changed = verdict();
    change(changed);
    const found = impossibleInVerdict(changed);
    assert.equal(`${found?.at}: ${found?.message}`, told);
  }
});

it('A subject that is not there is not judged by its absence', () => {
  assert.equal(
    after(({ whole }) => {
      whole.subjects = [];
    }),
    `subjects: the experiment’s "${subjectName(recorded().subjects[0] as SubjectMeasurement)}" is not among them`,
  );
});
