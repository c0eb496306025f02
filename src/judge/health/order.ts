/**
 * Whether it matters which arm came first. Orders are balanced, so that they favour nobody; but arms that stand in
 * each other's way are not compared by themselves. Blind to which arm is faster.
 */

import { mean } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { BlockPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import type { FindingOf } from '../findings/finding.ts';
import { CHANCE, ORDER } from '../findings/thresholds.ts';
import { estimateUnpaired, pairValue } from '../rule/estimate.ts';
import { isNoAccident } from './chance.ts';

const ORDERS = [
  { of: 'startOrder', order: 'start' },
  { of: 'connectOrder', order: 'connect' },
  { of: 'warmupOrder', order: 'warm-up' },
] as const;

export interface OrderEffect {
  finding: FindingOf<'order-matters'>;
  /** Which arm's turn came first in a block, by the order that shows. */
  first: (block: BlockMeasurement) => Arm | null;
}

/** Of the first order that shows; null when none does. `subjects`: how many the job has, each of which is asked this. */
export function orderEffect(
  blocks: readonly BlockMeasurement[],
  plans: readonly BlockPlan[],
  subjects: number,
): OrderEffect | null {
  const chance = Math.min(CHANCE, ORDER.ofJob / subjects) / ORDERS.length;
  const values = blocks.flatMap((block) => {
    const value = pairValue('throughput', block);
    const plan = plans[block.index];
    return value === null || !Number.isFinite(value) || plan === undefined ? [] : [{ value, plan }];
  });
  for (const { of, order } of ORDERS) {
    const first = (arm: 'base' | 'head') =>
      values.filter(({ plan }) => plan[of][0] === arm).map(({ value }) => value);
    const [base, head] = [first('base'), first('head')];
    if (base.length < ORDER.blocks || head.length < ORDER.blocks) continue;
    const apart = Math.abs(mean(base) - mean(head));
    if (apart <= ORDER.least) continue;
    const welch = estimateUnpaired(base, head);
    if (welch === null) continue;
    const { se, degreesOfFreedom } = welch;
    if (se > 0 && !isNoAccident(apart / se, degreesOfFreedom, chance)) continue;
    const counts = { base: base.length, head: head.length };
    const data = { order, change: Math.expm1(apart), blocks: counts };
    return {
      finding: { code: 'order-matters', severity: 'doubt', subject: null, data },
      first: (block) => plans[block.index]?.[of][0] ?? null,
    };
  }
  return null;
}
