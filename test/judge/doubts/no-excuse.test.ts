/** A shown regression, and everything beside it that might take it back: only what could be why head is worse may. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fellBehind } from '../../../src/judge/figures/open-loop.ts';
import { judge, unresolved } from '../../../src/judge/judge.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { repeat, UNDISTURBED } from '../../support/block.ts';
import type {
  BlockMeasurement,
  BlockPlan,
  Measurement,
  RunnerObservation,
  SubjectVerdict,
} from '../../support/draft.ts';
import { reasonOf, warningsOf } from '../../support/english.ts';
import {
  httpScenario,
  type MeasurementSpec,
  measurementOf,
  normals,
  observed,
  type SubjectSpec,
} from '../../support/measurement.ts';

/** Blocks in which head's cost is `d` higher (natural logarithm), with noise of this standard deviation. */
function noisy(d: number, { blocks = 20, sd = 0.018, seed = 4 } = {}): SubjectSpec['blocks'] {
  const draw = normals(seed);
  return Array.from({ length: blocks }, () => ({ throughput: d + sd * draw() }));
}

function judged(subject: SubjectSpec, spec: Partial<MeasurementSpec> = {}): SubjectVerdict {
  return judge(measurementOf({ subjects: [subject], ...spec })).subjects[0] as SubjectVerdict;
}

/** The machine's own counters in every block. */
const on = (runner: Partial<RunnerObservation>, blocks = noisy(0.236)): SubjectVerdict =>
  judged({
    blocks,
    edit: (block) => {
      block.runner = { ...UNDISTURBED, ...runner };
    },
  });

describe('a slowdown that is shown', () => {
  it('A slowdown that is shown is a regression beside a database that takes two thirds of the machine', () => {
    const seen = on({ foreign: 0.67 });
    const throughput = seen.metrics.find(({ name }) => name === 'throughput');
    assert.equal(seen.verdict, 'regression');
    assert.ok(Math.abs((throughput?.change as number) + 0.21) < 0.01);
    assert.match(
      warningsOf(seen).join('\n'),
      /^the machine was too disturbed during 20 of 20 blocks, .*67%.* That does not explain why head is worse than base: both arms met it alike/,
    );
    // What is withheld is said of each: nothing of the others is called unchanged. But that no request failed is so, however busy the machine was.
    const words = seen.metrics.filter(({ gating }) => gating);
    assert.deepEqual(
      words.map(({ name, verdict }) => [name, verdict]),
      [
        ['throughput', 'regression'],
        ['cpu', 'inconclusive'],
        ['errors', 'unchanged'],
      ],
    );
  });

  it('A slowdown that is shown stays one however much the machine is disturbed, by whatever', () => {
    const spin = (ratio: number) => ({
      spinWallUs: repeat(2000 * ratio, 8),
      spinCpuUs: repeat(2000, 8),
    });
    for (const share of [0, 0.05, 0.11, 0.3, 0.51, 0.8, 1]) {
      for (const runner of [
        { foreign: share },
        { steal: share },
        { pressure: share },
        { throttled: Math.round(100 * share) },
        spin(1 + share),
      ]) {
        assert.equal(on(runner).verdict, 'regression', JSON.stringify(runner));
      }
    }
  });

  it('A slowdown that is shown needs no further block for that', () => {
    const disturbed = (d: number) =>
      unresolved(
        measurementOf({
          subjects: [
            {
              blocks: noisy(d, { blocks: 6 }),
              planned: 20,
              edit: (block) => {
                block.runner = { ...UNDISTURBED, foreign: 0.7 };
              },
            },
          ],
        }),
      );
    assert.deepEqual(disturbed(0.236), []);
    assert.deepEqual(disturbed(0), ['api/plain']);
  });

  it('A slowdown that is shown is no more often alleged of equal builds than on a quiet machine', () => {
    const words = (foreign: number) =>
      Array.from(
        { length: 400 },
        (_, seed) => on({ foreign }, noisy(0, { sd: 0.04, seed })).verdict,
      );
    const alarms = (foreign: number) =>
      words(foreign).filter((word) => word === 'regression').length;
    assert.equal(alarms(0.7), alarms(0));
    assert.ok(alarms(0.7) <= 10);
    assert.ok(words(0.7).every((word) => word === 'regression' || word === 'inconclusive'));
  });
});

