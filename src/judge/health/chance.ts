import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { CHANCE } from '../findings/thresholds.ts';

/** Whether a t statistic is too far from zero, either way, for an accident of this probability. */
export function isNoAccident(
  t: number,
  degreesOfFreedom: number,
  chance: number = CHANCE,
): boolean {
  return Math.abs(t) === Infinity || 2 * tCdf(-Math.abs(t), degreesOfFreedom) < chance;
}
