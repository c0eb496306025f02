/** The six words that a run can end with. */
import * as z from 'zod';

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

/** What the reader must see first comes first; "could not tell" is never hidden behind a pass. */
export const VERDICT_ORDER: readonly VerdictWord[] = [
  'regression',
  'invalid',
  'inconclusive',
  'no-baseline',
  'improvement',
  'unchanged',
];
