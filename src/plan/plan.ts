/** `plan.json`: what will be run, in which order, written before the first block is measured. */

import * as z from 'zod';
import { SubjectId } from '../config/experiment/experiment.ts';
import { Pairs } from '../config/experiment/server.ts';
import { SCHEMA } from '../system/shapes/schema-versions.ts';
import { Arm } from '../terms/arm.ts';
import { Cores } from '../terms/core-sets.ts';
import type { DeepReadonly } from '../terms/deep-readonly.ts';

/** What a block has besides its warm-up and slices; null: not this. */
export const Phases = z.strictObject({
  /** Open loop: segments of so much work at this rate, as many for each arm. */
  latency: z
    .strictObject({
      perSecond: z.number().positive(),
      segmentRequests: z.int().positive(),
      segmentsPerArm: z.int().positive(),
    })
    .nullable(),
  /** Closed loop without a break. */
  steadyMs: z.number().positive().nullable(),
});
export type Phases = DeepReadonly<z.infer<typeof Phases>>;

/** One block's random choices. Everything that could favour an arm is random or balanced. */
export const BlockPlan = z.strictObject({
  index: z.int().nonnegative(),
  startOrder: z.array(Arm),
  connectOrder: z.array(Arm),
  warmupOrder: z.array(Arm),
  /** One letter per slice, `b` or `h`: runs of bhhb / hbbh, or for exclusive pairs all of one arm, then all of the other. */
  sliceOrder: z.string().regex(/^[bh]*$/),
  /**
   * Of a run that has a calibrator: in which order its slices (`c`) and head's (`h`) take turns; empty in a block without slices.
   * Absent in every other run.
   */
  calibratorOrder: z
    .string()
    .regex(/^[ch]*$/)
    .optional(),
  /** The same of the open-loop segments; empty without them. */
  latencyOrder: z.string().regex(/^[bh]*$/),
  /** Order of the unbroken phases. */
  steadyOrder: z.array(Arm),
});
export type BlockPlan = DeepReadonly<z.infer<typeof BlockPlan>>;

/** What the noise of the pilot run lets a run of this plan see. */
export const Forecast = z.strictObject({
  /** Standard deviation of a block's log-ratio of throughput. */
  blockSd: z.number().nonnegative(),
  /** Drop in throughput that would be a regression in 80 % of such runs: a fraction. */
  mde: z.number().nonnegative(),
  /** Smallest throughput tolerance that an unchanged server would probably (80 %) be shown to keep: a fraction. */
  resolvable: z.number().nonnegative(),
  /** Budget that would do for the tolerance; null when this one does, or none would. */
  budgetNeededMs: z.number().positive().nullable(),
});
export type Forecast = DeepReadonly<z.infer<typeof Forecast>>;

export const SubjectPlan = SubjectId.extend({
  pairs: Pairs,
  /** Where this subject is loaded from and runs, when not where the others do (`serverCores`); else null. */
  cores: Cores.nullable(),
  /**
   * Fewer connections than the scenario has, where a slow server would keep them waiting for seconds, or where idle ones keep
   * its threads; absent: its own.
   */
  connections: z.int().positive().optional(),
  /** Requests sent to each arm after connecting and before the first slice of a block. */
  warmupRequests: z.int().nonnegative(),
  phases: Phases,
  /** Requests or messages per slice: the fixed work. 1 for a command, of which a slice is one run; of a hold nothing. */
  sliceRequests: z.int().nonnegative(),
  /** Expected length of one block, all included. */
  blockMs: z.number().positive(),
  /** Numbers of blocks after which the data may be judged, ascending; the last is the budget's end. */
  looks: z.array(z.int().positive()).min(1),
  /** Numbers of blocks at which the budget of an attempt ended, ascending: one for each attempt. The last is the last look. */
  ends: z.array(z.int().positive()).min(1),
  /** What the pilot run's noise lets one foresee; null where it could not tell. */
  forecast: Forecast.nullable(),
  blocks: z.array(BlockPlan),
});
export type SubjectPlan = DeepReadonly<z.infer<typeof SubjectPlan>>;

export const Plan = z.strictObject({
  schemaVersion: z.literal(SCHEMA.plan),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  seed: z.int(),
  arms: z.array(Arm).min(1),
  cores: Cores,
  subjects: z.array(SubjectPlan),
  /** Subjects that need more server cores than this machine has, and how many: not measured. */
  lacking: z.array(SubjectId.extend({ cores: z.int().positive() })),
});
export type Plan = DeepReadonly<z.infer<typeof Plan>>;
