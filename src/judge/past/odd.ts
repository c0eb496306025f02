/**
 * Earlier runs that say nothing of those after them, though nothing is known against them: one that lies far from all others, and
 * those before the level became better without any run that was called an improvement. Pure.
 */
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { mean } from 'simple-statistics';
import type { CalibratedValue } from '../../measure/observed/past-runs.ts';

/** Chance that of runs which are all alike one is left out, or that their level is said to have moved. */
const ALPHA = 0.001;
/** One faster run is an accident. */
const AFTER_AT_LEAST = 2;
/** To know how far runs lie apart. */
const BEFORE_AT_LEAST = 8;
/** As a standard deviation: less is rounding. */
const LEAST_SPREAD = 1e-6;

export type Point = Pick<CalibratedValue, 'log' | 'light'>;

/**
 * Index of the one point that lies further from the line through the others than chance brings about in any of them (deleted residuals,
 * Bonferroni); null where there is none, and where another one of the rest does so too: two are no accident, but how far runs lie
 * apart. `tests`: how many metrics are asked.
 */
export function oddOne(points: readonly Point[], tests = 1): number | null {
  const at = farthest(points, tests);
  if (at === null) return null;
  const rest = points.filter((_, index) => index !== at);
  return farthest(rest, tests) === null ? at : null;
}

function farthest(points: readonly Point[], tests: number): number | null {
  const n = points.length;
  const { residuals, leverages, parameters } = lineThrough(points);
  const degrees = n - parameters - 1;
  if (degrees < 2) return null;
  const all = residuals.reduce((sum, e) => sum + e ** 2, 0);
  let found: { at: number; t: number } | null = null;
  for (const [at, e] of residuals.entries()) {
    const own = e ** 2 / (1 - (leverages[at] as number));
    const rest = Math.max(LEAST_SPREAD ** 2, (all - own) / degrees);
    const t = Math.sqrt(own / rest);
    if (found === null || t > found.t) found = { at, t };
  }
  if (found === null) return null;
  return 2 * n * tests * tCdf(-found.t, degrees) <= ALPHA ? found.at : null;
}

/**
 * Index of the first point of the last level, where the level became better by `least` at least (in ln) and that is shown; else 0. A level that
 * became worse is none: what nobody has accepted is compared with what was before. `sign`: of a change for the better.
 */
export function betterFrom(
  points: readonly Point[],
  { sign, least, tests = 1 }: { sign: 1 | -1; least: number; tests?: number },
): number {
  const values = lineThrough(points).residuals.map((e) => sign * e);
  const n = values.length;
  const splits = n - BEFORE_AT_LEAST - AFTER_AT_LEAST + 1;
  let best = { at: 0, t: Number.NEGATIVE_INFINITY, p: 1, by: 0 };
  for (let at = BEFORE_AT_LEAST; at <= n - AFTER_AT_LEAST; at++) {
    const [before, after] = [values.slice(0, at), values.slice(at)];
    const [was, is] = [mean(before), mean(after)];
    const by = is - was;
    const squares = squaresAround(was, before) + squaresAround(is, after);
    const spread = Math.max(LEAST_SPREAD ** 2, squares / (n - 2));
    const t = by / Math.sqrt(spread * (1 / before.length + 1 / after.length));
    // The less likely is the larger: of no other is it asked how likely it is.
    if (t <= best.t) continue;
    const p = tCdf(-t, n - 2);
    if (p < best.p) best = { at, t, p, by };
  }
  return best.by >= least && best.p * splits * tests <= ALPHA ? best.at : 0;
}

function squaresAround(middle: number, values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += (value - middle) ** 2;
  return sum;
}

/** Least squares of `log` on `light`; a mean where `light` is always the same. */
function lineThrough(points: readonly Point[]) {
  const n = points.length;
  const x = points.length === 0 ? 0 : mean(points.map(({ light }) => light));
  const y = points.length === 0 ? 0 : mean(points.map(({ log }) => log));
  let [xx, xy] = [0, 0];
  for (const { log, light } of points) {
    xx += (light - x) ** 2;
    xy += (light - x) * (log - y);
  }
  const isFlat = xx <= n * LEAST_SPREAD ** 2;
  const slope = isFlat ? 0 : xy / xx;
  return {
    residuals: points.map(({ log, light }) => log - y - slope * (light - x)),
    leverages: points.map(({ light }) => 1 / n + (isFlat ? 0 : (light - x) ** 2 / xx)),
    parameters: isFlat ? 1 : 2,
  };
}
