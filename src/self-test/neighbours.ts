/** Whether blocks follow each other: the test takes them as independent, and this is what shows it. */

import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { sampleCorrelation } from 'simple-statistics';
import { subjectName } from '../config/experiment.ts';
import { pairValue } from '../judge/estimate.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { SelfTest } from './record.ts';
import type { Neighbours } from './result.ts';

/** Fewer say nothing. */
const LEAST = 10;

/**
 * Correlation of the log-ratios of each two blocks of unchanged code that were measured one after the other; the interval by
 * Fisher's z, which is right where there is none, and that is the question. Only of these: what an injected dose costs may itself move from one hour to the next. Null with too few.
 */
export function neighboursOf(
  metric: Neighbours['metric'],
  { record, chunks }: Pick<SelfTest, 'record' | 'chunks'>,
): Neighbours | null {
  const unchanged = record.doses.filter(({ asked }) => asked === 0).map(({ name }) => name);
  const pairs = unchanged.flatMap((name) =>
    (chunks.get(name) ?? []).flatMap((chunk) =>
      pairsIn(metric, chunk, subjectName(record.subject)),
    ),
  );
  const [earlier, later] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
  if (earlier.length < LEAST) return null;
  const correlation = sampleCorrelation(earlier, later);
  if (!Number.isFinite(correlation)) return null;
  const half = normalQuantile(0.975, 0, 1) / Math.sqrt(earlier.length - 3);
  const z = Math.atanh(correlation);
  return {
    metric,
    correlation,
    interval: [Math.tanh(z - half), Math.tanh(z + half)],
    pairs: earlier.length,
  };
}

/** Of blocks whose neighbour was measured right after them, and both of which have a value. */
function pairsIn(
  metric: Neighbours['metric'],
  { subjects }: Measurement,
  name: string,
): [number, number][] {
  const blocks = subjects.find((subject) => subjectName(subject) === name)?.blocks ?? [];
  const values = blocks.map((block) => pairValue(metric, block) ?? Number.NaN);
  return values.flatMap((value, i): [number, number][] => {
    const next = values[i + 1] ?? Number.NaN;
    return Number.isFinite(value) && Number.isFinite(next) ? [[value, next]] : [];
  });
}
