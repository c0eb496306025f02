/** Latency: what is taken from a block, and what is said of it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openLoopTrouble } from '../../../src/judge/figures/open-loop.ts';
import type { BlockMeasurement, Measurement } from '../../support/draft.ts';
import { metricReasonOf, reasonOf } from '../../support/english.ts';
import { measurementOf, observed } from '../../support/measurement.ts';
import { ARMS, around, metric, near, one, openLoop, type Segments } from '../judged-metrics.ts';

describe('latency', () => {
  const gate = { metrics: ['p99'] as const };

  it('p99 that rose by half is a regression; the other quantiles are their own', () => {
    const subject = one(
      { blocks: around('p99', Math.log(1.5)) },
      { load: openLoop, gate: { metrics: [...gate.metrics] } },
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
      { load: openLoop, gate: { metrics: [...gate.metrics] } },
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

  /** The first so many segments of head, in these blocks. */
  const changed =
    (blocks: readonly number[], count: number, change: Partial<Record<keyof Segments, number>>) =>
    (block: BlockMeasurement) => {
      if (!blocks.includes(block.index)) return;
      const { segments } = latencyOf(block);
      for (const [key, value] of Object.entries(change)) {
        segments[key as keyof Segments].fill(value, 0, count);
      }
    };

  it('Latency of segments in which the generator sent late are left out, each with its neighbour', () => {
    const late = changed([0, 1, 2, 3, 4, 5], 5, { late: 25, p99Us: 90_000 });
    const subject = one(
      { blocks: around('p99', 0), edit: late },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    assert.equal(subject.verdict, 'unchanged');
    near(metric(subject, 'p99').change, 0, 1e-3);
    // Exactly one in a hundred is not too many.
    const onTime = changed([0, 1, 2, 3, 4, 5], 10, { late: 24, p99Us: 90_000 });
    const slower = one(
      { blocks: around('p99', 0), edit: onTime },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    assert.equal(slower.verdict, 'regression');
  });

  it('Latency of a generator that was late in most segments says nothing, nor in too many blocks', () => {
    const at = (blocks: number[]) =>
      one(
        { blocks: around('p99', 0), edit: changed(blocks, 6, { late: 25, p99Us: 1 }) },
        { load: openLoop, gate: { metrics: ['p99'] } },
      );
    const once = metric(at([2]), 'p99');
    assert.deepEqual([once.verdict, once.blocks], ['unchanged', 5]);
    const twice = at([2, 4]);
    assert.equal(twice.verdict, 'inconclusive');
    assert.match(
      reasonOf(twice) as string,
      /sent more than 1% of the requests late in 2 of 6 blocks/,
    );
  });

  it('Latency of an arm that did not keep up with the rate says nothing, however short it is', () => {
    // Half as fast as it had to be: the last of 100 ms waits for 100 more.
    const slow = { durationUs: 200_000, p50Us: 50_000, p99Us: 20 };
    const subject = one(
      { blocks: around('p99', 0), edit: changed([0, 1, 2], 6, slow) },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) as string,
      /head did not keep up with the rate in 3 of 6 blocks/,
    );
  });

  it('Both arms are named where both fell behind, though it was in the same blocks', () => {
    const { subjects } = measurementOf({
      load: openLoop,
      subjects: [
        {
          blocks: around('p99', 0),
          edit: (block) => {
            for (const arm of ARMS) {
              const segments = observed(block, arm).latency?.segments;
              segments?.durationUs.fill(200_000);
              segments?.p50Us.fill(50_000);
            }
          },
        },
      ],
    });
    const trouble = openLoopTrouble('p99', (subjects[0] as Measurement['subjects'][0]).blocks);
    assert.ok(trouble?.code === 'rate-not-kept');
    assert.deepEqual(trouble.data.arms, ['base', 'head']);
  });

  it('The time that a slow server needs for its last answers is not a rate that was missed', () => {
    const slowButFine = { durationUs: 150_000, p50Us: 50_000 };
    const { subjects } = measurementOf({
      load: openLoop,
      subjects: [{ blocks: around('p99', 0), edit: changed([0, 1, 2], 10, slowButFine) }],
    });
    const { blocks } = subjects[0] as Measurement['subjects'][0];
    assert.equal(openLoopTrouble('p99', blocks), null);
  });

  it('Latency nor are a few slow answers at the end of every segment', () => {
    const tail = { durationUs: 150_000, p50Us: 60, p99Us: 50_000 };
    const subject = one(
      { blocks: around('p99', 0), edit: changed([0, 1, 2, 3, 4, 5], 10, tail) },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    assert.equal(subject.verdict, 'regression');
  });

  it('Latency that rose in every segment and in all requests alike is a regression', () => {
    const subject = one(
      {
        blocks: around('p99', Math.log(20)),
        edit: (block) => {
          // As when the tail is all that has changed.
          latencyOf(block).p99Us = 30_000 * (1 + 0.001 * (block.index % 3));
        },
      },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    assert.equal(metric(subject, 'p99').verdict, 'regression');
    near(metric(subject, 'p99').head, 0.03, 1e-3);
  });

  it('Latency pauses of few segments convict by all requests together', () => {
    const pauses = (block: BlockMeasurement) => {
      const seen = latencyOf(block);
      seen.segments.p99Us[4] = 50_000;
      seen.p99Us = 45_000 + 100 * block.index;
    };
    const subject = one(
      { blocks: around('p99', 0), edit: pauses },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    const p99 = metric(subject, 'p99');
    assert.equal(subject.verdict, 'regression');
    assert.match(
      metricReasonOf(p99) as string,
      /by all requests together, rare slow ones included/,
    );
    near(p99.head, 0.04525, 1e-4);
    assert.ok((p99.change as number) > 25);
  });

  it('Latency that is shown by all requests together has their figures, also where a typical segment looks worse', () => {
    const typical = [0.35, -0.15, 0.25, -0.1, 0.3, 0.02];
    const subject = one(
      {
        blocks: typical.map((p99) => ({ p99 })),
        edit: (block) => {
          // Almost the same in all blocks.
          latencyOf(block).p99Us = 1500 * Math.exp(0.6 + 0.01 * (block.index % 3));
        },
      },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    const { verdict, reasons, change, interval, blockChanges } = metric(subject, 'p99');
    assert.deepEqual(
      [verdict, reasons.map(({ code }) => code)],
      ['regression', ['slower-in-few-moments']],
    );
    near(change, Math.expm1(0.61), 1e-9);
    assert.ok((interval?.[0] as number) > 0.7, `${interval}`);
    near(blockChanges?.[1], Math.expm1(0.61), 1e-9);
  });

  it('Latency that all requests together show to be much worse is red by them, though it is plainer still that a typical segment is a little worse', () => {
    const subject = (typical: number, whole: number) =>
      one(
        {
          blocks: around('p99', typical),
          edit: (block) => {
            latencyOf(block).p99Us = 1500 * Math.exp(whole + 0.06 * ((block.index % 3) - 1));
          },
        },
        { load: openLoop, gate: { metrics: ['p99'] } },
      );
    const wordOf = (typical: number, whole: number) => {
      const { verdict, reasons } = metric(subject(typical, whole), 'p99');
      return [verdict, ...reasons.map(({ code }) => code)].join();
    };
    // The typical segment lies 24 standard errors from nought, or none; all requests together 20.
    assert.equal(wordOf(0, 0.5), 'regression,slower-in-few-moments');
    assert.equal(wordOf(0.04, 0.5), 'regression,slower-in-few-moments');
    near(metric(subject(0.04, 0.5), 'p99').change, Math.expm1(0.5), 1e-9);
    // What is less than the tolerance, and more than half of it.
    assert.equal(wordOf(0.04, 0.17), 'regression,slower-in-few-moments');
    // Less than half of it fails nobody, and a typical segment that is worse by as much has the word itself.
    assert.equal(wordOf(0.04, 0.06), 'unchanged,small-slowdown');
    assert.equal(wordOf(0.2, 0.5), 'regression');
  });

  it('Latency that a typical segment shows beyond doubt has its figures, however clear all requests together are', () => {
    const subject = one(
      {
        blocks: around('p99', Math.log(1.5)),
        edit: (block) => {
          latencyOf(block).p99Us = 1500 * Math.exp(1 + 1e-4 * (block.index % 3));
        },
      },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    const { change, reasons } = metric(subject, 'p99');
    assert.deepEqual(reasons, []);
    near(change, 0.5, 1e-3);
  });

  it('Latency of a block that does not count is in none of its figures', () => {
    const slow = { durationUs: 200_000, p50Us: 50_000, p99Us: 900_000 };
    const subject = one(
      {
        blocks: around('p99', 0),
        edit: (block) => {
          for (const arm of ARMS) {
            if (block.index !== 2) continue;
            const { segments } = observed(block, arm).latency ?? assert.fail();
            for (const [key, value] of Object.entries(slow))
              segments[key as keyof Segments].fill(value);
          }
        },
      },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    const { blocks, base } = metric(subject, 'p99');
    assert.equal(blocks, 5);
    near(base, 0.0015, 1e-6);
  });

  it('Latency pauses that are plain but not shown strictly enough forbid to pass', () => {
    // Larger by e² on average, with a scatter that the strict first look does not let pass.
    const factors = [1.2, 2.9, 1.3, 2.8, 1.25, 2.75];
    const pauses = (block: BlockMeasurement) => {
      latencyOf(block).p99Us = 1500 * Math.exp(factors[block.index] as number);
    };
    const subject = one(
      { blocks: around('p99', 0), edit: pauses, planned: 20 },
      { load: openLoop, gate: { metrics: ['p99'] } },
    );
    assert.equal(subject.verdict, 'inconclusive');
    const ended = one(
      { blocks: around('p99', 0), edit: pauses, planned: 6 },
      { load: openLoop, gate: { metrics: ['p99'], falseAlarmRate: 1e-6 } },
    );
    assert.match(reasonOf(ended) as string, /all requests together are, by 6\d\d%/);
  });
});
