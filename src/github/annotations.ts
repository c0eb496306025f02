/** Lines on the run's page: what failed and why, for those who read nothing else. */
import { subjectName } from '../config/experiment/experiment.ts';
import { beginsAnew, isOnlyKept } from '../judge/verdict/gathering.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../judge/verdict/verdict.ts';
import { findingText, subjectReason } from '../report/findings/finding.ts';
import { blockLines, oneLine, plainName, splitMessage } from '../report/markup/escape.ts';
import { changeAndInterval, heldToLabel, visibleText } from '../report/wording/changes.ts';
import { formatRoughDuration, NOTHING } from '../report/wording/format.ts';
import { metricLabel } from '../report/wording/metric-text.ts';
import { isVersus, namesOf } from '../report/wording/names.ts';
import { formatValueBeside } from '../report/wording/values.ts';
import type { Annotation } from './annotation.ts';
import { announceError, announceNotice, announceWarning } from './announce.ts';
import { claimAnnotations, versusAnnotations } from './versus-annotations.ts';

export type { Annotation };

/** Of a build's or a server's output: the page has little room, and the report has more of it. */
const OUTPUT_LINES = 10;

/** GitHub shows ten of each level per step; ten in all is as much as anybody reads. */
const MOST = 10;

/**
 * Pure. Gravest first, at most ten: an error for each metric or subject that fails the job, a warning
 * for each that could not be decided, a notice for the rest. Nothing for `unchanged`, nor for a metric that is shown only.
 */
export function annotationsOf(verdict: Verdict): Annotation[] {
  const all = isVersus(verdict)
    ? versusAnnotations(verdict)
    : [
        ...claimAnnotations(verdict),
        ...verdict.subjects.flatMap((subject) => ofSubject(subject, verdict)),
      ];
  const levels = ['error', 'warning', 'notice'] as const;
  const sorted = levels.flatMap((level) => all.filter((annotation) => annotation.level === level));
  if (sorted.length <= MOST) return sorted;
  return [...sorted.slice(0, MOST - 1), remainder(sorted.slice(MOST - 1))];
}

/** Writes them to the job's log as the runner's commands. */
export function emitAnnotations(annotations: readonly Annotation[]): void {
  const write = { error: announceError, warning: announceWarning, notice: announceNotice };
  for (const { level, title, message } of annotations) write[level](message, { title });
}

function ofSubject(subject: SubjectVerdict, verdict: Verdict): Annotation[] {
  const name = plainName(subjectName(subject));
  const fails = regressionIn(verdict);
  const metrics = subject.metrics.flatMap((metric) => ofMetric(name, metric, fails));
  switch (subject.verdict) {
    case 'regression': {
      if (metrics.some(({ level }) => level === fails.level)) return metrics;
      const { level, title, after } = fails;
      return [
        { level, title: `${title}: ${name}`, message: `${why(subject)}${after}` },
        ...metrics,
      ];
    }
    case 'invalid':
      return [{ level: 'error', title: `Invalid: ${name}`, message: why(subject) }];
    case 'inconclusive': {
      const message = whyInconclusive(subject);
      const title = subject.confirmations.length > 0 ? 'Not confirmed' : 'Inconclusive';
      return [{ level: 'warning', title: `${title}: ${name}`, message }, ...metrics];
    }
    case 'no-baseline':
      if (isOnlyKept(subject)) return gatheringAnnotations(name, subject);
      return [{ level: 'notice', title: `No baseline: ${name}`, message: why(subject) }];
    case 'improvement':
    case 'unchanged':
      return metrics;
  }
}

/** Nothing for each of ten runs, but a word when all that was gathered counts for nothing any more. */
function gatheringAnnotations(name: string, subject: SubjectVerdict): Annotation[] {
  if (!beginsAnew(subject)) return [];
  return [{ level: 'notice', title: `A new history begins: ${name}`, message: why(subject) }];
}

/** How a regression is announced: an error only where it blocks. `after`: a sentence behind the figures. */
interface Failing {
  level: 'error' | 'warning';
  title: string;
  after: string;
}

function regressionIn({ awaitsConfirmation, confirmationOf }: Verdict): Failing {
  if (awaitsConfirmation) {
    const after = ' It is to be measured again on a fresh runner; it does not block yet.';
    return { level: 'warning', title: 'Slowdown, not confirmed yet', after };
  }
  const title = confirmationOf === null ? 'Regression' : 'Regression, confirmed on a second runner';
  return { level: 'error', title, after: '' };
}

function ofMetric(subject: string, metric: MetricVerdict, fails: Failing): Annotation[] {
  // What is only shown was held to nothing: on a busy machine it moves without any change, and would cry wolf.
  if (!metric.gating) return [];
  const message = sentence(metric);
  if (metric.verdict === 'regression') {
    const { level, title, after } = fails;
    return [{ level, title: `${title}: ${subject}`, message: `${message}${after}` }];
  }
  if (metric.verdict === 'improvement') {
    return [{ level: 'notice', title: `Improvement: ${subject}`, message }];
  }
  return [];
}

function sentence(metric: MetricVerdict): string {
  return `${changeOf(metric)}${inBrackets([heldToLabel(metric)])}.`;
}

/** What is held to a limit is told by head's value. */
function changeOf(metric: MetricVerdict): string {
  const { comparison, unit, head, limit } = metric;
  if (comparison !== 'limit') return `${metricLabel(metric)} ${changeAndInterval(metric)}`;
  const value = head === null ? NOTHING : formatValueBeside(unit, head, limit);
  return `${metricLabel(metric)} ${value}`;
}

function inBrackets(parts: readonly (string | null)[]): string {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

/** The sentence, and below it the last lines of the output that may follow it. */
function why(subject: SubjectVerdict): string {
  const [warning] = subject.warnings.map((one) => findingText(one, namesOf(subject)));
  const text = subjectReason(subject, namesOf(subject)) ?? warning ?? 'The report says more.';
  const { first, rest } = splitMessage(text);
  if (rest === '') return oneLine(first);
  const output = blockLines(rest, Number.POSITIVE_INFINITY).slice(-OUTPUT_LINES);
  return [oneLine(first), ...output].join('\n');
}

function whyInconclusive(subject: SubjectVerdict): string {
  const open = subject.metrics
    .filter(({ gating, verdict }) => gating && verdict === 'inconclusive')
    .map(openMetric);
  const reason = subjectReason(subject, namesOf(subject));
  const parts = [
    reason === null ? null : ended(oneLine(reason)),
    open.length > 0 ? `${open.join('; ')}.` : null,
    subject.budgetNeededMs === null
      ? null
      : `A budget of ${formatRoughDuration(subject.budgetNeededMs)} would probably decide it.`,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(' ') : why(subject);
}

/** A reason has no full stop of its own, as further ones may follow it. */
function ended(sentence: string): string {
  return /[.!?:]$/.test(sentence) ? sentence : `${sentence}.`;
}

function openMetric(metric: MetricVerdict): string {
  const hasSize = metric.comparison !== 'limit' && metric.mde !== null;
  const seen = hasSize ? `smallest visible change ${visibleText(metric)}` : null;
  return `${changeOf(metric)}${inBrackets([heldToLabel(metric), seen])}`;
}

function remainder(left: readonly Annotation[]): Annotation {
  const level = left[0]?.level ?? 'notice';
  return { level, title: `${left.length} more`, message: 'The job summary lists them all.' };
}
