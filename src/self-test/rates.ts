/** Intervals of what was counted and averaged. All two-sided, 95 %. */
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Mean, Rate } from './result.ts';

const TAIL = 0.025;
const HALVINGS = 60;

/** `count` of `of` independent trials. Of none the share is null, and the interval is everything. */
export function rateOf(count: number, of: number): Rate {
  const share = of === 0 ? null : count / of;
  return { count, of, share, interval: exactInterval(count, of) };
}

/**
 * Clopper and Pearson 1934 (Biometrika 26): all probabilities of which neither tail of the binomial distribution is below
 * 2.5 % at what was counted. It never covers less than it says, and is wide where little was counted.
 */
export function exactInterval(count: number, of: number): [number, number] {
  return exactEnds(count, of, TAIL);
}

/** The same with another probability on either side: each end by itself holds with one less it. */
export function exactEnds(count: number, of: number, tail: number): [number, number] {
  const low = count === 0 ? 0 : bisect((p) => 1 - binomialCdf(count - 1, of, p) < tail);
  const high = count === of ? 1 : bisect((p) => binomialCdf(count, of, p) > tail);
  return [low, high];
}

/**
 * Wilson 1927 (J. Am. Stat. Assoc. 22): of a share that is worth so many independent trials, which need not be a whole
 * number.
 */
export function wilsonInterval(share: number, trials: number, tail = TAIL): [number, number] {
  const z = normalQuantile(1 - tail, 0, 1);
  const weight = z ** 2 / trials;
  const middle = (share + weight / 2) / (1 + weight);
  const half = (z / (1 + weight)) * Math.sqrt((share * (1 - share) + weight / 4) / trials);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Of independent values; the interval is null with fewer than two. Throws RangeError without any. */
export function meanOf(values: readonly number[]): Mean {
  if (values.length === 0) throw new RangeError('no values');
  const middle = mean([...values]);
  if (values.length < 2) return { mean: middle, interval: null };
  const se = sampleStandardDeviation([...values]) / Math.sqrt(values.length);
  const half = se === 0 ? 0 : se * tQuantile(1 - TAIL, values.length - 1);
  return { mean: middle, interval: [middle - half, middle + half] };
}

/** The same from a standard error that stands on many values. */
export function meanWithError(middle: number, se: number): Mean {
  const half = se * normalQuantile(1 - TAIL, 0, 1);
  return { mean: middle, interval: [middle - half, middle + half] };
}

/** Where between 0 and 1 `isBelow` turns from true to false. */
function bisect(isBelow: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
