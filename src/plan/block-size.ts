/** How long everything takes: from the first contact with a subject to the sizes of its blocks. */
import type { HoldScenario } from '../config/experiment/scenario.ts';
import type { Pairs } from '../config/experiment/server.ts';
import { MIN_BLOCKS } from './looks.ts';
import { NO_PHASES, phasesMs } from './phases.ts';
import {
  type CountedEstimate,
  type HeldEstimate,
  type PilotEstimate,
  type RunsEstimate,
  type SliceEstimate,
  workMs,
} from './pilot-estimate.ts';
import type { Phases } from './plan.ts';

export interface BlockSize {
  blocks: number;
  blockMs: number;
  warmupRequests: number;
  sliceRequests: number;
  /** Slices of one block over both arms: a multiple of four, and of eight where two arms take turns. */
  slices: number;
  phases: Phases;
  /** What the phases take of `blockMs`. */
  phasesMs: number;
  /** What warming up takes of it, of all arms. */
  warmUpMs: number;
  /** Set when four blocks do not fit into the budget. */
  overrunMs: number;
}

/** Who is measured in a block. */
export interface Meeting {
  arms: 1 | 2;
  pairs: Pairs;
}

/** Short slices follow the machine's noise closely; 20 to 50 ms was best (docs/adr/0002). */
const SLICE_MS = 25;
/** A slice shorter than this many median latencies is mostly its own ramp up and down. */
const LATENCIES_PER_SLICE = 20;
const LATENCIES_PER_SLICE_AT_LEAST = 5;
/** Of answers that take longer than a fifth of this a slice has fewer, though never less than one: else a block takes minutes. */
const LATENCIES_MS = 1000;
const SLICES_AT_LEAST = 8;
/** Slices over which CPU time is read. */
const SLICE_GROUP = 4;
/** Further blocks tell little more, whatever budget there is. */
export const BLOCKS_AT_MOST = 60;
/**
 * All slices of a live pair's block, or of one arm's part of another block, whatever the budget: in less time there are few pairs to
 * trim, and more costs more than it saves blocks (docs/adr/0045-looks.md).
 */
export const SLICES_MS = 1600;
/** Of slices that cannot be as short as most, as many as find room in this time. */
const LONG_SLICES = { wanted: 24, ms: 4000 };
/** Stopping, connecting, sampling. */
const OVERHEAD_MS = 250;
/** The runs of a load command in a block, of each arm where they take turns: a run has an overhead of its own. */
const RUNS_MS = 4000;
/** Every server is loaded for so long before it is measured, however soon the pilot run saw it steady. */
const WARMUP_AT_LEAST_MS = 300;
/** And for so long at most, unless the config says how long. */
const WARMUP_AT_MOST_MS = 5000;

/** A slice of a block that has time for slices of any length. */
export function usualSliceMs(estimate: SliceEstimate): number {
  return Math.max(
    leastSliceMsOf(estimate),
    (LATENCIES_PER_SLICE * estimate.medianLatencyUs) / 1000,
  );
}

function leastSliceMsOf(estimate: SliceEstimate): number {
  const latencyMs = estimate.medianLatencyUs / 1000;
  return Math.max(
    SLICE_MS,
    estimate.leastSliceMs,
    Math.min(LATENCIES_PER_SLICE_AT_LEAST * latencyMs, Math.max(LATENCIES_MS, latencyMs)),
    (1000 * estimate.inFlight) / estimate.rate,
  );
}

/**
 * Sizes the blocks of one subject whose work is counted. Pure: the same estimate and budget give the same plan. A longer budget
 * buys more blocks, not longer ones, so that it makes no verdict later. `warmUpMs`: as the config says it; null: as the pilot
 * run saw it.
 */
export function sizeBlocks(
  budgetMs: number,
  estimate: CountedEstimate,
  meeting: Meeting,
  phases: Phases = NO_PHASES,
  warmUpMs: number | null = null,
): BlockSize {
  const { slowness } = estimate;
  const addedMs = phasesMs(phases, estimate, meeting.arms);
  const leastSliceMs = leastSliceMsOf(estimate);
  const slicesMs = startsOf(meeting) * slicesMsOf(leastSliceMs * slowness);
  const sliceMs = Math.max(
    leastSliceMs,
    Math.min(usualSliceMs(estimate), slicesMs / SLICES_AT_LEAST / slowness),
  );
  const work = (ms: number) =>
    estimate.unit *
    Math.max(
      Math.ceil(estimate.inFlight / estimate.unit),
      Math.round((estimate.rate * ms) / 1000 / estimate.unit),
    );
  const warmMs = warmUpMs ?? warmUpMsOf(estimate);
  const warmupRequests = work(warmMs);
  const warmingMs = meeting.arms * slowness * Math.max(warmMs, workMs(estimate, warmupRequests));
  const blockMs = fixedMsOf(estimate, meeting) + warmingMs + slicesMs + addedMs;
  return {
    ...fitBlocks(budgetMs, blockMs),
    warmupRequests,
    sliceRequests: work(sliceMs),
    slices: Math.max(SLICES_AT_LEAST, wholeGroups(slicesMs / sliceMs / slowness, meeting)),
    phases,
    phasesMs: Math.round(addedMs),
    warmUpMs: Math.round(warmingMs),
  };
}

