/** Whether blocks follow each other: the test takes them as independent, and this is what shows it. */

import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { mean, sampleCorrelation } from 'simple-statistics';
import { subjectName } from '../config/experiment.ts';
import { pairValue } from '../judge/estimate.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { SelfTest } from './record.ts';
import type { Neighbours } from './result.ts';

/** Fewer say nothing. */
const LEAST = 10;

/**
 * Correlation of the log-ratios of each two blocks that were measured one after the other, over all doses, each less the
 * mean of its dose; the interval by Fisher's z. Null with too few.
 */
export function neighboursOf(
  metric: Neighbours['metric'],
  { record, chunks }: Pick<SelfTest, 'record' | 'chunks'>,
): Neighbours | null {
  const earlier: number[] = [];
  const later: number[] = [];
  for (const dose of chunks.values()) {
    const runs = dose.map((chunk) => valuesOf(metric, chunk, subjectName(record.subject)));
    const all = runs.flat();
    if (all.length === 0) continue;
    const middle = mean(all);
    for (const run of runs) {
      for (let i = 1; i < run.length; i++) {
        earlier.push((run[i - 1] as number) - middle);
        later.push((run[i] as number) - middle);
      }
    }
  }
  if (earlier.length < LEAST) return null;
  const correlation = sampleCorrelation(earlier, later);
  const half = normalQuantile(0.975, 0, 1) / Math.sqrt(earlier.length - 3);
  const z = Math.atanh(correlation);
  return {
    metric,
    correlation,
    interval: [Math.tanh(z - half), Math.tanh(z + half)],
    pairs: earlier.length,
  };
}

function valuesOf(metric: Neighbours['metric'], { subjects }: Measurement, name: string): number[] {
  const measured = subjects.find((subject) => subjectName(subject) === name);
  return (measured?.blocks ?? []).flatMap((block) => {
    const value = pairValue(metric, block);
    return value !== null && Number.isFinite(value) ? [value] : [];
  });
}
