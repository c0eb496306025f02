/** What is said of one claim: part of `verdict.json`. */
import * as z from 'zod';
import { Claim } from '../../config/experiment/claim.ts';
import { Environment } from '../../measure/observed/measurement.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { MetricUnit } from '../../terms/metric-terms.ts';
import { Finding } from '../findings/finding.ts';

export const ClaimAnswer = z.enum(['holds', 'refuted', 'undecided']);
export type ClaimAnswer = DeepReadonly<z.infer<typeof ClaimAnswer>>;

/**
 * What is estimated. `ratio`: left over right. `difference`: left - factor × right, in `unit`. `value`: left alone, in `unit`.
 */
export const ClaimScale = z.enum(['ratio', 'difference', 'value']);
export type ClaimScale = DeepReadonly<z.infer<typeof ClaimScale>>;

export const ClaimVerdict = z.strictObject({
  claim: Claim,
  answer: ClaimAnswer,
  scale: ClaimScale,
  unit: MetricUnit,
  estimate: z.number().nullable(),
  /** 95 % interval of the estimate. Of a claim that is answered, `bound` is not inside it. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** What is claimed of the estimate: it is `op` this. */
  bound: z.number(),
  /** Typical values of the two sides, in `unit`, for reading; the estimate is not computed from them. */
  left: z.number().nullable(),
  right: z.number().nullable(),
  /** Blocks on which the answer stands; of a claim over several subjects, of the one with the fewest. */
  blocks: z.int().nonnegative(),
  /** Subjects whose blocks they are. */
  subjects: z.array(z.string()),
  /** This claim's share of the job's false-alarm rate: how often an answer may be wrong. */
  level: z.number(),
  /** One-sided sequential p-value of what the answer excludes; of an undecided claim, of the side that it leans to. */
  p: z.number().nullable(),
  /** The machine that it holds for: of a claim about a value, which another machine would have another of. */
  machine: Environment.nullable(),
  /** Of an undecided claim: measuring time per subject that would probably decide it. */
  budgetNeededMs: z.number().nullable(),
  /** Why it is undecided and what would decide it, or how far the answer reaches. */
  reasons: z.array(Finding),
});
export type ClaimVerdict = DeepReadonly<z.infer<typeof ClaimVerdict>>;
