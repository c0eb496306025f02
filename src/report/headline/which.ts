/** Which of the subjects a headline is about, by name or by number. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { VERDICT_ORDER } from '../../terms/verdict-word.ts';
import type { Phrase } from '../markup/phrase.ts';
import { plural } from '../wording/format.ts';
import { VERDICT_COUNTED } from '../wording/verdict-labels.ts';

/** "12 subjects: 3 regressed, 1 inconclusive, 8 unchanged"; null where all have the word of the first line. */
export function countsLine({ subjects }: Verdict): string | null {
  if (subjects.length < 2) return null;
  const counts = VERDICT_ORDER.map((word) => ({
    word,
    count: subjects.filter(({ verdict }) => verdict === word).length,
  })).filter(({ count }) => count > 0);
  if (counts.length < 2) return null;
  const parts = counts.map(({ word, count }) => `${count} ${VERDICT_COUNTED[word]}`);
  return `${plural(subjects.length, 'subject')}: ${parts.join(', ')}.`;
}

/** "`api/plaintext`", "all 12 subjects", "3 of 12 subjects". */
export function which(concerned: SubjectVerdict[], { subjects }: Verdict): Phrase {
  const [only] = concerned;
  if (only !== undefined && concerned.length === 1) return [{ name: subjectName(only) }];
  if (concerned.length === subjects.length) return [`all ${plural(concerned.length, 'subject')}`];
  return [`${concerned.length} of ${plural(subjects.length, 'subject')}`];
}
