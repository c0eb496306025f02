/** What one arm of one block says about one metric. */

import { linearRegression, mean, sampleStandardDeviation } from 'simple-statistics';
import type { MetricName } from '../../config/experiment/metrics.ts';
import type {
  ArmObservation,
  HoldObservation,
  LatencyObservation,
} from '../../measure/observed/arm-observation.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { besideSecondsPerRequest, cpuSecondsPerRequest } from './cpu.ts';
import { keptFigures } from './kept-figures.ts';
import { typicalSeconds } from './latency.ts';
import { SLICE_TRIM, trimmedMeanOfLogs } from './trimmed.ts';

/**
 * In the unit of the metric, except that throughput is given as its cost, seconds per piece of work. Null
 * where nothing can be said.
 */
export function armValue(metric: MetricName, block: BlockMeasurement, arm: Arm): number | null {
  const observation = block.arms[arm];
  if (observation === undefined) return null;
  const kept = keptFigures(observation)?.[metric];
  if (kept !== undefined) return kept;
  const value = VALUES[metric](observation, block, arm);
  return value !== null && Number.isFinite(value) ? value : null;
}

type Value = (observation: ArmObservation, block: BlockMeasurement, arm: Arm) => number | null;

const VALUES: Record<MetricName, Value> = {
  throughput: (_, block, arm) => secondsPerRequest(block, arm),
  cpu: (_, block, arm) => cpuSecondsPerRequest(block, arm),
  'cpu-beside': (_, block, arm) => besideSecondsPerRequest(block, arm),
  p50: (_, block, arm) => typicalSeconds('p50', block, arm),
  p90: (_, block, arm) => typicalSeconds('p90', block, arm),
  p99: (_, block, arm) => typicalSeconds('p99', block, arm),
  p999: ({ latency }) => microseconds(latency, 'p999Us'),
  max: ({ latency }) => microseconds(latency, 'maxUs'),
  memory: ({ rssBytes, memoryAfter }) => meanOf(afterWork(rssBytes, memoryAfter)),
  pss: ({ pssBytes, memoryAfter }) => meanOf(afterWork(pssBytes, memoryAfter)),
  'peak-memory': ({ peakBytes }) => peakBytes,
  'memory-growth': growth,
  'memory-per-connection': ({ hold }) => perConnection(hold),
  // A gap of less than its millisecond of resolution is none, and none has no ratio.
  'longest-stall': ({ steady }) => steady && Math.max(1, steady.longestStallMs) / 1000,
  'throughput-cv': ({ steady }) => steady && coefficientOfVariation(steady.windows),
  'connect-p50': ({ hold }) => hold && hold.connectP50Us / 1e6,
  'connect-p99': ({ hold }) => hold && hold.connectP99Us / 1e6,
  refused: ({ hold }) => hold && share(hold.refused + hold.timedOut, attemptsOf(hold)),
  dropped: ({ hold }) => hold && share(hold.dropped, hold.opened),
  errors: ({ attempted, good }) => share(attempted - good, attempted),
};

function microseconds(
  latency: LatencyObservation | null,
  quantile: 'p999Us' | 'maxUs',
): number | null {
  return latency && latency[quantile] / 1e6;
}

/**
 * Bytes per 1,000 pieces of work: least squares through the resident sizes of the block. Two are enough, as what one reading
 * is off differs from block to block, and the blocks say by how much.
 */
function growth({ rssBytes, memoryAfter }: ArmObservation): number | null {
  if (rssBytes.length < 2 || rssBytes.length !== memoryAfter.length) return null;
  const points = rssBytes.map((bytes, i) => [(memoryAfter[i] as number) / 1000, bytes]);
  return linearRegression(points).m;
}

/** Memory comes in pages. A gain of less than one is none, and none, or memory given back, has no ratio. */
const PAGE_BYTES = 4096;

function perConnection(hold: HoldObservation | null): number | null {
  const gained = gainOf(hold);
  if (hold === null || gained === null) return null;
  const held = hold.opened - hold.dropped;
  return held <= 0 ? null : Math.max(PAGE_BYTES, gained) / held;
}

function gainOf(hold: HoldObservation | null): number | null {
  if (hold === null || hold.rssBeforeBytes === null || hold.rssHeldBytes === null) return null;
  return hold.rssHeldBytes - hold.rssBeforeBytes;
}

/**
 * An arm that needs memory for its connections in most blocks, and none in this one: it gave something else back meanwhile, as a collector does, and what the
 * connections need was not seen.
 */
export function isGivenBack(
  block: BlockMeasurement,
  arm: Arm,
  blocks: readonly BlockMeasurement[],
): boolean {
  const hasNone = (one: BlockMeasurement) => {
    const gained = gainOf(one.arms[arm]?.hold ?? null);
    return gained !== null && gained < PAGE_BYTES;
  };
  return hasNone(block) && 2 * blocks.filter(hasNone).length < blocks.length;
}

/** Standard deviation of the windows' answers over their mean. */
function coefficientOfVariation(windows: readonly number[]): number | null {
  if (windows.length < 2) return null;
  const middle = mean([...windows]);
  return middle === 0 ? null : sampleStandardDeviation([...windows]) / middle;
}

export function attemptsOf({ opened, refused, timedOut }: HoldObservation): number {
  return opened + refused + timedOut;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** A block of few groups is read before any work as well, for its growth alone: what it needs under load is not seen there. */
function afterWork(
  bytes: readonly number[],
  [first, ...others]: ArmObservation['memoryAfter'],
): readonly number[] {
  return first === 0 && others.length > 0 ? bytes.slice(1) : bytes;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean([...values]);
}

/** Of the slices of the block that is looked at. */
let costs = new Float64Array(256);

/** The arm's own typical slice. In an exclusive pair, where no slice has a neighbour, this is what is compared. */
function secondsPerRequest(block: BlockMeasurement, arm: Arm): number | null {
  const letter = arm.charCodeAt(0);
  if (costs.length < block.sliceUs.length) costs = new Float64Array(2 * block.sliceUs.length);
  let count = 0;
  for (let i = 0; i < block.sliceUs.length; i++) {
    if (block.sliceOrder.charCodeAt(i) === letter) costs[count++] = 1 / sliceRate(block, i);
  }
  const log = trimmedMeanOfLogs(costs, SLICE_TRIM, count);
  return log === null ? null : Math.exp(log);
}

/** Expected answers per second; errors take time but count for nothing. */
export function sliceRate(block: BlockMeasurement, index: number): number {
  const good = block.sliceGood[index] ?? 0;
  // A slice that the generator gave up on may have no time either.
  return good === 0 ? 0 : (1e6 * good) / (block.sliceUs[index] as number);
}
