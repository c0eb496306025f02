/** Lines on the run's page: what failed and why, for those who read nothing else. */
import { error, notice, warning } from '@actions/core';
import { subjectName } from '../config/experiment.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../judge/verdict.ts';

export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  title: string;
  message: string;
}

/** GitHub shows ten of each level per step; ten in all is as much as anybody reads. */
const MOST = 10;

/**
 * Pure. Gravest first: an error for each metric that fails the gate, a warning for each subject
 * without an answer, a notice for the rest. Nothing for `unchanged`.
 */
export function annotationsOf(verdict: Verdict): Annotation[] {
  const all = verdict.subjects.flatMap(ofSubject);
  const levels = ['error', 'warning', 'notice'] as const;
  const sorted = levels.flatMap((level) => all.filter((annotation) => annotation.level === level));
  if (sorted.length <= MOST) return sorted;
  const shown = sorted.slice(0, MOST - 1);
  const left = sorted.slice(MOST - 1);
  return [...shown, remainder(left)];
}

/** Writes them to the job's log as the runner's commands. */
export function emitAnnotations(annotations: readonly Annotation[]): void {
  const write = { error, warning, notice };
  for (const { level, title, message } of annotations) write[level](message, { title });
}

function ofSubject(subject: SubjectVerdict): Annotation[] {
  const name = subjectName(subject);
  const metrics = subject.metrics.flatMap((metric) => ofMetric(name, metric));
  switch (subject.verdict) {
    case 'regression':
      if (metrics.some(({ level }) => level === 'error')) return metrics;
      return [{ level: 'error', title: `Regression: ${name}`, message: why(subject) }, ...metrics];
    case 'invalid':
      return [{ level: 'warning', title: `Invalid: ${name}`, message: why(subject) }];
    case 'inconclusive':
      return [
        { level: 'warning', title: `Inconclusive: ${name}`, message: whyInconclusive(subject) },
        ...metrics,
      ];
    case 'no-baseline':
      return [{ level: 'notice', title: `No baseline: ${name}`, message: why(subject) }];
    case 'improvement':
    case 'unchanged':
      return metrics;
  }
}

function ofMetric(subject: string, metric: MetricVerdict): Annotation[] {
  if (metric.verdict === 'regression') {
    const level = metric.gating ? 'error' : 'notice';
    const title = `${metric.gating ? 'Regression' : 'Regression (not gated)'}: ${subject}`;
    return [{ level, title, message: sentence(metric) }];
  }
  if (metric.verdict === 'improvement' && metric.gating) {
    return [{ level: 'notice', title: `Improvement: ${subject}`, message: sentence(metric) }];
  }
  return [];
}

const LABELS = { throughput: 'throughput', cpu: 'CPU time per request', memory: 'memory' };

function sentence({ name, change, interval, tolerance }: MetricVerdict): string {
  const size = change === null ? 'changed' : percent(change);
  const range = interval === null ? '' : ` [${percent(interval[0])}, ${percent(interval[1])}]`;
  return `${LABELS[name]} ${size}${range}, tolerance ${(tolerance * 100).toFixed(1)} %.`;
}

function why({ reason, warnings }: SubjectVerdict): string {
  return reason ?? warnings[0] ?? 'The report says more.';
}

function whyInconclusive(subject: SubjectVerdict): string {
  const open = subject.metrics
    .filter(({ gating, verdict }) => gating && verdict === 'inconclusive')
    .map((metric) => {
      const seen =
        metric.mde === null ? '' : ` (smallest change it could see: ${percent(metric.mde)})`;
      return `${sentence(metric).replace(/\.$/, '')}${seen}`;
    });
  const needed =
    subject.budgetNeededMs === null
      ? null
      : `A budget of ${Math.ceil(subject.budgetNeededMs / 1000)} s would probably decide it.`;
  return (
    [subject.reason, open.length > 0 ? `${open.join('; ')}.` : null, needed]
      .filter((part) => part !== null)
      .join(' ') || why(subject)
  );
}

function remainder(left: readonly Annotation[]): Annotation {
  const level = left[0]?.level ?? 'notice';
  return { level, title: `${left.length} more`, message: 'The job summary lists them all.' };
}

function percent(fraction: number): string {
  const size = Math.abs(fraction * 100).toFixed(1);
  const sign = size === '0.0' ? '' : fraction < 0 ? '−' : '+';
  return `${sign}${size} %`;
}
