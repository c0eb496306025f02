/** `plan.json`: what will be run, in which order, written before the first block is measured. */
import { z } from 'zod';
import { Arm, Pairs, SubjectId } from '../config/experiment.ts';

/** Core lists for pinning. `null`: not pinned, and why. */
export const Cores = z.strictObject({
  generator: z.array(z.int()).nullable(),
  servers: z.array(z.int()).nullable(),
  note: z.string().nullable(),
});
export type Cores = z.infer<typeof Cores>;

/** One block's random choices. Everything that could favour an arm is random or balanced. */
export const BlockPlan = z.strictObject({
  index: z.int().nonnegative(),
  startOrder: z.array(Arm),
  connectOrder: z.array(Arm),
  warmupOrder: z.array(Arm),
  /** One letter per slice, `b` or `h`: runs of bhhb / hbbh, or for exclusive pairs all of one arm, then all of the other. */
  sliceOrder: z.string().regex(/^[bh]+$/),
});
export type BlockPlan = z.infer<typeof BlockPlan>;

export const SubjectPlan = SubjectId.extend({
  pairs: Pairs,
  /** Requests sent to each arm after connecting and before the first slice of a block. */
  warmupRequests: z.int().positive(),
  /** Requests or messages per slice: the fixed work. 1 for a command, of which a slice is one run. */
  sliceRequests: z.int().positive(),
  /** Expected length of one block, all included. */
  blockMs: z.number().positive(),
  /** Numbers of blocks after which the data may be judged, ascending; the last is the budget's end. */
  looks: z.array(z.int().positive()).min(1),
  blocks: z.array(BlockPlan),
});
export type SubjectPlan = z.infer<typeof SubjectPlan>;

export const Plan = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  seed: z.int(),
  arms: z.array(Arm).min(1),
  cores: Cores,
  subjects: z.array(SubjectPlan),
});
export type Plan = z.infer<typeof Plan>;
