/** Memory: what is taken from a block, and what is said of it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { repeat } from '../support/block.ts';
import type { BlockMeasurement } from '../support/draft.ts';
import { warningsOf } from '../support/english.ts';
import { observed } from '../support/measurement.ts';
import { ARMS, metric, near, one } from './judged-metrics.ts';

describe('memory', () => {
  it('Memory grows by what it grows per 1,000 requests, as a difference', () => {
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

  it('Memory growth is judged of blocks with two readings, as those of a load tool have', () => {
    const edit = (block: BlockMeasurement) => {
      for (const arm of ARMS) {
        const seen = observed(block, arm);
        const grown = arm === 'head' ? 250 * seen.attempted : 0;
        seen.memoryAfter = [0, seen.attempted];
        seen.rssBytes = [5e7, 5e7 + grown + 1000 * block.index];
        seen.pssBytes = [...seen.rssBytes];
      }
    };
    const subject = one(
      { blocks: repeat({}, 6), edit },
      { gate: { metrics: ['memory-growth'] }, slices: 8 },
    );
    assert.equal(metric(subject, 'memory-growth').verdict, 'regression');
    assert.deepEqual(warningsOf(subject), []);
  });

  it('Memory of blocks with few readings is that after work, and not the one before any', () => {
    const edit = (block: BlockMeasurement) => {
      for (const arm of ARMS) {
        const seen = observed(block, arm);
        seen.memoryAfter = [0, seen.attempted];
        seen.rssBytes = [5e7, (arm === 'head' ? 5.4e7 : 5e7) + 1000 * block.index];
        seen.pssBytes = [...seen.rssBytes];
      }
    };
    const subject = one(
      { blocks: repeat({}, 6), edit },
      { gate: { metrics: ['memory', 'pss'] }, slices: 8 },
    );
    for (const name of ['memory', 'pss'] as const) {
      assert.equal(metric(subject, name).verdict, 'regression');
      assert.ok(Math.abs((metric(subject, name).change ?? 0) - 0.08) < 0.001);
    }
  });

  it('Memory at peak, and as shares of pages, is compared like memory', () => {
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

  it('Memory that cannot be read has no value, and does not gate', () => {
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
    assert.match(warningsOf(subject).join(), /pss cannot be read here/);
  });
});
