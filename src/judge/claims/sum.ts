/** The estimate of a claim: a sum of means over the blocks of one or several subjects. */
import { mean, sampleVariance } from 'simple-statistics';
import type { Estimate } from '../rule/estimate.ts';
import type { Evidence } from './evidence.ts';
import type { Series } from './series.ts';

/** The distribution functions do not take infinitely many. */
const MOST_DEGREES = 1e6;

/**
 * Of the first blocks of each subject, as many as `count` says; with what a whole run has in common, which no number of blocks averages out. Several subjects are independent of each other: their variances
 * add, with the degrees of freedom of Welch and Satterthwaite. Null where one has too few values.
 */
export function sumAt(
  { series, plus }: Evidence,
  count: (index: number) => number,
): Estimate | null {
  let [d, variance, ofDegrees] = [plus, 0, 0];
  let [blocks, spread] = [Number.POSITIVE_INFINITY, 0];
  for (const [index, { values, weight, runSd }] of series.entries()) {
    const known = values.slice(0, count(index)).filter((value) => value !== null);
    if (known.length < 2) return null;
    // As if it were noise of so many blocks, as in the gate's own estimate.
    const own = sampleVariance(known) + known.length * runSd ** 2;
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

/** Variance of the estimate that more blocks would not take away. */
export function lastingVariance({ series }: Pick<Evidence, 'series'>): number {
  return series.reduce((total, { runSd }) => total + runSd ** 2, 0);
}

/** Of all blocks: with what the typical values leave out, and that part alone; null where nothing is left out, or too little is known of it. */
export function wholeSum(evidence: Evidence): { whole: Estimate; leftOut: Estimate } | null {
  const { series } = evidence;
  if (series.every(({ whole }) => whole === null)) return null;
  const all = series.map((one) => ({ ...one, values: one.whole ?? one.values }));
  const rest = series.map((one) => ({ ...one, runSd: 0, values: leftOutOf(one) }));
  const whole = sumAt({ ...evidence, series: all }, everyBlock);
  const leftOut = sumAt({ ...evidence, series: rest, plus: 0 }, everyBlock);
  return whole === null || leftOut === null ? null : { whole, leftOut };
}

function leftOutOf({ values, whole }: Series): (number | null)[] {
  return values.map((value, i) => {
    const all = whole === null ? value : (whole[i] ?? null);
    return value === null || all === null ? null : all - value;
  });
}

export function everyBlock(): number {
  return Number.POSITIVE_INFINITY;
}
