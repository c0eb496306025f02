/** How close a load tool came to what it can do. Pure. */

export interface ToolTimes {
  /** Of the whole run: from the tool's start to its end. */
  cpuUs: number;
  wallUs: number;
  /** Of the load, as the tool reports it: no longer than the run. */
  durationUs: number;
}

/** A tool that uses so much CPU time may do all its work in one thread, which then is at its limit. */
const ABOUT_ONE_CORE = { from: 0.9, to: 1.1 };

/**
 * CPU time to be set against `durationUs`: their quotient says how busy the generator was, 1 at its
 * limit. The tool's own shares are taken over its whole run, for both times are known of that only,
 * and its start-up belongs to both. Over many cores the tool is as busy as these are on average. One
 * that uses about a single core of several is taken for one at its limit: from outside, a thread that
 * never rests looks like several that rest at times, and a warning too many costs less than a
 * generator that hides a change.
 * @param cores that the tool may use, at least 1
 */
export function limitingCpuUs({ cpuUs, wallUs, durationUs }: ToolTimes, cores: number): number {
  if (wallUs <= 0) return 0;
  const used = cpuUs / wallUs;
  const isAboutOne = used >= ABOUT_ONE_CORE.from && used <= ABOUT_ONE_CORE.to;
  return durationUs * Math.max(used / cores, isAboutOne ? Math.min(used, 1) : 0);
}
