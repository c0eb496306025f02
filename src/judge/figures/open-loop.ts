/**
 * Whether the open loop of a block was one. A generator that sends late hides what the server would have
 * done with the load on time, and a rate that is not reached is another load: such latencies say nothing,
 * and must never flatter. Blind to which arm is faster.
 */

import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { ArmObservation, LatencyObservation } from '../../measure/observed/arm-observation.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { FindingOf } from '../findings/finding.ts';
import { OPEN_LOOP } from '../findings/thresholds.ts';
import { keptFault, type OpenLoopFault } from './kept-figures.ts';

type Segments = LatencyObservation['segments'];

/** Whether the generator released too much of this segment late. */
export function isLate({ late, scheduled }: Segments, index: number): boolean {
  return (late[index] as number) > OPEN_LOOP.late * (scheduled[index] as number);
}

/** Null when every arm's open loop was sound, or when there was none. */
export function openLoopFault(block: BlockMeasurement): OpenLoopFault | null {
  const kept = keptFault(block);
  return kept === undefined ? faultOf(block) : kept;
}

/**
 * Head alone falls behind, in more blocks than now and then. Its queue is what head makes of a load that base carries: such
 * latencies can show that head is worse, and nothing else. Of two contenders (`isContest`) base may be the one; null: neither is.
 */
export function armBehind(all: readonly BlockMeasurement[], isContest: boolean): Arm | null {
  if (isBehind(all, 'head')) return 'head';
  return isContest && isBehind(all, 'base') ? 'base' : null;
}

function isBehind(all: readonly BlockMeasurement[], arm: Arm): boolean {
  const blocks = withOpenLoop(all);
  const behind = blocks.filter((block) => isQueueOf(block, arm));
  const others = blocks.filter((block) => openLoopFault(block) !== null && !isQueueOf(block, arm));
  const few = OPEN_LOOP.lost * blocks.length;
  return behind.length > few && others.length <= few;
}

/**
 * That one arm fell behind in at least two blocks more than the other did, and too seldom for more than leaving these out: what is left of its
 * latencies is the better part. Null where it did not.
 */
export function fellBehind(
  all: readonly BlockMeasurement[],
  arm: Arm,
): FindingOf<'fell-behind'> | null {
  const blocks = withOpenLoop(all).filter(({ arms: { base, head } }) => base && head);
  const faults = blocks.flatMap((block) => openLoopFault(block) ?? []);
  if (faults.length > OPEN_LOOP.lost * blocks.length) return null;
  const queues = faults.filter(({ kind }) => kind === 'unreached');
  const own = queues.filter((fault) => fault.isOfBoth || fault.arm === arm).length;
  const others = queues.filter((fault) => fault.isOfBoth || fault.arm !== arm).length;
  if (own < others + OPEN_LOOP.behindMore) return null;
  const data = { own, others, blocks: blocks.length };
  return { code: 'fell-behind', severity: 'warning', subject: arm, data };
}

/** A block has one only while something waits for it. */
function withOpenLoop(blocks: readonly BlockMeasurement[]): BlockMeasurement[] {
  return blocks.filter(({ arms }) => arms.base?.latency != null || arms.head?.latency != null);
}

/**
 * Base met it in as many blocks as head alone, or more. Or head alone had no queue in any block, and the generator was late in enough blocks to
 * tell: for base at least half as much as for head, and not shown to be later for head. Where both are late in about half of their segments it
 * is an accident which of them is over the half in a block (docs/adr/0119-jobs-beside-others.md).
 */
export function isSharedFault(blocks: readonly BlockMeasurement[]): boolean {
  const faults = blocks.flatMap((block) => openLoopFault(block) ?? []);
  // Of two arms in trouble it is base's fault that is told.
  if (2 * faults.filter(({ arm }) => arm === 'base').length >= faults.length) return true;
  // A queue is the work of whoever has it: base's says nothing of head.
  if (faults.some(({ kind, arm }) => kind === 'unreached' && arm === 'head')) return false;
  const late = faults.filter(({ kind }) => kind === 'late');
  if (late.length < OPEN_LOOP.blocksToTell) return false;
  const shareOf = (arm: Arm) => mean(late.map(({ shares }) => shares[arm]));
  if (shareOf('base') < OPEN_LOOP.leastOfHeads * shareOf('head')) return false;
  return !isMore(late.map(({ shares: { base, head } }) => head - base));
}

