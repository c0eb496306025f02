import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { neighboursOf } from '../../src/self-test/neighbours.ts';
import type { Neighbours } from '../../src/self-test/result.ts';
import { buildMeasurement, normals } from '../support/measurement.ts';
import { buildSelfTest } from './build.ts';

/** Blocks of which each keeps this share of the one before it. */
function following(share: number): Neighbours | null {
  const draw = normals(3);
  const selfTest = buildSelfTest({ doses: [{ asked: 0, blocks: 10 }], sd: 0.01 });
  const chunks = Array.from({ length: 12 }, () => {
    let value = draw();
    const blocks = Array.from({ length: 10 }, () => {
      value = share * value + Math.sqrt(1 - share ** 2) * draw();
      return { throughput: 0.02 + 0.01 * value, cpu: 0, memory: 0 };
    });
    return buildMeasurement({ slices: 4, subjects: [{ blocks }] });
  });
  return neighboursOf('throughput', { ...selfTest, chunks: new Map([['none', chunks]]) });
}

describe('the correlation of neighbouring blocks', () => {
  it('The correlation of neighbouring blocks is none where there is none, and shown where there is', () => {
    const [none, some] = [following(0), following(0.6)];
    assert.equal(none?.pairs, 12 * 9);
    assert.ok((none?.interval[0] as number) < 0 && (none?.interval[1] as number) > 0);
    assert.ok((some?.interval[0] as number) > 0.2, JSON.stringify(some));
    assert.ok(Math.abs((some?.correlation as number) - 0.6) < 0.25);
  });

  it('The correlation of neighbouring blocks is not told from a handful', () => {
    const few = buildSelfTest({ doses: [{ asked: 0, blocks: 6 }], sd: 0.01 });
    assert.equal(neighboursOf('throughput', few), null);
  });
});
