/** The words for verdicts. */
import type { VerdictWord } from '../../terms/verdict-word.ts';

/** For a cell: the word as a person says it. */
export const VERDICT_LABEL: Record<VerdictWord, string> = {
  regression: 'regression',
  improvement: 'improvement',
  unchanged: 'unchanged',
  inconclusive: 'inconclusive',
  invalid: 'invalid',
  'no-baseline': 'no baseline',
};

/** Always beside the word, never in its place. */
export const VERDICT_SIGN: Record<VerdictWord, string> = {
  regression: '🔴',
  improvement: '🟢',
  unchanged: '⚪',
  inconclusive: '🟡',
  invalid: '⚠️',
  'no-baseline': '➖',
};

/** After a count: "3 regressed, 1 inconclusive". */
export const VERDICT_COUNTED: Record<VerdictWord, string> = {
  regression: 'regressed',
  improvement: 'improved',
  unchanged: 'unchanged',
  inconclusive: 'inconclusive',
  invalid: 'invalid',
  'no-baseline': 'without a baseline',
};

/** "a", "a and b", "a, b and c" */
export function joinList(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
