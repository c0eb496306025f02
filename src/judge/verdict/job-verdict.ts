/** One word for the job, from those of its subjects. */
import { VERDICT_ORDER, type VerdictWord } from '../../terms/verdict-word.ts';

export function jobVerdict(subjects: readonly VerdictWord[]): VerdictWord {
  return VERDICT_ORDER.find((word) => subjects.includes(word)) ?? 'no-baseline';
}
