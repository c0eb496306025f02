/** How fast a subject is: what the pilot run saw, in the words of the plan. */

/** Of the reference arm (base, or head when it is alone). */
export interface PilotEstimate {
  /** Start to ready to stopped, the slower arm. */
  startMs: number;
  /** Work per second: requests, or messages received. */
  rate: number;
  medianLatencyUs: number;
  /** Work that is under way at once; slices and warm-ups have at least as much. */
  inFlight: number;
  /** Work comes in multiples of this: the receivers of a fan-out, else 1. */
  unit: number;
  /** Below this the engine's own start and end of a slice weigh too much; 0: no such limit. */
  leastSliceMs: number;
  /** The engine can send by a clock, and load without a break. */
  keepsTime: boolean;
  /** Length of one run of a load command, which is a slice; null where a slice is counted work. */
  runMs: number | null;
  /** Time that both arms need for the same work, over twice this arm's: 1 when they are equally fast. */
  slowness: number;
  /** Work after which both arms are as fast as they get (src/plan/warm-up.ts); 0 where it is not known. */
  warmUpWork: number;
}

/** Time that the reference arm needs for this much work (for a command: runs). */
export function workMs({ rate, runMs }: PilotEstimate, work: number): number {
  return runMs === null ? (1000 * work) / rate : work * runMs;
}
