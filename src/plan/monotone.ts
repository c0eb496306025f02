/** Whether values go one way in time, and how steeply, whatever a few of them do. */
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import { median } from 'simple-statistics';

export interface Monotone {
  /** Kendall's τ of the values with time, −1 to 1: pairs that rise less pairs that fall, as a share of all pairs. */
  tau: number;
  /** Two-sided p-value of τ = 0 for independent values, by the normal approximation with continuity correction. */
  p: number;
}

/**
 * Mann's test against trend (Mann 1945, Econometrica 13:245; variance without ties: Kendall 1975, Rank Correlation
 * Methods). Of `values` in the order of time, at least two. Only their order counts: of a dozen values the first
 * two may lie anywhere.
 */
export function monotone(values: readonly number[]): Monotone {
  const n = values.length;
  let score = 0;
  for (let later = 1; later < n; later++) {
    const value = values[later] as number;
    for (let earlier = 0; earlier < later; earlier++) {
      const before = values[earlier] as number;
      if (value > before) score++;
      else if (value < before) score--;
    }
  }
  const variance = (n * (n - 1) * (2 * n + 5)) / 18;
  const z = Math.max(0, Math.abs(score) - 1) / Math.sqrt(variance);
  return { tau: (2 * score) / (n * (n - 1)), p: Math.min(1, 2 * normalCdf(-z, 0, 1)) };
}

/**
 * Median of the slopes between all pairs of points (Theil 1950; Sen 1968, JASA 63:1379): up to 29 % of the values may be
 * anything. `times` ascend strictly.
 */
export function medianSlope(times: readonly number[], values: readonly number[]): number {
  const slopes: number[] = [];
  for (let later = 1; later < values.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const rise = (values[later] as number) - (values[earlier] as number);
      slopes.push(rise / ((times[later] as number) - (times[earlier] as number)));
    }
  }
  return median(slopes);
}
