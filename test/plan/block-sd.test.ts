import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { sampleStandardDeviation } from 'simple-statistics';
import { SLICE_TRIM, trimmedMean } from '../../src/judge/figures/trimmed.ts';
import { BETWEEN_PROCESSES_SD, expectedBlockSd, TRIMMED_MEAN_SD } from '../../src/plan/block-sd.ts';
import { normals } from '../support/measurement.ts';

describe('the expected difference of blocks', () => {
  it('The expected difference of blocks is that of processes and that of slices, over as many pairs', () => {
    assert.equal(expectedBlockSd(0, 40), BETWEEN_PROCESSES_SD);
    assert.equal(expectedBlockSd(0.06, 36).toFixed(9), Math.hypot(0.01119, 0.004).toFixed(9));
    assert.ok(expectedBlockSd(0.06, 72) < expectedBlockSd(0.06, 36));
  });

  it('The expected difference of blocks counts what trimming costs', () => {
    const z = normalQuantile(0.7, 0, 1);
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const exact = Math.sqrt(0.4 - 2 * z * density + 0.6 * z * z) / 0.4;
    assert.ok(Math.abs(TRIMMED_MEAN_SD - exact) < 0.0002, `${exact}`);
  });

  it('The expected difference of blocks is what simulated blocks have', () => {
    const z = normals(11);
    const pairs = 40;
    const values = Array.from({ length: 4000 }, () => {
      const slices = Array.from({ length: pairs }, () => 0.06 * z());
      return (trimmedMean(slices, SLICE_TRIM) as number) + BETWEEN_PROCESSES_SD * z();
    });
    const ratio = sampleStandardDeviation(values) / expectedBlockSd(0.06, pairs);
    assert.ok(Math.abs(ratio - 1) < 0.03, `${ratio}`);
  });
});
