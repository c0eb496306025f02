/** How long everything takes: from the first contact with a subject to the sizes of its blocks. */
import type { HoldScenario, Pairs } from '../config/experiment.ts';
import { MIN_BLOCKS } from './looks.ts';
import { NO_PHASES, phasesMs } from './phases.ts';
import { type PilotEstimate, workMs } from './pilot-estimate.ts';
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
  /** Set when six blocks do not fit into the budget. */
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
const SLICES_AT_LEAST = 8;
/** Slices over which CPU time is read. */
const SLICE_GROUP = 4;
/** Longer blocks waste budget: the noise between processes does not shrink with a block's length. */
export const BLOCK_MS = 6000;
/** What the decision rule's constants are tuned for. */
export const BLOCKS_WANTED = 20;
export const BLOCKS_AT_MOST = 60;
/** Loaded time below which a live pair's block is mostly start-up. */
const LOAD_MS_AT_LEAST = 1600;
/** The same of each arm of an exclusive pair: about a second of slices, as no neighbour's noise cancels its own. */
const ALONE_MS_AT_LEAST = 1600;
/** Stopping, connecting, sampling. */
const OVERHEAD_MS = 250;
/** Share of the loaded time that each arm spends warming up, and its bounds. */
const WARMUP = { share: 0.18, leastMs: 300, mostMs: 5000 };
/** Slices of a block whose arms warm up for long: shorter ones would be mostly warm-up. */
const SLICES_MS_AT_LEAST = 800;

/** What the length of a slice follows from. */
export type SliceEstimate = Pick<
  PilotEstimate,
  'rate' | 'medianLatencyUs' | 'inFlight' | 'unit' | 'leastSliceMs'
>;

/** A slice of a block that has time for slices of any length. */
export function usualSliceMs(estimate: SliceEstimate): number {
  return Math.max(
    leastSliceMsOf(estimate),
    (LATENCIES_PER_SLICE * estimate.medianLatencyUs) / 1000,
  );
}

function leastSliceMsOf(estimate: SliceEstimate): number {
  return Math.max(
    SLICE_MS,
    estimate.leastSliceMs,
    (LATENCIES_PER_SLICE_AT_LEAST * estimate.medianLatencyUs) / 1000,
    (1000 * estimate.inFlight) / estimate.rate,
  );
}

/** Sizes the blocks of one subject. Pure: the same estimate and budget give the same plan. */
export function sizeBlocks(
  budgetMs: number,
  estimate: PilotEstimate,
  meeting: Meeting,
  phases: Phases = NO_PHASES,
): BlockSize {
  if (estimate.runMs !== null) return sizeRuns(budgetMs, estimate, estimate.runMs, meeting);
  const { slowness } = estimate;
  const warmMs = workMs(estimate, estimate.warmUpWork);
  const { arms } = meeting;
  const addedMs = phasesMs(phases, estimate, arms);
  const fixedMs = fixedMsOf(estimate, meeting) + addedMs;
  const leastSliceMs = leastSliceMsOf(estimate);
  const leastSlicesMs = SLICES_AT_LEAST * leastSliceMs * slowness;
  const leastLoadMs = startsOf(meeting) === 2 ? 2 * ALONE_MS_AT_LEAST : LOAD_MS_AT_LEAST;
  const neededMs = loadMsFor(Math.max(leastSlicesMs, SLICES_MS_AT_LEAST), {
    arms,
    slowness,
    warmMs,
  });
  const leastMs = fixedMs + Math.max(leastLoadMs, neededMs);
  const fit = fitBlocks(budgetMs, leastMs);

  const loadMs = fit.blockMs - fixedMs;
  const warmupMs = warmupMsIn(loadMs, slowness, warmMs);
  const slicesMs = loadMs - arms * warmupMs * slowness;
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
  return {
    ...rounded(fit, budgetMs),
    warmupRequests: work(warmupMs),
    sliceRequests: work(sliceMs),
    slices: Math.max(SLICES_AT_LEAST, wholeGroups(slicesMs / sliceMs / slowness, meeting)),
    phases,
    phasesMs: Math.round(addedMs),
  };
}

/** What every block of a kept run did; a run that is compared with it must do the same. */
export type BlockLoad = Pick<BlockSize, 'warmupRequests' | 'sliceRequests' | 'slices' | 'phases'>;

/**
 * Blocks of a run that measures head alone against a kept one: the same requests in each block,
 * because warm-up and memory depend on them, at the same rate, because latency does, and as many
 * blocks as the budget holds.
 */
