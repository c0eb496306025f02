/** What is shown to be worse or better, and how sure and how large that is. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import type { Phrase } from '../markup/phrase.ts';
import { decidingMetrics } from '../tables/rows.ts';
import { canBeTold, changeSentence } from '../wording/metric-text.ts';
import { joinList } from '../wording/verdict-labels.ts';
import { howLarge, howSure } from './confidence-text.ts';
import { which } from './which.ts';

export function changed(
  word: string,
  introduction: string,
  concerned: SubjectVerdict[],
  all: Verdict,
): Phrase {
  const [worst] = concerned;
  if (worst === undefined) return [`${word}.`];
  const name = { name: subjectName(worst) };
  const changes = decidingMetrics(worst).filter(canBeTold).map(changeSentence);
  const did = changes.length === 0 ? all.verdict : joinList(changes);
  if (concerned.length === 1) return [`${word}: `, name, ` ${did}.`];
  return [`${word} in `, ...which(concerned, all), `. ${introduction}: `, name, ` ${did}.`];
}

/** Significant and large are two things: "Sure: …" from the interval, "Small: …" from the tolerance. */
export function sureAndLarge(subject: SubjectVerdict | undefined): Phrase {
  const metric = subject && decidingMetrics(subject).find(canBeTold);
  if (subject === undefined || metric === undefined) return [];
  return [
    [howSure(metric, subject), howLarge(metric)].filter((sentence) => sentence !== '').join(' '),
  ];
}
