/** What is not decided of a subject, and what was not judged of it. */
import type { MetricVerdict, SubjectVerdict } from '../../judge/verdict/verdict.ts';
import type { Phrase } from '../markup/phrase.ts';
import { decidingMetrics, isLeftOut, isTooNoisy } from '../tables/rows.ts';
import { byMetric, metricLabel, severity } from '../wording/metric-text.ts';
import { joinList } from '../wording/verdict-labels.ts';
import { openOnTheBadSide } from './confidence-text.ts';

/** " (throughput and memory)." for a single subject. */
export function undecided(concerned: SubjectVerdict[]): Phrase {
  const [only] = concerned;
  const open = only === undefined || concerned.length > 1 ? [] : decidingMetrics(only);
  // Few errors are what every verdict takes for granted.
  const metrics = open.filter(({ name }) => name !== 'errors');
  if (metrics.length === 0) return ['.'];
  return [` (${joinList(metrics.map(metricLabel))}).`];
}

/** " looks slower, by 2.1% to 10.4% (throughput): whether by more than 5% is open.": where the whole interval says so. */
export function worseButOpen(concerned: SubjectVerdict[]): Phrase | null {
  const [only] = concerned;
  if (only === undefined || concerned.length > 1) return null;
  const [said] = decidingMetrics(only)
    .sort((a, b) => severity(b) - severity(a))
    .flatMap((metric) => openOnTheBadSide(metric, only) ?? []);
  return said === undefined ? null : [' ', said, '.'];
}

/** " in throughput and memory. Not judged: p99 latency, too noisy.": what was left out is no pass. Null where nothing was. */
export function notJudged(concerned: readonly SubjectVerdict[]): Phrase | null {
  const all = concerned.flatMap(({ metrics }) => metrics);
  const labels = (metrics: readonly MetricVerdict[]) =>
    joinList([...new Set(metrics.toSorted(byMetric).map(metricLabel))]);
  const leftOut = all.filter(isLeftOut);
  if (leftOut.length === 0) return null;
  const left = labels(leftOut);
  const why = leftOut.every(isTooNoisy) ? ', as too noisy' : '';
  if (concerned.length > 1) return [`. Not judged in all of them${why}: ${left}.`];
  const judged = all.filter(({ gating, name }) => gating && name !== 'errors');
  return [` in ${labels(judged)}. Not judged${why}: ${left}.`];
}