export function blocksLike(budgetMs: number, estimate: PilotEstimate, load: BlockLoad): BlockSize {
  const work = load.warmupRequests + load.slices * load.sliceRequests;
  const addedMs = phasesMs(load.phases, estimate, 1);
  const blockMs = estimate.startMs + OVERHEAD_MS + workMs(estimate, work) + addedMs;
  const blocks = Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, Math.floor(budgetMs / blockMs)));
  return { ...load, phasesMs: Math.round(addedMs), ...rounded({ blocks, blockMs }, budgetMs) };
}

/** Time to close a connection and for the kernel to forget it, before the next arm's are opened. */
const CLOSING_MS = 10_000 / 100_000;

/** Blocks of a hold, whose length the scenario says: as many as the budget holds, up to the usual number. */
export function sizeHold(
  budgetMs: number,
  estimate: PilotEstimate,
  { connections, openPerSecond, holdMs }: HoldScenario,
  meeting: Meeting,
): BlockSize {
  const heldMs = (1000 * connections) / openPerSecond + holdMs + CLOSING_MS * connections;
  const blockMs = fixedMsOf(estimate, meeting) + meeting.arms * heldMs;
  const { blocks } = fitBlocks(budgetMs, blockMs);
  return {
    ...rounded({ blocks, blockMs }, budgetMs),
    warmupRequests: 0,
    sliceRequests: 0,
    slices: 0,
    phases: NO_PHASES,
    phasesMs: 0,
  };
}

/**
 * The budget that would have given this many blocks, from the length of a block under the present
 * one: a longer budget also makes blocks longer until they have their full length.
 */
export function budgetFor(blocks: number, blockMs: number): number {
  return blocks * (blocks > BLOCKS_WANTED ? Math.max(BLOCK_MS, blockMs) : blockMs);
}

/** Blocks of a load command: one run of each arm warms up, every other is a slice. */
function sizeRuns(
  budgetMs: number,
  estimate: PilotEstimate,
  runMs: number,
  meeting: Meeting,
): BlockSize {
  const meanRunMs = runMs * estimate.slowness;
  const leastRuns = SLICE_GROUP * startsOf(meeting);
  const fixedMs = fixedMsOf(estimate, meeting) + meeting.arms * meanRunMs;
  const fit = fitBlocks(budgetMs, fixedMs + leastRuns * meanRunMs);
  const runs = (fit.blockMs - fixedMs) / meanRunMs;
  return {
    ...rounded(fit, budgetMs),
    warmupRequests: 1,
    sliceRequests: 1,
    slices: Math.max(leastRuns, wholeGroups(runs, meeting)),
    phases: NO_PHASES,
    phasesMs: 0,
  };
}

/** As many blocks as are wanted, if the budget holds them at their least length; never too few to judge. */
function fitBlocks(budgetMs: number, leastMs: number): { blocks: number; blockMs: number } {
  const wantedMs = Math.max(leastMs, Math.min(BLOCK_MS, budgetMs / BLOCKS_WANTED));
  // The rounding guards against b / (b / 20) = 19.999999999999996.
  const fitting = Math.floor(Number((budgetMs / wantedMs).toFixed(9)));
  const blocks = Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, fitting));
  return { blocks, blockMs: Math.max(leastMs, budgetMs / blocks) };
}

function rounded({ blocks, blockMs }: { blocks: number; blockMs: number }, budgetMs: number) {
  const overrunMs = Math.max(0, Math.round(blocks * blockMs - budgetMs));
  return { blocks, blockMs: Math.round(blockMs), overrunMs };
}

/** Time of a block that is not load. The arms of a live pair start side by side. */
function fixedMsOf({ startMs }: PilotEstimate, meeting: Meeting): number {
  return startsOf(meeting) * (startMs + OVERHEAD_MS);
}

/** Starts one after the other. */
function startsOf({ arms, pairs }: Meeting): 1 | 2 {
  return pairs === 'exclusive' ? arms : 1;
}

/** So many slices, rounded down such that no group is broken. */
function wholeGroups(slices: number, meeting: Meeting): number {
  const step = SLICE_GROUP * startsOf(meeting);
  return step * Math.floor(slices / step);
}

/** Warm-up of the reference arm: an arm's share of the loaded time, and what the pilot run found to be needed. */
function warmupMsIn(loadMs: number, slowness: number, warmMs: number): number {
  const wantedMs = (WARMUP.share * loadMs) / slowness;
  return Math.min(WARMUP.mostMs, Math.max(WARMUP.leastMs, wantedMs, warmMs));
}

/** Shortest loaded time in which both the warm-up and slices of this length find room. */
function loadMsFor(
  slicesMs: number,
  { arms, slowness, warmMs }: { arms: 1 | 2; slowness: number; warmMs: number },
): number {
  const byShare = slicesMs / (1 - arms * WARMUP.share);
  return slicesMs + arms * slowness * warmupMsIn(byShare, slowness, warmMs);
}
