/**
 * A claim about servers, as the program runs on it: what is measured, which side is said to be larger, and by how much.
 * Names are resolved and units fixed here; `text` is what the user wrote.
 */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { MetricName } from './metrics.ts';

/** Throughput per core with the most cores over that with the fewest: 1 = scales perfectly. */
export const CORES_EFFICIENCY = 'cores-efficiency';

/** Every figure that is measured, and one that is made of the figures of several scenarios. */
export const ClaimMetric = z.enum([...MetricName.options, CORES_EFFICIENCY]);
export type ClaimMetric = DeepReadonly<z.infer<typeof ClaimMetric>>;

export const ClaimOp = z.enum(['>=', '<=', '>', '<']);
export type ClaimOp = DeepReadonly<z.infer<typeof ClaimOp>>;

/** A server under a scenario. Of `cores-efficiency`, the scenario is named as in the file, without cores. */
export const ClaimSide = z.strictObject({ server: z.string(), scenario: z.string() });
export type ClaimSide = DeepReadonly<z.infer<typeof ClaimSide>>;

/** `left op right * factor + offset`; without `right`, `left op offset`. */
export const Claim = z.strictObject({
  /** As it was written; one text without a scenario is a claim for each scenario. */
  text: z.string(),
  /** Whether the job fails when it is refuted. */
  gate: z.boolean(),
  metric: ClaimMetric,
  left: ClaimSide,
  op: ClaimOp,
  right: ClaimSide.nullable(),
  factor: z.number().gt(0),
  /** In the unit of the metric. */
  offset: z.number(),
});
export type Claim = DeepReadonly<z.infer<typeof Claim>>;

/** Which way the claim points, whether or not equality is claimed too. */
export function isAtLeast(op: ClaimOp): boolean {
  return op === '>=' || op === '>';
}

/** Whether equality is not enough. */
export function isStrict(op: ClaimOp): boolean {
  return op === '>' || op === '<';
}
