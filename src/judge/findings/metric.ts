/** Findings about one metric: why it has its verdict, or has none. */
import * as z from 'zod';
import { MetricName } from '../../config/experiment/metrics.ts';
import { StoppedBy } from '../../measure/observed/measurement.ts';
import { Arm } from '../../terms/arm.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { finding } from './define.ts';

/** The two groups into which the blocks fall, the larger first: changes as in the metric's verdict. */
export const States = z.array(z.strictObject({ change: z.number(), blocks: z.int().positive() }));
export type States = DeepReadonly<z.infer<typeof States>>;

export const METRIC_FINDINGS = [
  finding('small-slowdown', ['note'], MetricName, {}),
  /** All requests together are shown to be worse; a typical segment is not. */
  finding('slower-in-few-moments', ['note'], MetricName, {}),
  finding('perhaps-better', ['note'], MetricName, {}),
  finding('perhaps-worse', ['note'], MetricName, {}),
  finding('shown-only', ['note'], MetricName, {}),
  /** Earlier runs have no figure of it that could be compared. */
  finding('not-in-history', ['note'], MetricName, {}),
  /** Only so many of the earlier runs that count have a figure of it, fewer than are needed. */
  finding('too-few-runs', ['doubt'], MetricName, { runs: z.int(), needed: z.int() }),
  finding('not-readable', ['doubt', 'warning'], MetricName, {}),
  finding('too-few-blocks', ['doubt'], MetricName, {}),
  /** `lacking`: of two arms the one that has no value in any block, where the other has some. */
  finding('too-few-values', ['doubt'], MetricName, { lacking: Arm.optional() }),
  /** `stoppedBy`: the clock; absent: none is recorded, as of a job that was cancelled. `jobBudgetMs`: of the job, where that was it. */
  finding('stopped-undecided', ['doubt'], MetricName, {
    stoppedBy: StoppedBy.optional(),
    jobBudgetMs: z.number().nullable().optional(),
  }),
  /** Another metric of the subject is a regression, and nothing more was measured for this one. */
  finding('red-already', ['note'], MetricName, {}),
  finding('interval-spans-tolerance', ['doubt'], MetricName, {}),
  /**
   * Open for noise that head has and base has not. Of each, the standard deviation of its own ln(cost) from block to block, that is from start to
   * start.
   */
  finding('noise-of-head', ['doubt'], MetricName, { base: z.number(), head: z.number() }),
  /**
   * `why`: base is over it as well (`both`), the blocks look worse and are too few to show it (`too-few`), or it was in few of them (`moments`). Values
   * in the unit of the metric; `worse`: blocks in which head has more of it than base; `budgetNeededMs`: that would probably show it; `example`: what
   * one of them met, where that is known; `arm`: who is over it, head where it is not said. All absent in files of older versions.
   */
  finding('over-limit-not-worse', ['doubt'], MetricName, {
    why: z.enum(['both', 'too-few', 'moments']).optional(),
    base: z.number().nullable().optional(),
    head: z.number().nullable().optional(),
    limit: z.number().optional(),
    worse: z.int().nonnegative().optional(),
    blocks: z.int().nonnegative().optional(),
    budgetNeededMs: z.number().nullable().optional(),
    example: z.string().nullable().optional(),
    arm: Arm.optional(),
  }),
  /** `change`: of all requests together, head over base. Of two contenders it may be below zero: base is worse. */
  finding('worse-in-all-requests', ['doubt'], MetricName, { change: z.number() }),
  /** `change`: with what the trimmed figure leaves out, of the arm that it is about: head where it is not said. */
  finding('hidden-worsening', ['doubt'], z.enum(['throughput', 'cpu']), {
    change: z.number(),
    arm: Arm.optional(),
  }),
  finding('states-disagree', ['doubt'], MetricName, { states: States }),
  /**
   * Not judged: within the budget a worsening is `visible` from here on only. An unchanged one `keeps` no smaller tolerance;
   * the budget with which it would keep its own is null where none does.
   */
  finding('too-noisy', ['doubt', 'warning'], MetricName, {
    visible: z.number().nullable(),
    tolerance: z.number(),
    keeps: z.number(),
    budgetNeededMs: z.number().nullable(),
  }),
  /** Not judged: in `faulty` of the blocks the open loop was none, for a reason that base met too. */
  finding('no-open-loop', ['doubt', 'warning'], MetricName, {
    cause: z.enum(['sent-late', 'rate-not-kept']),
    faulty: z.int(),
    blocks: z.int(),
  }),
  /** Not judged: the clock ended before it was decided, with so many `values`; `jobBudgetMs`: null where its blocks took too long. */
  finding('out-of-time', ['doubt', 'warning'], MetricName, {
    values: z.int(),
    jobBudgetMs: z.number().nullable(),
  }),
  finding('throughput-is-generators', ['doubt'], MetricName, {}),
  finding('throughput-of-a-wait', ['doubt'], MetricName, {}),
  /** The server had time left, so that the cost of a request goes by how busy it is. */
  finding('cpu-of-spare-time', ['doubt'], MetricName, {}),
  /** It looks worse, and a head that is faster would look the same. */
  finding('worse-or-less-batched', ['doubt'], MetricName, {}),
  /** More than `share` of the requests were sent late in `faulty` of the blocks. */
  finding('sent-late', ['doubt'], MetricName, {
    share: z.number(),
    faulty: z.int(),
    blocks: z.int(),
  }),
  finding('rate-not-kept', ['doubt'], MetricName, {
    arms: z.array(Arm),
    faulty: z.int(),
    blocks: z.int(),
  }),
  /** Changes on the first runner and on this one; null where none can be told. */
  finding('not-confirmed', ['doubt'], MetricName, {
    first: z.number().nullable(),
    second: z.number().nullable(),
  }),
  /** Its figures are those of the open loop, at so many requests or messages per second. */
  finding('cpu-at-fixed-rate', ['warning'], z.literal('cpu'), { perSecond: z.number() }),
  /** `arm`: the one whose processes come up in either state; null when both do. */
  finding('two-states', ['warning'], MetricName, { states: States, arm: Arm.nullable() }),
] as const;
