/** Findings about one claim: what stands in the way of an answer, what would give one, and how far an answer reaches. */
import * as z from 'zod';
import { MetricUnit } from '../../terms/metric-terms.ts';
import { finding } from './define.ts';

const none = z.null();

export const CLAIM_FINDINGS = [
  /** The two servers are not in the same live pairs: only a comparison of servers has them there. */
  finding('claim-needs-versus', ['doubt'], none, {}),
  /** `subject`: what was not measured, or whose measurement is broken. */
  finding('claim-not-measured', ['doubt'], none, { subject: z.string() }),
  finding('claim-too-few-blocks', ['doubt'], none, { blocks: z.int(), needed: z.int() }),
  /** The load generator, and not the server, was the limit. */
  finding('claim-generator-limited', ['doubt'], none, {}),
  /** This machine has not the cores that it would take. */
  finding('claim-lacks-cores', ['doubt'], none, { cores: z.array(z.int()) }),
  /** So many blocks, and such a budget, would probably decide it. */
  finding('claim-needs-blocks', ['doubt'], none, { blocks: z.int(), budgetMs: z.number() }),
  /**
   * It ended before the last block that was planned, and was not decided by then. `jobBudgetMs`: the time limit of the job, which ended it; null: its
   * blocks took far too long; absent: neither is recorded, as of a job that was cancelled.
   */
  finding('claim-stopped', ['doubt'], none, {
    blocks: z.int(),
    planned: z.int(),
    jobBudgetMs: z.number().nullable().optional(),
  }),
  /** What is measured lies so near to what is claimed that not even the longest run would tell. */
  finding('claim-at-the-bound', ['doubt'], none, {}),
  /** Of all requests together, left over right is `ratio`, which would be the other answer. */
  finding('claim-all-requests-disagree', ['doubt'], none, { ratio: z.number() }),
  /** The same of what is no ratio: a value of one server in `unit`, or how far two are apart. */
  finding('claim-all-values-disagree', ['doubt'], none, {
    scale: z.enum(['difference', 'value']),
    unit: MetricUnit,
    value: z.number(),
  }),
  /** The blocks fall into two groups, the larger first, and what is claimed lies between them. `value`: on the scale of the claim. */
  finding('claim-states-disagree', ['doubt'], none, {
    scale: z.enum(['ratio', 'difference', 'value']),
    unit: MetricUnit,
    states: z.array(z.strictObject({ value: z.number(), blocks: z.int().positive() })),
  }),
  /** The blocks differ too much from each other. `sd`: of their values. */
  finding('claim-too-noisy', ['doubt'], none, { sd: z.number() }),
  /**
   * Nothing was lost in any block, so that the answer reaches as far as this run could see: a loss of more than `share` of
   * all would have shown, and so would losses that come in more than `ofBlocks` of the blocks.
   */
  finding('claim-nothing-lost', ['note'], none, {
    chances: z.number(),
    blocks: z.int(),
    share: z.number(),
    ofBlocks: z.number(),
  }),
  /** Neither lost anything, so that neither can have lost less. */
  finding('claim-nothing-to-undercut', ['doubt'], none, { chances: z.number() }),
  /** Nothing was lost, but it takes so many chances to show that so small a share is not exceeded. */
  finding('claim-needs-chances', ['doubt'], none, { chances: z.number(), needed: z.number() }),
] as const;
