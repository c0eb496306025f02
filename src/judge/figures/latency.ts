/**
 * The latency of a block, twice. *Typical*: the quantile of each segment by itself, trimmed over the segments
 * like throughput over its slices, so that a moment of the machine's noise moves nothing. *Whole*: the
 * quantile of all requests together, which rare pauses of the server move as they should, and the machine's
 * too. The typical value is what is shown and what can pass; both can convict.
 */

import type { MetricName } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { isLate } from './open-loop.ts';
import { SEGMENT_TRIM, trimmedMeanOfLogs } from './trimmed.ts';

export type JudgedLatency = Extract<MetricName, 'p50' | 'p90' | 'p99'>;

const QUANTILE = { p50: 'p50Us', p90: 'p90Us', p99: 'p99Us' } as const;

export function isJudgedLatency(metric: MetricName): metric is JudgedLatency {
  return metric in QUANTILE;
}

/** Typical ln(head / base); null where nothing can be said. */
export function typicalPairValue(metric: JudgedLatency, block: BlockMeasurement): number | null {
  if (block.latencyOrder !== '') return adjacentRatio(metric, block);
  const [base, head] = [
    typicalSeconds(metric, block, 'base'),
    typicalSeconds(metric, block, 'head'),
  ];
  return base === null || head === null ? null : Math.log(head / base);
}

/** Of the block that is looked at. */
let sound = new Float64Array(256);

function makeRoom(count: number): void {
  if (sound.length < count) sound = new Float64Array(2 * count);
}

/** Typical seconds of one arm; null where nothing can be said. */
export function typicalSeconds(
  metric: JudgedLatency,
  block: BlockMeasurement,
  arm: Arm,
): number | null {
  const latency = block.arms[arm]?.latency ?? null;
  if (latency === null) return null;
  const times = latency.segments[QUANTILE[metric]];
  makeRoom(times.length);
  let count = 0;
  for (let i = 0; i < times.length; i++) {
    const us = times[i] as number;
    if (us > 0 && !isLate(latency.segments, i)) sound[count++] = us;
  }
  const log = trimmedMeanOfLogs(sound, SEGMENT_TRIM, count);
  return log === null ? null : Math.exp(log) / 1e6;
}

/** Seconds of all requests of one arm together. */
export function wholeSeconds(
  metric: JudgedLatency,
  block: BlockMeasurement,
  arm: Arm,
): number | null {
  const us = block.arms[arm]?.latency?.[QUANTILE[metric]] ?? 0;
  return us > 0 ? us / 1e6 : null;
}

/** Whole ln(head / base). */
export function wholePairValue(metric: JudgedLatency, block: BlockMeasurement): number | null {
  const [base, head] = [wholeSeconds(metric, block, 'base'), wholeSeconds(metric, block, 'head')];
  return base === null || head === null ? null : Math.log(head / base);
}

/** Of each two adjacent segments, one of each arm, in which the generator was on time: the typical ln(head / base). */
function adjacentRatio(metric: JudgedLatency, block: BlockMeasurement): number | null {
  const base = block.arms.base?.latency?.segments;
  const head = block.arms.head?.latency?.segments;
  if (base === undefined || head === undefined) return null;
  const bases = base[QUANTILE[metric]];
  const heads = head[QUANTILE[metric]];
  // A pair has one segment of each.
  const pairs = block.latencyOrder.length >> 1;
  makeRoom(pairs);
  let count = 0;
  for (let i = 0; i < pairs; i++) {
    const from = bases[i] ?? 0;
    const to = heads[i] ?? 0;
    if (from > 0 && to > 0 && !isLate(base, i) && !isLate(head, i)) sound[count++] = to / from;
  }
  return trimmedMeanOfLogs(sound, SEGMENT_TRIM, count);
}
