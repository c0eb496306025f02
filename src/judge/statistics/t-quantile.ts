/** Quantiles of Student's t, each computed once: the looks of a job ask for few of them, again and again. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** More are not kept: degrees of freedom of unequal variances are any numbers. */
const KEPT_AT_MOST = 4096;

/** By the degrees of freedom, and by the probability. */
const known = new Map<number, Map<number, number>>();
let kept = 0;

export function tQuantileOf(probability: number, degreesOfFreedom: number): number {
  let own = known.get(degreesOfFreedom);
  const found = own?.get(probability);
  if (found !== undefined) return found;
  const value = tQuantile(probability, degreesOfFreedom);
  if (kept < KEPT_AT_MOST) {
    if (own === undefined) {
      own = new Map();
      known.set(degreesOfFreedom, own);
    }
    own.set(probability, value);
    kept++;
  }
  return value;
}
