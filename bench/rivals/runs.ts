/** What a load tool would have reported of one arm: runs made of the slices that were recorded of it. */

import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';
import type { Arm } from '../../src/terms/arm.ts';

/** Requests per second in each second of a run. */
export interface Run {
  perSecond: number[];
  /** Good answers in all of it. */
  requests: number;
  /** Blocks that it took. */
  blocks: number;
}

const SECOND_US = 1e6;

/** Mean throughput of one arm in one block: all of its answers over all of its time. Null without any time. */
export function blockRate(block: BlockMeasurement, arm: Arm): number | null {
  const { us, good } = slicesOf(block, arm).reduce(
    (sum, slice) => ({ us: sum.us + slice.us, good: sum.good + slice.good }),
    { us: 0, good: 0 },
  );
  return us === 0 ? null : (SECOND_US * good) / us;
}

/**
 * A run of so many seconds, of the arm's slices in these blocks one after the other. Its processes were started anew with
 * each block, and the other arm ran between the slices. Null when the blocks have less.
 */
export function runOf(blocks: readonly BlockMeasurement[], arm: Arm, seconds: number): Run | null {
  const perSecond: number[] = [];
  let requests = 0;
  let second = { us: 0, good: 0 };
  for (const [index, block] of blocks.entries()) {
    for (const { us, good } of slicesOf(block, arm)) {
      second = { us: second.us + us, good: second.good + good };
      requests += good;
      if (second.us < SECOND_US) continue;
      perSecond.push((SECOND_US * second.good) / second.us);
      second = { us: 0, good: 0 };
      if (perSecond.length === seconds) return { perSecond, requests, blocks: index + 1 };
    }
  }
  return null;
}

/** So many blocks from this one on; after the last comes the first again. */
export function around(
  blocks: readonly BlockMeasurement[],
  from: number,
  count: number,
): BlockMeasurement[] {
  return Array.from(
    { length: count },
    (_, i) => blocks[(from + i) % blocks.length] as BlockMeasurement,
  );
}

function slicesOf(block: BlockMeasurement, arm: Arm): { us: number; good: number }[] {
  return block.sliceUs.flatMap((us, i) =>
    block.sliceOrder[i] === arm[0] ? [{ us, good: block.sliceGood[i] ?? 0 }] : [],
  );
}
