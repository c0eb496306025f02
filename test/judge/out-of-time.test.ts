/** Metrics that the clock has stopped before they were decided. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgement } from '../../src/judge/judge.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { findingText } from '../../src/report/text/finding.ts';
import type { Gate } from '../support/draft.ts';
import { httpScenario, measurementOf, observed } from '../support/measurement.ts';
import { metric, spread } from './judged.ts';

/** The first six blocks have no open loop, as in any run; `p99`: ln(cost ratio) on average, in blocks that differ by 12 %. */
function stopped({
  blocks = 10,
  throughput = 0,
  se = 0.003,
  p99 = 0,
  gate = {},
}: {
  blocks?: number;
  throughput?: number;
  /** Standard error of throughput and CPU time. */
  se?: number;
  p99?: number;
  gate?: Partial<Gate>;
} = {}) {
  const speed = spread(blocks, throughput, se);
  const latency = spread(blocks, p99, 0.12 / Math.sqrt(blocks));
  const measurement = measurementOf({
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
        'p99 latency is not judged here: the time was over before it was decided, after 4 blocks: that of the job (`job-budget`, 1 min 30 s), or the blocks took far longer than the pilot run led to expect. What would help: more time for the job, or a larger `budget`. To have it decide all the same, name it in `metrics`.',
      ],
    );
  });

  it('A stopped job says of a p99 that it had no time to measure that it was not measured', () => {
    const { subject } = stopped({ blocks: 6, gate: { jobBudgetMs: null } });
    assert.equal(subject.verdict, 'unchanged');
    const told = subject.warnings.find(({ code }) => code === 'out-of-time');
    assert.ok(told);
    assert.match(
      findingText(told),
      /took far longer .* over before it was measured\. What would help: a larger `budget`/,
    );
  });

  it('A stopped job is inconclusive where p99 looks worse, or was named by the user', () => {
    for (const given of [{ p99: 0.35 }, { gate: { metricsNamed: true } }]) {
      const { subject, p99 } = stopped(given);
      assert.deepEqual([subject.verdict, p99.gating], ['inconclusive', true]);
    }
  });

  it('A stopped job is red or inconclusive by throughput and CPU time as it was', () => {
    assert.equal(stopped({ throughput: 0.2 }).subject.verdict, 'regression');
    assert.equal(stopped({ se: 0.05 }).subject.verdict, 'inconclusive');
    assert.equal(stopped({ blocks: 2 }).subject.verdict, 'inconclusive');
  });
});