/** Student's one-sided t test. */
function isMore(differences: readonly number[]): boolean {
  const { length } = differences;
  const error = sampleStandardDeviation([...differences]) / Math.sqrt(length);
  const more = mean([...differences]);
  return error === 0 ? more > 0 : tCdf(-more / error, length - 1) <= OPEN_LOOP.headsOwn;
}

/** This arm has a queue in this block, and the other has none. */
export function isQueueOf(block: BlockMeasurement, arm: Arm): boolean {
  const fault = openLoopFault(block);
  if (fault?.kind !== 'unreached' || fault.arm !== arm || fault.isOfBoth) return false;
  return block.arms.base !== undefined && block.arms.head !== undefined;
}

function faultOf({ arms }: BlockMeasurement): OpenLoopFault | null {
  const shares = (is: (latency: LatencyObservation, index: number) => boolean) =>
    ({ base: shareIn(arms.base, is), head: shareIn(arms.head, is) }) as const;
  const late = shares(({ segments }, i) => isLate(segments, i));
  const isTooLate = (['base', 'head'] as const).find((arm) => late[arm] > OPEN_LOOP.lateSegments);
  if (isTooLate !== undefined) {
    return { arm: isTooLate, kind: 'late', isOfBoth: false, shares: late };
  }
  const queues = shares(hasQueue);
  const [behind, ...more] = (['base', 'head'] as const).filter((arm) => queues[arm] > 0.5);
  if (behind === undefined) return null;
  return { arm: behind, kind: 'unreached', isOfBoth: more.length > 0, shares: queues };
}

/** Of an arm's segments; none where it had no open loop. */
function shareIn(
  observed: ArmObservation | undefined,
  is: (latency: LatencyObservation, index: number) => boolean,
): number {
  const latency = observed?.latency ?? null;
  if (latency === null) return 0;
  const { length } = latency.segments.scheduled;
  let count = 0;
  for (let i = 0; i < length; i++) if (is(latency, i)) count++;
  return count / length;
}

/** Why nothing can be said of this latency over these blocks; null when something can. */
export function openLoopTrouble(
  metric: MetricName,
  all: readonly BlockMeasurement[],
): FindingOf<'sent-late' | 'rate-not-kept'> | null {
  const blocks = withOpenLoop(all);
  const faults = blocks.flatMap((block) => openLoopFault(block) ?? []);
  if (faults.length <= OPEN_LOOP.lost * blocks.length) return null;
  const unreached = faults.filter(({ kind }) => kind === 'unreached');
  const shared = { severity: 'doubt', subject: metric } as const;
  const counts = { faulty: faults.length, blocks: blocks.length };
  if (unreached.length <= faults.length / 2) {
    return { ...shared, code: 'sent-late', data: { ...counts, share: OPEN_LOOP.late } };
  }
  const arms = (['base', 'head'] as const).filter((one) =>
    unreached.some(({ arm, isOfBoth }) => isOfBoth || arm === one),
  );
  return { ...shared, code: 'rate-not-kept', data: { ...counts, arms } };
}

/**
 * Requests came faster than they were served. A queue that grows all the time ends after the schedule by as much as
 * the last request waited, and the median request waited half of that. A server that is slow alike for all needs its
 * median longer; one with a few slow answers has a median that is nothing beside them.
 */
function hasQueue({ perSecond, segments }: LatencyObservation, index: number): boolean {
  const scheduleUs = (1e6 * (segments.scheduled[index] as number)) / perSecond;
  const overtimeUs = (segments.durationUs[index] as number) - scheduleUs;
  const medianUs = segments.p50Us[index] as number;
  return overtimeUs - medianUs > OPEN_LOOP.queue * scheduleUs && medianUs >= overtimeUs / 4;
}
