/** Metrics that the clock has stopped before they were decided. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { worsening } from '../../../src/judge/doubts/too-noisy.ts';
import { judgement } from '../../../src/judge/judge.ts';
import type { StoppedBy } from '../../../src/measure/observed/measurement.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { findingText } from '../../../src/report/findings/finding.ts';
import type { NoiseOf } from '../../support/block.ts';
import type { Gate } from '../../support/draft.ts';
import { httpScenario, measurementOf, observed } from '../../support/measurement.ts';
import { metric, spread } from '../judged.ts';

/** The first six blocks have no open loop, as in any run; `p99`: ln(cost ratio) on average, in blocks that differ by 12 %. */
function stopped({
  blocks = 10,
  throughput = 0,
  se = 0.003,
  p99 = 0,
  gate = {},
  stoppedBy = 'job-budget',
  noiseOf = 'both',
}: {
  blocks?: number;
  throughput?: number;
  /** Standard error of throughput and CPU time. */
  se?: number;
  p99?: number;
  gate?: Partial<Gate>;
  /** Null: nothing was recorded. */
  stoppedBy?: StoppedBy | null;
  noiseOf?: NoiseOf;
} = {}) {
  const speed = spread(blocks, throughput, se);
  const latency = spread(blocks, p99, 0.12 / Math.sqrt(blocks));
  const measurement = measurementOf({
    noiseOf,
    gate: {
      metrics: ['throughput', 'cpu', 'p99'],
      metricsNamed: false,
      jobBudgetMs: 90_000,
      ...gate,
    },
    load: (name) => httpScenario(name, { latency: { perSecond: null } }),
    subjects: [
      {
        planned: 20,
        looks: looksFor(20),
        blocks: speed.map((value, i) => ({
          throughput: value,
          cpu: value,
          p99: latency[i] as number,
        })),
        edit: (block) => {
          if (block.index >= 6) return;
          block.latencyOrder = '';
          for (const arm of ['base', 'head'] as const) observed(block, arm).latency = null;
        },
      },
    ],
  });
  const [measured] = measurement.subjects;
  if (stoppedBy !== null && measured !== undefined) measured.stoppedBy = stoppedBy;
  const { verdict, open } = judgement(measurement);
  const [subject] = verdict.subjects;
  assert.ok(subject);
  return { subject, isOpen: open.size > 0, p99: metric(subject, 'p99') };
}

describe('a job that its time limit stops while p99 is open', () => {
  it('A stopped job passes by throughput and CPU time, and says that p99 was not judged and what would help', () => {
    const { subject, isOpen, p99 } = stopped();
    assert.equal(isOpen, true, 'with more time it would be measured on');
    assert.equal(subject.verdict, 'unchanged');
    assert.deepEqual([p99.gating, p99.reasons[0]?.code], [false, 'out-of-time']);
    const told = subject.warnings.filter(({ code }) => code === 'out-of-time');
    assert.deepEqual(
      told.map((one) => findingText(one)),
      [
        'p99 latency is not judged here: the time was over before it was decided, after 4 blocks: that of the job (`job-budget`, 1 min 30 s). What would help: more time for the job. To have it decide all the same, name it in `metrics`.',
      ],
    );
  });

  it('A stopped job whose blocks took too long is told of that, and not of the limit of the job', () => {
    const { subject } = stopped({ stoppedBy: 'slow-blocks' });
    assert.equal(subject.verdict, 'unchanged');
    const told = subject.warnings.find(({ code }) => code === 'out-of-time');
    assert.ok(told);
    assert.match(
      findingText(told),
      /: the blocks took far longer than .* decided, after 4 blocks\. What would help: a larger `budget`\./,
    );
  });

  it('A stopped job is inconclusive where p99 was measured in fewer than four blocks, as a slow head may have brought that about', () => {
    for (const blocks of [6, 8]) {
      const { subject, p99 } = stopped({ blocks, stoppedBy: 'slow-blocks' });
      assert.deepEqual([subject.verdict, p99.gating], ['inconclusive', true]);
    }
  });

  it('A stopped job says of a p99 that had no value yet that it was stopped, and not that its blocks lack one', () => {
    const { p99 } = stopped({ blocks: 4 });
    assert.deepEqual(
      p99.reasons.map(({ code }) => code),
      ['stopped-undecided'],
    );
  });

  it('A job that no clock has stopped, such as one that was killed, leaves nothing out', () => {
    const { subject, p99 } = stopped({ stoppedBy: null });
    assert.deepEqual([subject.verdict, p99.gating], ['inconclusive', true]);
  });

  it('A stopped job is inconclusive where p99 looks worse, or was named by the user', () => {
    for (const given of [{ p99: 0.35 }, { gate: { metricsNamed: true } }]) {
      const { subject, p99 } = stopped(given);
      assert.deepEqual([subject.verdict, p99.gating], ['inconclusive', true]);
    }
  });

  it('A stopped job is inconclusive where noise of head alone has kept p99 open', () => {
    const words = (['head', 'both', 'base'] as const).map((noiseOf) => {
      const { subject, p99 } = stopped({ blocks: 12, noiseOf });
      return [subject.verdict, p99.gating];
    });
    assert.deepEqual(words, [
      ['inconclusive', true],
      ['unchanged', false],
      ['unchanged', false],
    ]);
  });

  it('A stopped job is red or inconclusive by throughput and CPU time as it was', () => {
    assert.equal(stopped({ throughput: 0.2 }).subject.verdict, 'regression');
    assert.equal(stopped({ se: 0.05 }).subject.verdict, 'inconclusive');
    assert.equal(stopped({ blocks: 2 }).subject.verdict, 'inconclusive');
  });

  it('A stopped job leaves out nothing that would be a regression by itself, by what its looks have seen so far', () => {
    const estimate = { d: 0.1, se: 0.1, sd: 0.2, degreesOfFreedom: 3, blocks: 4 };
    const asked = (p: number) =>
      worsening({ estimate, whole: null, p }, 0.2, { level: 0.025, alone: 0.01 });
    assert.deepEqual(asked(0.01), { looksWorse: false, isWorseByItself: true });
    assert.deepEqual(asked(0.02), { looksWorse: false, isWorseByItself: false });
  });
});
