/**
 * Whether the open loop of a block was one. A generator that sends late hides what the server would have
 * done with the load on time, and a rate that is not reached is another load: such latencies say nothing,
 * and must never flatter. Blind to which arm is faster.
 */
import type { Arm } from '../config/experiment.ts';
import type { BlockMeasurement, LatencyObservation } from '../measure/measurement.ts';
import { percent } from './percent.ts';

export const OPEN_LOOP = {
  /** Share of the sends that may be released more than a millisecond late (research/statistics.md, 2.7). */
  late: 0.01,
  /** The load must be served in this share of the time that it took at least (own choice; 0.99 in research/statistics.md, for phases of minutes). */
  reached: 0.95,
  /** Share of the blocks that may be without latencies before nothing is said of any (research/statistics.md, 2.7). */
  lost: 0.2,
} as const;

interface Fault {
  arm: Arm;
  kind: 'late' | 'unreached';
}

/** Null when every arm's open loop was sound, or when there was none. */
export function openLoopFault(block: BlockMeasurement, stretchesPerArm: number): Fault | null {
  for (const [arm, { latency }] of Object.entries(block.arms)) {
    if (latency === null) continue;
    if (latency.late > OPEN_LOOP.late * latency.scheduled) return { arm: arm as Arm, kind: 'late' };
    if (reachedShare(latency, stretchesPerArm) < OPEN_LOOP.reached) {
      return { arm: arm as Arm, kind: 'unreached' };
    }
  }
  return null;
}

/** Why nothing can be said of latencies over these blocks; null when something can. */
export function openLoopTrouble(
  blocks: readonly BlockMeasurement[],
  stretchesPerArm: number,
): string | null {
  const faults = blocks.flatMap((block) => openLoopFault(block, stretchesPerArm) ?? []);
  if (faults.length <= OPEN_LOOP.lost * blocks.length) return null;
  const unreached = faults.filter(({ kind }) => kind === 'unreached');
  const of = `in ${faults.length} of ${blocks.length} blocks`;
  if (unreached.length <= faults.length / 2) {
    return `the load generator sent more than ${percent(OPEN_LOOP.late)} of the requests late ${of}: give it a core of its own, or set a lower \`rate\``;
  }
  const arms = [...new Set(unreached.map(({ arm }) => arm))].sort().join(' and ');
  return `${arms} did not keep up with the rate ${of}, so its latencies are those of a queue: set a lower \`rate\``;
}

/**
 * Time that the schedule took over the time until the last answer. Each stretch may end so much later than
 * its last send as nine of ten requests need.
 */
function reachedShare(
  { scheduled, perSecond, durationUs, p90Us }: LatencyObservation,
  stretches: number,
): number {
  const scheduleUs = (1e6 * scheduled) / perSecond;
  return scheduleUs / Math.max(scheduleUs, durationUs - stretches * p90Us);
}
