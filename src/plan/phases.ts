/** The open-loop and the unbroken phase of a block: at which rate, how much, how long. */
import type { Scenario } from '../config/experiment.ts';
import type { Pace } from './pace.ts';
import type { Phases } from './plan.ts';

export const NO_PHASES: Phases = { latency: null, steadyMs: null };

/** Of what base can serve: high enough that waiting shows, low enough that no queue stays (DESIGN.md 3.7). */
const RATE_SHARE = 0.6;
/** Pieces of an arm and block: so many that p99 rests on ten of them, where the time allows. */
const PIECES_WANTED = 1000;
/** Open loop of an arm and block. */
const LATENCY_MS = { least: 1000, most: 3000 };
/** Stretches of an arm and block: short ones alternate, so that a noisy second hits both arms. */
const STRETCHES = [4, 2];
/** A shorter stretch is mostly its own beginning. */
const PIECES_PER_STRETCH = 50;

/** What the scenario asks for and its engine can do. `pace`: of the arm that paces the run. */
export function phasesFor(scenario: Scenario, pace: Pace): Phases {
  if (!pace.keepsTime || !('steadyMs' in scenario)) return NO_PHASES;
  const { latency, steadyMs } = scenario;
  return {
    latency: latency && openLoop(latency.perSecond ?? shareOf(pace.rate)),
    steadyMs,
  };
}

/** Time that these phases add to a block of so many arms, both started and waiting for their last answers. */
export function phasesMs({ latency, steadyMs }: Phases, pace: Pace, arms: 1 | 2): number {
  const lastAnswerMs = pace.medianLatencyUs / 1000;
  const steady = steadyMs === null ? 0 : steadyMs + lastAnswerMs;
  if (latency === null) return arms * steady;
  const { perSecond, stretchRequests, stretchesPerArm } = latency;
  const pieces = stretchRequests * stretchesPerArm;
  // An arm that is slower than the schedule works off its queue before the stretch ends.
  const paced = (slowness: number) =>
    pieces * Math.max(1000 / perSecond, (1000 * slowness) / pace.rate) +
    stretchesPerArm * lastAnswerMs;
  const other = arms === 1 ? 0 : paced(2 * pace.slowness - 1);
  return arms * steady + paced(1) + other;
}

function shareOf(rate: number): number {
  return Number((RATE_SHARE * rate).toPrecision(4));
}

function openLoop(perSecond: number): NonNullable<Phases['latency']> {
  const wantedMs = (1000 * PIECES_WANTED) / perSecond;
  const ms = Math.min(LATENCY_MS.most, Math.max(LATENCY_MS.least, wantedMs));
  const pieces = (perSecond * ms) / 1000;
  const stretchesPerArm = STRETCHES.find((count) => pieces >= count * PIECES_PER_STRETCH) ?? 1;
  const stretchRequests = Math.max(1, Math.ceil(Number((pieces / stretchesPerArm).toFixed(6))));
  return { perSecond, stretchRequests, stretchesPerArm };
}
