/** Why nothing was measured or compared, quoted in the first line. */
import { subjectName } from '../../config/experiment/experiment.ts';
import { isOnlyKept } from '../../judge/verdict/gathering.ts';
import { isSameCode } from '../../judge/verdict/same-code.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { metricReason, subjectReason } from '../findings/finding.ts';
import { splitMessage } from '../markup/escape.ts';
import type { Phrase } from '../markup/phrase.ts';
import { SAME_CODE } from '../notices/same-code.ts';
import { worstFirst } from '../tables/rows.ts';
import { namesOf } from '../wording/names.ts';

/** The message that the title already quotes in full, so that nobody need repeat it; else null. */
export function quotedReason(verdict: Verdict): string | null {
  if (verdict.verdict !== 'invalid' && verdict.verdict !== 'no-baseline') return null;
  if (isSameCode(verdict)) return SAME_CODE;
  if (verdict.subjects.some(isOnlyKept)) return null;
  const worst = worstFirst(verdict.subjects).find((one) => one.verdict === verdict.verdict);
  const reason = worst === undefined ? null : firstReason(worst);
  return reason !== null && splitMessage(reason).rest === '' ? reason : null;
}

/** ": the first line of the reason", and one full stop. */
export function why(concerned: SubjectVerdict[]): Phrase {
  const [worst] = concerned;
  const reason = worst && firstReason(worst);
  if (worst === undefined || !reason) return ['.'];
  const sentence = splitMessage(reason).first.replace(/[.:;\s]+$/, '');
  const example = concerned.length === 1 ? [] : [', first ', { name: subjectName(worst) }];
  return [...example, ': ', { quote: sentence }, '.'];
}

/** The subject's reason, or else that of the first metric that has one. */
function firstReason(subject: SubjectVerdict): string | null {
  const names = namesOf(subject);
  const [first] = subject.metrics.flatMap((metric) => metricReason(metric, names) ?? []);
  return subjectReason(subject, names) ?? first ?? null;
}
