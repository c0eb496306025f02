/** What a run could have seen, and what it would have taken. */
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { BLOCKS_AT_MOST } from '../../plan/block-size.ts';
import { looksFor, MIN_BLOCKS } from '../../plan/looks.ts';
import { TOO_NOISY } from '../findings/thresholds.ts';
import { EFFECT_FLOOR, levelAt, PASS_ALPHA } from '../rule/decide.ts';
import { type BlockSpread, type Estimate, sdWith } from '../rule/estimate.ts';
import { nominalLevels, oneAttempt, type Schedule } from '../statistics/sequential.ts';
import { tQuantileOf } from '../statistics/t-quantile.ts';
import type { Procedure } from './smallest-visible.ts';

/** 80 % power in standard errors. */
const POWER_Z = normalQuantile(0.8, 0, 1);

/**
 * The rule for one metric of this level, with the looks up to this one. `figures`: of a metric that noise may leave out, how many figures it has
 * that may each look worse, so that it is measured on; 0 of every other one.
 */
export function procedureOf(
  schedule: Schedule,
  alpha: number,
  lastLook: number,
  figures = 0,
): Procedure {
  const taken = schedule.looks.slice(0, lastLook + 1);
  const { early, looksWorse } = TOO_NOISY;
  return {
    looks: taken,
    fail: nominalLevels(alpha, schedule).slice(0, taken.length),
    pass: nominalLevels(PASS_ALPHA, schedule).slice(0, taken.length),
    ...(figures > 0 && {
      givesUp: { from: early / smallestKept({ sd: 1 }, schedule), level: figures * looksWorse },
    }),
  };
}

/**
 * Minimum detectable effect of a single look, as ln(cost ratio): the smallest true worsening whose estimate, with this
 * standard error, is in 80 of 100 cases both shown by a test at this level and at least half the tolerance. Power of a
 * t test by the normal approximation to the noncentral t distribution (Abramowitz and Stegun 1964, 26.7.10); at six blocks
 * the plain sum of two quantiles would promise 80 % where simulation finds 72 %. Of several looks: `smallestVisible`.
 */
export function minimumDetectable(estimate: Estimate, failLevel: number, delta: number): number {
  const { se, degreesOfFreedom: df } = estimate;
  const floor = EFFECT_FLOOR * delta;
  if (se === 0) return floor;
  const critical = tQuantileOf(1 - failLevel, df);
  const shown = critical * (1 - 1 / (4 * df)) + POWER_Z * Math.sqrt(1 + critical ** 2 / (2 * df));
  return Math.max(se * shown, floor + se * POWER_Z);
}

/**
 * Smallest tolerance, as ln(cost ratio), that unchanged code with this noise is shown to keep in 80 of 100 runs of the plan: where
 * the pass side's test at the last look has that power. Earlier looks add a little, so it is on the safe side.
 */
export function smallestKept(spread: BlockSpread, schedule: Schedule): number {
  const last = schedule.looks.length - 1;
  const blocks = schedule.looks[last] as number;
  return keptWith(sdWith(spread, blocks), blocks, levelAt(PASS_ALPHA, schedule, last));
}

/** Without a floor it is the power of a plain t test, which is the same for "less than the tolerance" and "more than 0". */
export function keptWith(sd: number, blocks: number, passLevel: number): number {
  const estimate = { d: 0, sd, se: sd / Math.sqrt(blocks), degreesOfFreedom: blocks - 1, blocks };
  return minimumDetectable(estimate, passLevel, 0);
}

/**
 * The fewest blocks beyond these with which unchanged code of this noise is shown to keep the tolerance, also when its estimate `d` stays
 * what it is; null when no plan has so many.
 */
export function blocksToPass(
  spread: BlockSpread,
  delta: number,
  blocks: number,
  d = 0,
): number | null {
  for (let n = Math.max(MIN_BLOCKS, blocks + 1); n <= BLOCKS_AT_MOST; n++) {
    const sd = sdWith(spread, n);
    const level = lastLevel(PASS_ALPHA, n);
    const reached = d + (sd / Math.sqrt(n)) * tQuantileOf(1 - level, n - 1);
    if (Math.max(reached, keptWith(sd, n, level)) <= delta) return n;
  }
  return null;
}

/** By alpha and blocks: whoever looks for a number of blocks asks for the level of each, subject by subject. */
const lastLevels = new Map<number, Map<number, number>>();

/** Level of the last look of a plan of so many blocks. */
export function lastLevel(alpha: number, blocks: number): number {
  const ofAlpha = lastLevels.get(alpha) ?? new Map<number, number>();
  lastLevels.set(alpha, ofAlpha);
  let level = ofAlpha.get(blocks);
  if (level === undefined) {
    const looks = looksFor(blocks);
    level = levelAt(alpha, oneAttempt(looks), looks.length - 1);
    ofAlpha.set(blocks, level);
  }
  return level;
}

/**
 * Blocks that would probably have decided an open metric of a live pair at the last look, if noise
 * and estimate stay as they are: enough to bring the upper bound under the tolerance or the lower
 * bound above zero, whichever needs fewer. `alpha`: this metric's share of the false-alarm rate.
 * Null when not even the longest plan would do (the change is too close to the tolerance).
 */
export function blocksNeeded(
  estimate: BlockSpread & Pick<Estimate, 'd' | 'blocks'>,
  alpha: number,
  delta: number,
): number | null {
  const { d, blocks } = estimate;
  for (let n = Math.max(MIN_BLOCKS, blocks + 1); n <= BLOCKS_AT_MOST; n++) {
    const [failLevel, passLevel] = [lastLevel(alpha, n), lastLevel(PASS_ALPHA, n)];
    const se = sdWith(estimate, n) / Math.sqrt(n);
    const passes = d + se * tQuantileOf(1 - passLevel, n - 1) < delta;
    const fails = d >= EFFECT_FLOOR * delta && d - se * tQuantileOf(1 - failLevel, n - 1) > 0;
    if (passes || fails) return n;
  }
  return null;
}
