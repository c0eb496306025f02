/** Steadiness: what is taken from a block, and what is said of it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { repeat } from '../support/block.ts';
import type { BlockMeasurement } from '../support/draft.ts';
import { metricReasonOf } from '../support/english.ts';
import { observed } from '../support/measurement.ts';
import { metric, near, one, steady } from './judged-metrics.ts';

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

  it('A stall over the limit that base does not have is a regression', () => {
    const subject = judged(3, 50);
    const stall = metric(subject, 'longest-stall');
    assert.deepEqual([subject.verdict, stall.verdict], ['regression', 'regression']);
    near(stall.base, 0.0035);
    near(stall.head, 0.0505);
    assert.deepEqual([stall.limit, stall.tolerance, stall.unit], [0.02, null, 's']);
    assert.equal(metric(subject, 'throughput-cv').verdict, 'regression');
    assert.equal(metric(subject, 'throughput').verdict, 'unchanged');
  });

  it('A stall that base has too is nobody’s regression, and no pass', () => {
    const stall = metric(judged(50, 50), 'longest-stall');
    assert.equal(stall.verdict, 'inconclusive');
    assert.equal(
      metricReasonOf(stall),
      'over the limit of 20 ms, at 50.5 ms, and base is over it too, at 50.5 ms: more blocks would decide nothing. Look for what stops both servers: a garbage collection, a periodic job, other work on this machine; or, if it is meant, allow it: `limits: { longest-stall: 76ms }` in the gate of the config file',
    );
  });

  it('A limit that was kept at the first looks is tested at the later ones too', () => {
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

  it('Steadiness stalls within the limit are unchanged, however many times those of base', () => {
    assert.equal(metric(judged(0, 18), 'longest-stall').verdict, 'unchanged');
  });
});
