/**
 * Whether it matters which arm came first. Orders are balanced, so that they favour nobody; but arms that stand in
 * each other's way are not compared by themselves. Blind to which arm is faster.
 */

import { mean } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/measurement.ts';
import type { BlockPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { estimateUnpaired, pairValue } from '../estimate.ts';
import { percent } from '../percent.ts';
import { CHANCE, ORDER } from '../thresholds.ts';
import { isNoAccident } from './chance.ts';

const ORDERS = [
  { of: 'startOrder', did: 'was started' },
  { of: 'connectOrder', did: 'was connected to' },
  { of: 'warmupOrder', did: 'was warmed up' },
] as const;

export interface OrderEffect {
  /** In one sentence. */
  reason: string;
  /** Which arm's turn came first in a block, by the order that shows. */
  first: (block: BlockMeasurement) => Arm | null;
}

/** Of the first order that shows; null when none does. */
export function orderEffect(
  blocks: readonly BlockMeasurement[],
  plans: readonly BlockPlan[],
): OrderEffect | null {
  const values = blocks.flatMap((block) => {
    const value = pairValue('throughput', block);
    const plan = plans[block.index];
    return value === null || !Number.isFinite(value) || plan === undefined ? [] : [{ value, plan }];
  });
  for (const { of, did } of ORDERS) {
    const first = (arm: 'base' | 'head') =>
      values.filter(({ plan }) => plan[of][0] === arm).map(({ value }) => value);
    const [base, head] = [first('base'), first('head')];
    if (base.length < ORDER.blocks || head.length < ORDER.blocks) continue;
    const apart = Math.abs(mean(base) - mean(head));
    if (apart <= ORDER.least) continue;
    const welch = estimateUnpaired(base, head, 0);
    if (welch === null) continue;
    const { se, degreesOfFreedom } = welch;
    if (se > 0 && !isNoAccident(apart / se, degreesOfFreedom, CHANCE / ORDERS.length)) continue;
    const reason = `it matters which arm ${did} first: the comparison of throughputs differs by ${percent(Math.expm1(apart))} between the ${base.length} blocks in which base was first and the ${head.length} in which head was. The arms stand in each other's way: give each files, ports, caches and databases of its own`;
    return { reason, first: (block) => plans[block.index]?.[of][0] ?? null };
  }
  return null;
}
