/** The six words that a run can end with. */
import { z } from 'zod';

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
