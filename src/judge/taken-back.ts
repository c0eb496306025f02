/** Doubts about single figures that take the rule's word back: they can forbid a word, and never give one. */
import { modesDisagree } from './health/modes.ts';
import type { MetricState } from './metric-state.ts';
import { hiddenWorsening, type RareFinding } from './rare.ts';
import type { VerdictWord } from './verdict.ts';

/** Why this word may not be said of the metric; null when it may. More blocks may yet clear the doubt. */
export function takenBack(
  state: MetricState,
  word: VerdictWord,
  { rare, tolerance }: { rare: readonly RareFinding[]; tolerance: number },
): string | null {
  const split = modesDisagree(state, word, tolerance);
  if (split !== null || word === 'regression') return split;
  return hiddenWorsening(rare, state, tolerance);
}
