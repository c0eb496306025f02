/** `verdict.json`: the contract that other tools read. */
import { z } from 'zod';
import { MetricName, Pairs, SubjectId } from '../config/experiment.ts';
import { BurstResult } from '../measure/load/protocol.ts';
import { ArmSource, Environment } from '../measure/measurement.ts';
import { Cores } from '../plan/plan.ts';

/**
 * `regression`: slower, shown. `improvement`: faster, shown. `unchanged`: shown to be within the
 * tolerance. `inconclusive`: could not tell. `invalid`: the measurement itself is broken.
 * `no-baseline`: nothing to compare with.
 */
export const VerdictWord = z.enum([
  'regression',
  'improvement',
  'unchanged',
  'inconclusive',
  'invalid',
  'no-baseline',
]);
export type VerdictWord = z.infer<typeof VerdictWord>;

export const MetricVerdict = z.strictObject({
  name: MetricName,
  /** What throughput and CPU time are counted by: requests, or messages received. */
  work: z.enum(['request', 'message']),
  /** Unit of `base` and `head`: `req/s` or `msg/s`, `s` (CPU seconds per request or message), `B`. */
  unit: z.enum(['req/s', 'msg/s', 's', 'B']),
  verdict: VerdictWord,
  /** Typical value of each arm, for reading; the change is not computed from them. */
  base: z.number().nullable(),
  head: z.number().nullable(),
  /** Fraction in the metric's own direction: throughput 5 % lower = -0.05, CPU 5 % more = 0.05. */
  change: z.number().nullable(),
  /** 95 % Student-t interval of `change`. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /**
   * Smallest worsening that this run, up to the end of its budget, would have shown with 80 % power at
   * the noise that it had; a positive fraction.
   */
  mde: z.number().nullable(),
  tolerance: z.number(),
  gating: z.boolean(),
  /** Blocks on which this verdict stands. */
  blocks: z.int().nonnegative(),
  /** One-sided sequential p-value of "it got worse", before Holm. */
  p: z.number().nullable(),
  /** Standard deviation of the block values (log scale): the noise that this run had. */
  sd: z.number().nullable(),
  /** Why, when the word alone does not say it. */
  reason: z.string().nullable(),
});
export type MetricVerdict = z.infer<typeof MetricVerdict>;

export const SubjectVerdict = SubjectId.extend({
  verdict: VerdictWord,
  blocks: z.int().nonnegative(),
  metrics: z.array(MetricVerdict),
  /** Sentences for the reader: what broke, what to distrust, what would help. */
  reason: z.string().nullable(),
  warnings: z.array(z.string()),
  /** How the arms met: `live`, both at once; `exclusive`, one after the other. */
  pairs: Pairs,
  /** What made the load, as it names itself; null when none was made. */
  engine: z.string().nullable(),
  /** Received over expected messages of a fan-out, per arm; null for other loads. */
  reach: z.strictObject({ base: z.number().nullable(), head: z.number().nullable() }).nullable(),
  /** autocannon's opening burst, per arm; null where it cannot speak the protocol. */
  burst: z.strictObject({ base: BurstResult.nullable(), head: BurstResult.nullable() }),
  /** For an inconclusive subject: measuring time that would probably decide it. */
  budgetNeededMs: z.number().nullable(),
});
export type SubjectVerdict = z.infer<typeof SubjectVerdict>;

export const Verdict = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  verdict: VerdictWord,
  subjects: z.array(SubjectVerdict),
  startedAt: z.string(),
  seed: z.int(),
  /** `pairs`: base and head alive at once. `stored`: head against a kept measurement. `alone`: head only. */
  design: z.enum(['pairs', 'stored', 'alone']),
  falseAlarmRate: z.number(),
  budgetMs: z.number(),
  environment: Environment,
  cores: Cores,
  sources: z.strictObject({ base: ArmSource.nullable(), head: ArmSource }),
  /** Flags of the command line that give this experiment again, budget and seed apart. */
  flags: z.array(z.string()),
  /** The exact commands and requests, for repeating the run by hand. */
  commands: z.array(
    z.strictObject({
      subject: z.string(),
      build: z.string().nullable(),
      start: z.string(),
      load: z.string(),
    }),
  ),
});
export type Verdict = z.infer<typeof Verdict>;
