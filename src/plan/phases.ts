/** The open-loop and the unbroken phase of a block: at which rate, how much, how long. */
import type { Scenario } from '../config/experiment/scenario.ts';
import type { CountedEstimate } from './pilot-estimate.ts';
import type { Phases } from './plan.ts';

export const NO_PHASES: Phases = { latency: null, steadyMs: null };

/** A phase beside the slices. */
export type PhaseName = 'latency' | 'steadiness';

export function phaseNames({
  latency,
  steadyMs,
}: {
  latency: unknown;
  steadyMs: number | null;
}): PhaseName[] {
  return [
    ...(latency === null ? [] : (['latency'] as const)),
    ...(steadyMs === null ? [] : (['steadiness'] as const)),
  ];
}

/** Of what base can serve: high enough that waiting shows, low enough that no queue stays (docs/adr/0013-open-loop.md). */
const RATE_SHARE = 0.6;
/** Pieces of an arm and block: so many that p99 rests on ten of them, where the time allows. */
const PIECES_WANTED = 1000;
/** Open loop of an arm and block. */
const LATENCY_MS = { least: 1000, most: 3000 };
/**
 * One segment: long enough for a p99 of its own, short enough that there are many. Of many, those that the machine
 * disturbed can be left out; over 12 blocks of an idle Go server the log-ratio of p99 had a standard deviation of
 * 0.13 from segments of 25 ms, of 0.24 to 0.30 from longer ones, and of 1.1 from all requests together.
 */
const SEGMENT = { leastMs: 25, pieces: 200, leastPieces: 50 };
/** Of an arm and block, where it has pieces enough: fewer leave nothing to be left out. */
const SEGMENTS_AT_LEAST = 4;

/** What the scenario asks for and its engine can do. `estimate`: of the reference arm. */
export function phasesFor(scenario: Scenario, estimate: CountedEstimate): Phases {
  if (!estimate.keepsTime || !('steadyMs' in scenario)) return NO_PHASES;
  const { latency, steadyMs } = scenario;
  return {
    latency: latency && openLoop(latency.perSecond ?? shareOf(estimate.rate)),
    steadyMs,
  };
}

/** Time that these phases add to a block of so many arms, both started and waiting for their last answers. */
export function phasesMs(
  { latency, steadyMs }: Phases,
  estimate: CountedEstimate,
  arms: 1 | 2,
): number {
  const lastAnswerMs = estimate.medianLatencyUs / 1000;
  const steady = steadyMs === null ? 0 : steadyMs + lastAnswerMs;
  if (latency === null) return arms * steady;
  const { perSecond, segmentRequests, segmentsPerArm } = latency;
  const pieces = segmentRequests * segmentsPerArm;
  // An arm that is slower than the schedule works off its queue before the segment ends.
  const loopMs = (slowness: number) =>
    pieces * Math.max(1000 / perSecond, (1000 * slowness) / estimate.rate) +
    segmentsPerArm * lastAnswerMs;
  const other = arms === 1 ? 0 : loopMs(2 * estimate.slowness - 1);
  return arms * steady + loopMs(1) + other;
}

function shareOf(rate: number): number {
  return Number((RATE_SHARE * rate).toPrecision(4));
}

function openLoop(perSecond: number): NonNullable<Phases['latency']> {
  const wantedMs = (1000 * PIECES_WANTED) / perSecond;
  const ms = Math.min(LATENCY_MS.most, Math.max(LATENCY_MS.least, wantedMs));
  const segmentMs = Math.min(
    ms / SEGMENTS_AT_LEAST,
    Math.max(SEGMENT.leastMs, (1000 * SEGMENT.pieces) / perSecond),
  );
  const pieces = (perSecond * ms) / 1000;
  const count = Math.min(Math.round(ms / segmentMs), Math.floor(pieces / SEGMENT.leastPieces));
  // Even, so that the order comes out; or the only one.
  const segmentsPerArm = count < 2 ? 1 : 2 * Math.floor(count / 2);
  const segmentRequests = Math.ceil(Number((pieces / segmentsPerArm).toFixed(6)));
  return { perSecond, segmentRequests: Math.max(1, segmentRequests), segmentsPerArm };
}
