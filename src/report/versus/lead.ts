/** The first sentences of a versus: what was found, with its interval, in the contenders' names. */
import type { MetricVerdict, SubjectVerdict } from '../../judge/verdict/verdict.ts';
import type { Versus } from '../../judge/verdict/versus-verdict.ts';
import type { Arm } from '../../terms/arm.ts';
import { metricReason, subjectReason } from '../findings/finding.ts';
import {
  isClear,
  isDoubtOfFigure,
  isMerelyWide,
  type Mark,
  outcomeOf,
  pairOf,
} from '../forest/mark.ts';
import { splitMessage } from '../markup/escape.ts';
import type { Phrase } from '../markup/phrase.ts';
import { changeAndInterval } from '../wording/changes.ts';
import { byMetric, changeSentence, metricLabel } from '../wording/metric-text.ts';
import { namesOf } from '../wording/names.ts';
import { joinList } from '../wording/verdict-labels.ts';

/** "`gleam` serves 43.1% fewer requests per second than `go`, −43.1% [−45.0%, −41.2%]". */
export function leadOf(subject: SubjectVerdict, versus: Versus | undefined): Phrase {
  const metric = leadMetric(subject);
  const [base, head] = named(subject);
  const failure = failureOf(subject);
  if (failure !== null) return [head, ' and ', base, ' were not compared: ', { quote: failure }];
  if (metric === null) return [head, ' and ', base, ' have nothing that could be compared'];
  const label = metricLabel(metric);
  const favours = outcomeOf(metric, subject, versus);
  if (isClear(favours)) {
    return [head, ` ${changeSentence(metric)} than `, base, ` ${intervalOf(metric)}`];
  }
  const reason = doubtOf(metric, subject) ?? openDoubt(metric, subject, versus);
  if (reason !== null) {
    return [head, ' and ', base, ` cannot be compared by ${label}: `, { quote: reason }];
  }
  const said = favours === 'neither' ? 'are alike, within the tolerance,' : 'cannot be told apart';
  return [head, ' and ', base, ` ${said} by ${label}: ${changeAndInterval(metric)}`];
}

/** "`gleam` uses 75.0% more CPU per request and 392% more memory than `go`"; empty where nothing else is clear. */
export function othersOf(subject: SubjectVerdict, versus: Versus | undefined): Phrase {
  const lead = leadMetric(subject);
  const clear = [...subject.metrics]
    .sort((a, b) => Number(b.gating) - Number(a.gating) || byMetric(a, b))
    .filter((metric) => metric !== lead && isClear(outcomeOf(metric, subject, versus)))
    .filter(({ comparison }) => comparison === 'ratio')
    .slice(0, MOST_OTHERS)
    .sort(byMetric);
  if (clear.length === 0) return [];
  const [base, head] = named(subject);
  return [head, ` ${joinList(clear.map(changeSentence))} than `, base];
}

const MOST_OTHERS = 3;

/** Throughput where it was measured, else the first that is compared by ratio. */
function leadMetric({ metrics }: SubjectVerdict): MetricVerdict | null {
  const compared = [...metrics].sort(byMetric).filter(({ comparison, change, interval }) => {
    return comparison === 'ratio' && change !== null && interval !== null;
  });
  return compared[0] ?? null;
}

/** What the two are called, as parts of a phrase. */
export function named(subject: SubjectVerdict): [base: { name: string }, head: { name: string }] {
  const { base, head } = namesOf(subject);
  return [{ name: base }, { name: head }];
}

/** Why the two were not compared at all; null where they were. */
export function failureOf(subject: SubjectVerdict): string | null {
  if (subject.verdict !== 'invalid' && subject.verdict !== 'no-baseline') return null;
  const reason = subjectReason(subject, namesOf(subject)) ?? 'nothing was measured';
  return splitMessage(reason).first.replace(/[.:;\s]+$/, '');
}

/** Null where the interval alone says why nobody can tell. */
function doubtOf(metric: MetricVerdict, subject: SubjectVerdict): string | null {
  if (metric.verdict !== 'inconclusive') return null;
  const names = namesOf(subject);
  if (metric.reasons.length > 0) {
    return metricReason({ reasons: metric.reasons.filter((one) => !isMerelyWide(one)) }, names);
  }
  const whole = subject.reasons.filter(({ subject: about }) => about === null);
  return subjectReason({ reasons: whole }, names);
}

/** Why the pair was left open although the metric has a word: what forbids to say it of contenders. Null where nothing does. */
function openDoubt(
  metric: MetricVerdict,
  subject: SubjectVerdict,
  versus: Versus | undefined,
): string | null {
  const pair = pairOf(metric, subject, versus);
  if (pair?.outcome !== 'open') return null;
  return metricReason({ reasons: pair.reasons.filter(isDoubtOfFigure) }, namesOf(subject));
}

/** "−43.1% [−45.0%, −41.2%]" without the change, which the sentence has already. */
function intervalOf(metric: MetricVerdict): string {
  const whole = changeAndInterval(metric);
  return whole.slice(Math.max(0, whole.indexOf('[')));
}

/** "gleam better", "alike", "not told apart": for a column. */
export function outcomeText(favours: Mark['favours'], names: Record<Arm, string>): string {
  if (isClear(favours)) return `${names[favours]} better`;
  return favours === 'neither' ? 'alike, within the tolerance' : 'not told apart';
}