function slicesMsOf(leastSliceMs: number): number {
  const wantedMs = Math.min(LONG_SLICES.ms, LONG_SLICES.wanted * leastSliceMs);
  return Math.max(SLICES_MS, wantedMs, SLICES_AT_LEAST * leastSliceMs);
}

/** As long as the slower arm of the pilot run took to become steady, within bounds. */
function warmUpMsOf(estimate: CountedEstimate): number {
  const seenMs = workMs(estimate, estimate.warmUpWork);
  return Math.min(WARMUP_AT_MOST_MS, Math.max(WARMUP_AT_LEAST_MS, seenMs));
}

/** Time to close a connection and for the kernel to forget it, before the next arm's are opened. */
const CLOSING_MS = 10_000 / 100_000;

/** What an arm of a hold takes beside its start. */
export function heldMsOf({ connections, openPerSecond, holdMs }: HoldScenario): number {
  return (1000 * connections) / openPerSecond + holdMs + CLOSING_MS * connections;
}

/** Blocks of a hold, whose length the scenario says: as many as the budget holds, up to the usual number. */
export function sizeHold(budgetMs: number, estimate: HeldEstimate, meeting: Meeting): BlockSize {
  const blockMs = fixedMsOf(estimate, meeting) + meeting.arms * estimate.heldMs;
  return {
    ...fitBlocks(budgetMs, blockMs),
    warmupRequests: 0,
    sliceRequests: 0,
    slices: 0,
    phases: NO_PHASES,
    phasesMs: 0,
    warmUpMs: 0,
  };
}

/** The budget that would have given this many blocks, from the length of a block. */
export function budgetFor(blocks: number, blockMs: number): number {
  return blocks * blockMs;
}

/** Blocks of a load command: one run of each arm warms up, every other is a slice. */
export function sizeRuns(budgetMs: number, estimate: RunsEstimate, meeting: Meeting): BlockSize {
  const meanRunMs = estimate.runMs * estimate.slowness;
  const leastRuns = SLICE_GROUP * startsOf(meeting);
  const fixedMs = fixedMsOf(estimate, meeting) + meeting.arms * meanRunMs;
  const usualRuns = (startsOf(meeting) * RUNS_MS) / meanRunMs;
  const slices = Math.max(
    leastRuns,
    SLICE_GROUP * startsOf(meeting) * Math.floor(usualRuns / leastRuns),
  );
  return {
    ...fitBlocks(budgetMs, fixedMs + slices * meanRunMs),
    warmupRequests: 1,
    sliceRequests: 1,
    slices,
    phases: NO_PHASES,
    phasesMs: 0,
    warmUpMs: 0,
  };
}

/** As many blocks as the budget holds; never too few to judge. */
function fitBlocks(
  budgetMs: number,
  blockMs: number,
): Pick<BlockSize, 'blocks' | 'blockMs' | 'overrunMs'> {
  // The rounding guards against b / (b / 20) = 19.999999999999996.
  const fitting = Math.floor(Number((budgetMs / blockMs).toFixed(9)));
  const blocks = Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, fitting));
  const overrunMs = Math.max(0, Math.round(blocks * blockMs - budgetMs));
  return { blocks, blockMs: Math.round(blockMs), overrunMs };
}

/** Time of a block that is not load. The arms of a live pair start side by side. */
function fixedMsOf({ startMs }: Pick<PilotEstimate, 'startMs'>, meeting: Meeting): number {
  return startsOf(meeting) * (startMs + OVERHEAD_MS);
}

/** Starts one after the other. */
function startsOf({ arms, pairs }: Meeting): 1 | 2 {
  return pairs === 'exclusive' ? arms : 1;
}

/**
 * So many slices, rounded down such that no group is broken, and such that a live pair has as many groups of either kind
 * (src/plan/order.ts).
 */
function wholeGroups(slices: number, { arms }: Meeting): number {
  const step = SLICE_GROUP * arms;
  return step * Math.floor(slices / step);
}
