/** What a run could have seen, and what it would have taken. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { EFFECT_FLOOR, PASS_ALPHA } from './decide.ts';
import type { Estimate } from './estimate.ts';

const POWER = 0.8;

/**
 * Minimum detectable effect as ln(cost ratio): the smallest true worsening that the fail side's
 * test at this level, on this many blocks of this noise, catches with 80 % power. Power of a t test
 * by the sum of the two quantiles (e.g. Lachin 1981, Controlled Clinical Trials 2); never smaller
 * than what the effect floor lets through.
 */
export function minimumDetectable(estimate: Estimate, failLevel: number, delta: number): number {
  const { se, degreesOfFreedom } = estimate;
  if (se === 0) return EFFECT_FLOOR * delta;
  const power = tQuantile(POWER, degreesOfFreedom);
  const critical = tQuantile(1 - failLevel, degreesOfFreedom);
  return Math.max(se * (critical + power), EFFECT_FLOOR * delta + se * power);
}

/**
 * Blocks that would probably have decided an open metric, if noise and estimate stay as they are:
 * enough to bring the upper bound under the tolerance or the lower bound above zero, whichever
 * needs fewer. Null when no number up to `limit` would (the change is too close to the tolerance).
 */
export function blocksNeeded(
  estimate: Estimate,
  failLevel: number,
  delta: number,
  limit: number,
): number | null {
  const { d, sd, blocks } = estimate;
  for (let n = blocks + 1; n <= limit; n++) {
    const se = sd / Math.sqrt(n);
    const passes = d + se * tQuantile(1 - PASS_ALPHA, n - 1) < delta;
    const fails = d >= EFFECT_FLOOR * delta && d - se * tQuantile(1 - failLevel, n - 1) > 0;
    if (passes || fails) return n;
  }
  return null;
}
