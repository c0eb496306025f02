/** When a load is given up, and how often it is looked at: the same for every engine. */

/** A connection that was refused so often in a row is not tried again. */
export const REFUSALS_TO_GIVE_UP = 3;
const FEWEST_TIMEOUTS_TO_GIVE_UP = 8;

/** So many timeouts that to wait for more would only cost time. `width`: what can be in flight at once. */
export function timeoutsToGiveUp(width: number): number {
  return Math.max(width, FEWEST_TIMEOUTS_TO_GIVE_UP);
}

/** How often to look for what takes longer than `timeoutMs`: an eighth late at most, and never so often that looking costs load. */
export function sweepPeriodMs(timeoutMs: number): number {
  return Math.min(250, Math.max(5, timeoutMs / 8));
}
