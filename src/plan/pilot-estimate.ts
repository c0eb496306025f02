/** How fast a subject is: what the pilot run saw, in the words of the plan. */

/** Of the reference arm (base, or head when it is alone). */
export type PilotEstimate = CountedEstimate | RunsEstimate | HeldEstimate;

interface Started {
  /** Start to ready to stopped, the slower arm. */
  startMs: number;
}

interface Loaded extends Started {
  /** Time that both arms need for the same work, over twice this arm's: 1 when they are equally fast. */
  slowness: number;
}

/** What the length of a slice of counted work follows from. */
export interface SliceEstimate {
  /** Work per second: requests, or messages received. */
  rate: number;
  medianLatencyUs: number;
  /** Work that is under way at once; slices and warm-ups have at least as much. */
  inFlight: number;
  /** Work comes in multiples of this: the receivers of a fan-out, else 1. */
  unit: number;
  /** Below this the engine's own start and end of a slice weigh too much; 0: no such limit. */
  leastSliceMs: number;
}

/** A slice is so much work. */
export interface CountedEstimate extends Loaded, SliceEstimate {
  kind: 'counted';
  /** The engine can send by a clock, and load without a break. */
  keepsTime: boolean;
  /** Work after which both arms are as fast as they get (src/plan/warm-up.ts); 0 where it is not known. */
  warmUpWork: number;
}

/** A slice is one run of a load command. */
export interface RunsEstimate extends Loaded {
  kind: 'runs';
  /** Length of one. */
  runMs: number;
}

/** Connections are held for as long as the scenario says, however fast the server is. */
export interface HeldEstimate extends Started {
  kind: 'held';
  /** Opening, holding and closing them, of one arm. */
  heldMs: number;
}

/** Time that the reference arm needs for this much work, of a load command for so many runs. */
export function workMs(estimate: CountedEstimate | RunsEstimate, work: number): number {
  return estimate.kind === 'runs' ? work * estimate.runMs : (1000 * work) / estimate.rate;
}
