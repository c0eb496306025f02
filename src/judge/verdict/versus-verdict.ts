/** What is said of contenders against each other: part of `verdict.json` of a comparison of servers. */
import * as z from 'zod';
import { MetricName } from '../../config/experiment/metrics.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { Comparison, MetricUnit } from '../../terms/metric-terms.ts';
import { Finding } from '../findings/finding.ts';

/**
 * `better`: one is shown to be better. `same`: shown to be within the tolerance, either way. `open`: measured, and cannot be
 * told apart. `none`: not measured, broken, or shown only.
 */
const PairOutcome = z.enum(['better', 'same', 'open', 'none']);
export type PairOutcome = DeepReadonly<z.infer<typeof PairOutcome>>;

/** Two contenders in one metric of one scenario. */
export const PairVerdict = z.strictObject({
  /** `server/scenario` of the verdict's subject that it comes from. */
  subject: z.string(),
  first: z.string(),
  second: z.string(),
  outcome: PairOutcome,
  /** Name of the one that is shown to be better; null unless that is the outcome. */
  better: z.string().nullable(),
  /** Of second against first: a fraction in the metric's own direction, or a difference in its unit. */
  change: z.number().nullable(),
  /** 95 % Student-t interval of the change. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** In the terms of the change; null for what is not held to one. */
  tolerance: z.number().nullable(),
  blocks: z.int().nonnegative(),
  reasons: z.array(Finding),
});
export type PairVerdict = DeepReadonly<z.infer<typeof PairVerdict>>;

/** All contenders in one metric of one scenario. */
export const Ranking = z.strictObject({
  scenario: z.string(),
  metric: MetricName,
  unit: MetricUnit,
  comparison: Comparison,
  higherIsBetter: z.boolean(),
  /** Whether it is one of the metrics that share the false-alarm rate. */
  gating: z.boolean(),
  /** The best first; those that cannot be told apart share a rank, in the order in which they were named. */
  places: z.array(
    z.strictObject({
      contender: z.string(),
      /** One more than the contenders that are shown to be better, or better than one that is. Null: nothing is known of it. */
      rank: z.int().positive().nullable(),
      /** Typical value over the pairs that it is in, in `unit`. */
      value: z.number().nullable(),
    }),
  ),
  /** Every two of them, in the order in which they were named. */
  pairs: z.array(PairVerdict),
});
export type Ranking = DeepReadonly<z.infer<typeof Ranking>>;

export const Versus = z.strictObject({
  /** In the order in which they were named. */
  contenders: z.array(z.string()).min(2),
  /** One for each scenario and each of its metrics, in the order of the reports. */
  ranking: z.array(Ranking),
});
export type Versus = DeepReadonly<z.infer<typeof Versus>>;
