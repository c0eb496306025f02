/**
 * How likely two sides of a split differ as much as they do when the level never moved. The split was chosen because its
 * sides differ, so a plain t test would be far too ready: its p is corrected for all the splits there were to choose
 * from (docs/adr/0072-trends.md). Pure.
 */
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import type { Moments } from './moments.ts';

/** The p of a split with these sides. */
export type SplitTest = (left: Moments, right: Moments) => number;

/** Student's t of the difference of the means. */
export function tStatistic(left: Moments, right: Moments): number {
  const df = left.count + right.count - 2;
  const difference = Math.abs(right.mean - left.mean);
  const spread = Math.sqrt(
    ((left.squares + right.squares) / df) * (1 / left.count + 1 / right.count),
  );
  if (spread > 0) return difference / spread;
  return difference > 0 ? Number.POSITIVE_INFINITY : 0;
}

/**
 * p of the largest of the t statistics of all splits with `side` values on each side at least.
 *
 * James, James and Siegmund, "Tests for a change-point", Biometrika 74 (1987), for a normal mean; t is put on the normal
 * scale first, as the spread is estimated.
 */
export function selectedP(t: number, count: number, side: number): number {
  const single = 2 * tCdf(-t, count - 2);
  if (!(single > 0)) return 0;
  const z = -normalQuantile(single / 2, 0, 1);
  if (!Number.isFinite(z)) return 0;
  // Below this the approximation holds no more, and nothing is shown anyway.
  if (z < 1.5) return 1;
  const low = z * Math.sqrt(1 / (count - side) - 1 / count);
  const high = z * Math.sqrt(1 / side - 1 / count);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const chances = 2 * z * density * overSplits(z, count, low, high) + single;
  return Math.min(1, Math.max(single, chances));
}

const STEPS = 32;

/** Simpson's rule on a scale of logarithms. */
function overSplits(z: number, count: number, low: number, high: number): number {
  if (high <= low) return 0;
  const step = Math.log(high / low) / STEPS;
  let sum = 0;
  for (let i = 0; i <= STEPS; i++) {
    const x = low * Math.exp(i * step);
    const weight = i === 0 || i === STEPS ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * overshoot(x + (z * z) / (count * x));
  }
  return (sum * step) / 3;
}

/** Siegmund's function of the overshoot, by the approximation of Siegmund and Yakir (2007). */
function overshoot(x: number): number {
  const half = x / 2;
  const cdf = normalCdf(half, 0, 1);
  const pdf = Math.exp((-half * half) / 2) / Math.sqrt(2 * Math.PI);
  return ((2 / x) * (cdf - 0.5)) / (half * cdf + pdf);
}
