/** How long everything takes: from the first contact with a subject to the sizes of its blocks. */
import { MIN_BLOCKS } from './looks.ts';

/** What the rehearsal saw of the arm that paces the run (base, or head when it is alone). */
export interface Pace {
  /** Start to ready, the slower arm. */
  startMs: number;
  /** req/s. */
  rate: number;
  medianLatencyUs: number;
  connections: number;
  /** Time that both arms need for the same work, over twice this arm's: 1 when they are equally fast. */
  slowness: number;
}

export interface BlockSize {
  blocks: number;
  blockMs: number;
  warmupRequests: number;
  sliceRequests: number;
  /** Slices of one block over both arms, a multiple of four. */
  slices: number;
  /** Set when six blocks do not fit into the budget. */
  overrunMs: number;
}

/** Short slices follow the machine's noise closely; 20 to 50 ms was best (docs/adr/0002). */
const SLICE_MS = 25;
/** A slice shorter than this many median latencies is mostly its own ramp up and down. */
const LATENCIES_PER_SLICE = 20;
const LATENCIES_PER_SLICE_AT_LEAST = 5;
const SLICES_AT_LEAST = 8;
/** Longer blocks waste budget: the noise between processes does not shrink with a block's length. */
const BLOCK_MS = 6000;
/** What the decision rule's constants are tuned for. */
export const BLOCKS_WANTED = 20;
export const BLOCKS_AT_MOST = 60;
/** Loaded time below which a block is mostly start-up. */
const LOAD_MS_AT_LEAST = 1600;
/** Stopping, connecting, sampling. */
const OVERHEAD_MS = 250;
/** Share of the loaded time that each arm spends warming up, and its bounds. */
const WARMUP = { share: 0.18, leastMs: 300, mostMs: 3000 };

/** Sizes the blocks of one subject. Pure: the same pace and budget give the same plan. */
export function sizeBlocks(budgetMs: number, pace: Pace, arms: 1 | 2): BlockSize {
  const { slowness } = pace;
  const fixedMs = pace.startMs + OVERHEAD_MS;
  const latencyMs = pace.medianLatencyUs / 1000;
  const leastSliceMs = Math.max(SLICE_MS, LATENCIES_PER_SLICE_AT_LEAST * latencyMs);
  const leastSlicesMs = SLICES_AT_LEAST * leastSliceMs * slowness;
  const leastMs = fixedMs + Math.max(LOAD_MS_AT_LEAST, loadMsFor(leastSlicesMs, arms, slowness));

  const wantedMs = Math.max(leastMs, Math.min(BLOCK_MS, budgetMs / BLOCKS_WANTED));
  // The rounding guards against b / (b / 20) = 19.999999999999996.
  const fitting = Math.floor(Number((budgetMs / wantedMs).toFixed(9)));
  const blocks = Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, fitting));
  const blockMs = Math.max(leastMs, budgetMs / blocks);

  const loadMs = blockMs - fixedMs;
  const warmupMs = warmupMsIn(loadMs, slowness);
  const slicesMs = loadMs - arms * warmupMs * slowness;
  const sliceMs = Math.max(
    leastSliceMs,
    Math.min(LATENCIES_PER_SLICE * latencyMs, slicesMs / SLICES_AT_LEAST / slowness),
  );
  return {
    blocks,
    blockMs: Math.round(blockMs),
    warmupRequests: Math.max(pace.connections, Math.round((pace.rate * warmupMs) / 1000)),
    sliceRequests: Math.max(pace.connections, Math.round((pace.rate * sliceMs) / 1000)),
    slices: Math.max(SLICES_AT_LEAST, 4 * Math.floor(slicesMs / sliceMs / slowness / 4)),
    overrunMs: Math.max(0, Math.round(blocks * blockMs - budgetMs)),
  };
}

/** What every block of a kept run did; a run that is compared with it must do the same. */
export type BlockLoad = Pick<BlockSize, 'warmupRequests' | 'sliceRequests' | 'slices'>;

/**
 * Blocks of a run that measures head alone against a kept one: the same requests in each block,
 * because warm-up and memory depend on them, and as many blocks as the budget holds.
 */
export function blocksLike(budgetMs: number, pace: Pace, load: BlockLoad): BlockSize {
  const requests = load.warmupRequests + load.slices * load.sliceRequests;
  const blockMs = pace.startMs + OVERHEAD_MS + (1000 * requests) / pace.rate;
  const blocks = Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, Math.floor(budgetMs / blockMs)));
  return {
    ...load,
    blocks,
    blockMs: Math.round(blockMs),
    overrunMs: Math.max(0, Math.round(blocks * blockMs - budgetMs)),
  };
}

/**
 * The budget that would have given this many blocks, from the length of a block under the present
 * one: a longer budget also makes blocks longer until they have their full length.
 */
export function budgetFor(blocks: number, blockMs: number): number {
  return blocks * (blocks > BLOCKS_WANTED ? Math.max(BLOCK_MS, blockMs) : blockMs);
}

/** Warm-up of the arm that paces the run, such that an arm's share of the loaded time is kept on average. */
function warmupMsIn(loadMs: number, slowness: number): number {
  const wantedMs = (WARMUP.share * loadMs) / slowness;
  return Math.min(WARMUP.mostMs, Math.max(WARMUP.leastMs, wantedMs));
}

/** Shortest loaded time in which both the warm-up and slices of this length find room. */
function loadMsFor(slicesMs: number, arms: 1 | 2, slowness: number): number {
  const byShare = slicesMs / (1 - arms * WARMUP.share);
  return slicesMs + arms * slowness * warmupMsIn(byShare, slowness);
}