describe('a base that gets slower while it is measured', () => {
  /** Base falls by 5 % a second; head costs so much more, in ln. */
  function besideFallingBase(worse: { throughput?: number; memory?: number }): SubjectVerdict {
    const draw = normals(11);
    return judged(
      {
        blocks: Array.from({ length: 20 }, () => ({
          throughput: (worse.throughput ?? 0) + 0.004 * draw(),
          memory: (worse.memory ?? 0) + 0.004 * draw(),
        })),
        edit: (block) => {
          let elapsedUs = 0;
          block.sliceUs = block.sliceUs.map((us, i) => {
            const slower = block.sliceOrder[i] === 'b' ? (0.05 * elapsedUs) / 1e6 : 0;
            elapsedUs += us;
            return us * Math.exp(0.01 * draw() + slower);
          });
        },
      },
      { slices: 80, gate: { metrics: ['throughput', 'memory'] } },
    );
  }
  const wordsOf = ({ verdict, metrics }: SubjectVerdict) => [
    verdict,
    ...metrics.filter(({ gating, name }) => gating && name !== 'errors').map((one) => one.verdict),
  ];

  it('A base that gets slower does not take back that head needs more memory, and says so', () => {
    const seen = besideFallingBase({ memory: 0.4 });
    assert.deepEqual(wordsOf(seen), ['regression', 'inconclusive', 'regression']);
    assert.match(
      warningsOf(seen).join('\n'),
      /never becomes steady: base's throughput falls .* A base that gets slower does not explain what head keeps in memory, or loses\. What goes by speed is not judged\./,
    );
  });

  it('A base that gets slower takes back that head is slower, also beside memory that is red', () => {
    assert.deepEqual(wordsOf(besideFallingBase({ throughput: 0.3 })), [
      ...repeat('inconclusive', 3),
    ]);
    assert.deepEqual(wordsOf(besideFallingBase({ throughput: 0.3, memory: 0.4 })), [
      ...['regression', 'inconclusive', 'regression'],
    ]);
  });
});

describe('the order of the arms', () => {
  /** What stands at the beginning costs `effect` more; head is worse by `d` besides. */
  function ordered(d: number, effect: number): SubjectVerdict {
    const draw = normals(3);
    const plain = measurementOf({ subjects: [{ blocks: repeat({}, 20) }] });
    const plans = plain.plan.subjects[0]?.blocks as BlockPlan[];
    return judged({
      blocks: plans.map(({ startOrder }) => ({
        throughput: d + 0.01 * draw() + (startOrder[0] === 'head' ? effect / 2 : -effect / 2),
      })),
    });
  }

  it('The order of the arms excuses what it could account for', () => {
    const seen = ordered(0.04, 0.06);
    assert.equal(seen.verdict, 'inconclusive');
    assert.match(reasonOf(seen) as string, /^it matters which of the two was started first/);
  });

  it('The order of the arms excuses nothing that is as bad in either order', () => {
    const seen = ordered(0.2, 0.06);
    assert.equal(seen.verdict, 'regression');
    assert.match(warningsOf(seen).join('\n'), /^it matters which of the two was started first/);
  });
});

