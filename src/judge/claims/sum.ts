/** The estimate of a claim: a sum of means over the blocks of one or several subjects. */
import { mean, sampleVariance } from 'simple-statistics';
import type { Estimate } from '../estimate.ts';
import type { Evidence } from './evidence.ts';

/** The distribution functions do not take infinitely many. */
const MOST_DEGREES = 1e6;

/**
 * Of the first blocks of each subject, as many as `count` says. Several subjects are independent of each other: their variances
 * add, with the degrees of freedom of Welch and Satterthwaite. Null where one has too few values.
 */
export function sumAt(
  { series, plus }: Evidence,
  count: (index: number) => number,
): Estimate | null {
  let [d, variance, ofDegrees] = [plus, 0, 0];
  let [blocks, spread] = [Number.POSITIVE_INFINITY, 0];
  for (const [index, { values, weight }] of series.entries()) {
    const known = values.slice(0, count(index)).filter((value) => value !== null);
    if (known.length < 2) return null;
    const own = sampleVariance(known);
    d += weight * mean(known);
    variance += own / known.length;
    ofDegrees += (own / known.length) ** 2 / (known.length - 1);
    blocks = Math.min(blocks, known.length);
    spread += own;
  }
  return {
    d,
    se: Math.sqrt(variance),
    sd: Math.sqrt(spread),
    degreesOfFreedom:
      ofDegrees === 0 ? blocks - 1 : Math.min(MOST_DEGREES, variance ** 2 / ofDegrees),
    blocks,
  };
}
