/** The words of the reports, and the order of bad news. */
import type { MetricName } from '../config/metrics.ts';
import type { Work } from '../config/words.ts';
import type { MetricVerdict, VerdictWord } from '../judge/verdict.ts';
import { formatSize } from './format.ts';

/** "throughput", "CPU per message". */
export function metricLabel({ name, work }: { name: MetricName; work: Work }): string {
  return name === 'cpu' ? `CPU per ${work}` : name;
}

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

/** Worst first. */
export const VERDICT_ORDER: readonly VerdictWord[] = [
  'regression',
  'invalid',
  'inconclusive',
  'no-baseline',
  'improvement',
  'unchanged',
];

/** After a count: "3 regressed, 1 inconclusive". */
export const VERDICT_COUNTED: Record<VerdictWord, string> = {
  regression: 'regressed',
  improvement: 'improved',
  unchanged: 'unchanged',
  inconclusive: 'inconclusive',
  invalid: 'invalid',
  'no-baseline': 'without a baseline',
};

/** "serves 8.1% fewer requests per second" */
export function changeInWords(metric: MetricVerdict & { change: number }): string {
  const { name, work, change } = metric;
  const size = formatSize(change);
  if (name === 'throughput') {
    return `serves ${size} ${change < 0 ? 'fewer' : 'more'} ${work}s per second`;
  }
  return `uses ${size} ${change < 0 ? 'less' : 'more'} ${metricLabel(metric)}`;
}

/** A change as a worsening: positive is worse, whichever way the metric counts. */
export function worsening(name: MetricName, change: number): number {
  return name === 'throughput' ? -change : change;
}

/** Log of the cost ratio head/base, by which changes of different metrics can be ordered; 0 if unknown. */
export function severity({ name, change }: Pick<MetricVerdict, 'name' | 'change'>): number {
  if (change === null) return 0;
  const ratio = Math.max(1 + change, Number.MIN_VALUE);
  return name === 'throughput' ? -Math.log(ratio) : Math.log(ratio);
}

/** "a", "a and b", "a, b and c" */
export function listInWords(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
