/**
 * A new run against earlier ones by a t prediction interval: how far may one more run of the same code lie from what they lead to
 * expect? The samples are runs: blocks of one run share its machine, its hour and its build.
 *
 * y = ln(cost of head ÷ the calibrator's work) goes along with x = ln(cost of the calibrator's light path ÷ its work), by how much is
 * fitted on the earlier runs: a server that computes for long hardly feels a machine that is slow at waking up, and one that answers at once
 * feels little else. So the interval is that of a straight line (h − 2 degrees of freedom), and grows where this run's x lies
 * outside of what the earlier ones had. Where x was always the same it is that of a mean (h − 1).
 */
import { mean } from 'simple-statistics';
import type { CalibratedValue } from '../../measure/observed/past-runs.ts';
import type { Estimate } from '../rule/estimate.ts';
import { RUNS_AT_LEAST } from './chosen.ts';

/** Runs that agree better than this do so by chance. */
const LEAST_SD = 0.0005;
/** As a standard deviation of x: less is rounding, and tells nothing of a slope. */
const LEAST_SPREAD = 1e-6;

/** Of one block, as ln(cost ratio). */
export interface CalibratedBlock {
  readonly log: number;
  readonly light: number;
}

/**
 * `past`: of each earlier run, as ln(cost ratio); `now`: of each block of this one. Null with fewer than ten runs, or two blocks.
 *
 * Where this run's blocks scatter more, or are fewer, than theirs, it is a worse measurement than those which s is of: what its
 * mean is less sure by is added.
 */
export function predicted(
  past: readonly CalibratedValue[],
  now: readonly CalibratedBlock[],
): Estimate | null {
  if (past.length < RUNS_AT_LEAST || now.length < 2) return null;
  const { slope, at, variance, sd, degreesOfFreedom } = lineThrough(past);
  const [log, light] = [mean(now.map((one) => one.log)), mean(now.map((one) => one.light))];
  const usual = mean(past.map((run) => run.sd ** 2 / run.blocks));
  const own = now.reduce((sum, one) => sum + (one.log - log) ** 2, 0) / (now.length - 1);
  return {
    d: log - at.log - slope * (light - at.light),
    se: Math.sqrt(variance(light) + Math.max(0, own / now.length - usual)),
    sd,
    degreesOfFreedom,
    blocks: now.length,
  };
}

/** Least squares. `variance`: of one more run at this x, about the line. */
function lineThrough(past: readonly CalibratedValue[]) {
  const h = past.length;
  const at = { log: mean(past.map(({ log }) => log)), light: mean(past.map((run) => run.light)) };
  let [xx, xy] = [0, 0];
  for (const { log, light } of past) {
    xx += (light - at.light) ** 2;
    xy += (light - at.light) * (log - at.log);
  }
  const isFlat = xx <= h * LEAST_SPREAD ** 2;
  const slope = isFlat ? 0 : xy / xx;
  const degreesOfFreedom = h - (isFlat ? 1 : 2);
  const left = past.reduce(
    (sum, { log, light }) => sum + (log - at.log - slope * (light - at.light)) ** 2,
    0,
  );
  const sd = Math.max(LEAST_SD, Math.sqrt(left / degreesOfFreedom));
  const variance = (light: number) =>
    sd ** 2 * (1 + 1 / h + (isFlat ? 0 : (light - at.light) ** 2 / xx));
  return { slope, at, variance, sd, degreesOfFreedom };
}