describe("the generator's limit", () => {
  const limited =
    (arm: Arm) =>
    (block: BlockMeasurement): void => {
      const other = arm === 'base' ? 'head' : 'base';
      Object.assign(observed(block, arm), { generatorBusy: 0.95, cpuTicksMs: 60 });
      Object.assign(observed(block, other), { generatorBusy: 0.5, cpuTicksMs: 60 });
    };

  it("The generator's limit on base alone does not hide that head is slower", () => {
    const seen = judged({ blocks: noisy(0.3), edit: limited('base') });
    assert.equal(seen.verdict, 'regression');
    assert.match(
      warningsOf(seen).join(),
      /throughput can show that head is slower, and nothing else/,
    );
  });

  it("The generator's limit on base alone lets throughput pass nobody: it does not gate then", () => {
    const seen = judged({ blocks: noisy(-0.01), edit: limited('base') });
    const throughput = seen.metrics.find(({ name }) => name === 'throughput');
    assert.deepEqual([throughput?.verdict, throughput?.gating], ['inconclusive', false]);
    assert.equal(seen.verdict, 'unchanged');
  });

  it("The generator's limit on head says nothing of the server", () => {
    const seen = judged({ blocks: noisy(0.3), edit: limited('head') });
    assert.equal(seen.metrics.find(({ name }) => name === 'throughput')?.verdict, 'inconclusive');
    assert.notEqual(seen.verdict, 'regression');
  });
});

describe('a fixed rate that one arm alone cannot keep up with', () => {
  /** Half as fast as it had to be, in these blocks: the last of 100 ms waits for 100 more. */
  function behind(arm: Arm, isBehind: (index: number) => boolean): SubjectVerdict {
    return judge(fallingBehind((one, index) => one === arm && isBehind(index)))
      .subjects[0] as SubjectVerdict;
  }

  function fallingBehind(isBehind: (arm: Arm, index: number) => boolean): Measurement {
    return measurementOf({
      load: (name) => httpScenario(name, { latency: { perSecond: null } }),
      gate: { metrics: ['p99'] },
      subjects: [
        {
          blocks: repeat({}, 20).map((_, i) => ({ p99: 0.004 * ((i % 3) - 1) })),
          edit: (block) => {
            for (const arm of ['base', 'head'] as const) {
              const segments = observed(block, arm).latency?.segments;
              if (segments === undefined || !isBehind(arm, block.index)) continue;
              segments.durationUs.fill(200_000);
              segments.p50Us.fill(50_000);
              segments.p99Us.fill(95_000);
            }
          },
        },
      ],
    });
  }

  it('A fixed rate that one arm alone cannot keep up with is a regression of its latency when it is head', () => {
    assert.equal(behind('head', () => true).verdict, 'regression');
  });

  it('A fixed rate that one arm alone cannot keep up with never flatters head when it is base', () => {
    const seen = behind('base', () => true);
    assert.equal(seen.verdict, 'inconclusive');
    assert.match(reasonOf(seen) as string, /base did not keep up with the rate in 20 of 20 blocks/);
  });

  it('A fixed rate that one arm alone cannot keep up with leaves out the blocks in which it happened now and then', () => {
    assert.equal(behind('head', (index) => index % 7 === 3).verdict, 'unchanged');
  });

  it('A fixed rate that one arm alone cannot keep up with now and then is told where it is head in two blocks or more', () => {
    const told = (arm: Arm, blocks: readonly number[]) =>
      warningsOf(behind(arm, (index) => blocks.includes(index))).filter((one) =>
        /fixed rate/.test(one),
      );
    assert.deepEqual(told('head', [3, 9]), [
      "head did not keep up with the fixed rate in 2 of 20 blocks, base in none. The latencies leave these blocks out, so head's may look better than they are: look for what makes it fall behind, or set a lower `rate`.",
    ]);
    assert.deepEqual(told('head', [3]), []);
    assert.deepEqual(told('base', [3, 9]), []);
  });

  it('A fixed rate that both arms could not keep up with in the same blocks is told of neither as its own, and counts for both', () => {
    const told = (own: Record<Arm, readonly number[]>, arm: Arm) => {
      const [subject] = fallingBehind((one, index) => own[one].includes(index)).subjects;
      return fellBehind(subject?.blocks ?? [], arm)?.data ?? null;
    };
    const alike = { base: [3, 9, 12], head: [3, 9, 12] };
    assert.deepEqual([told(alike, 'base'), told(alike, 'head')], [null, null]);
    const more = { base: [3], head: [3, 9, 12] };
    assert.deepEqual(told(more, 'head'), { own: 3, others: 1, blocks: 20 });
    assert.equal(told(more, 'base'), null);
  });
});
