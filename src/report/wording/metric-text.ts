/** What each metric is called, and how its change is told. */

import { MetricName } from '../../config/experiment/metrics.ts';
import { logCost } from '../../judge/rule/decide.ts';
import type { MetricVerdict } from '../../judge/verdict/verdict.ts';
import type { Work } from '../../terms/metric-terms.ts';
import { formatSize } from './format.ts';
import { formatQuantity, formatValue, formatValueBeside } from './values.ts';

const LABELS: Record<MetricName, string | ((work: Work) => string)> = {
  throughput: 'throughput',
  cpu: (work) => `CPU per ${work}`,
  'cpu-beside': (work) => `CPU beside per ${work}`,
  p50: 'p50 latency',
  p90: 'p90 latency',
  p99: 'p99 latency',
  p999: 'p99.9 latency',
  max: 'max latency',
  memory: 'memory',
  pss: 'memory (PSS)',
  'peak-memory': 'peak memory',
  'memory-growth': 'memory growth',
  'memory-per-connection': 'memory per connection',
  'longest-stall': 'longest stall',
  'throughput-cv': 'throughput spread (100 ms)',
  'connect-p50': 'connect time p50',
  'connect-p99': 'connect time p99',
  refused: 'connections refused',
  dropped: 'connections dropped',
  errors: 'errors',
};

/** "throughput", "CPU per message". */
export function metricLabel({ name, work }: { name: MetricName; work: Work }): string {
  const label = LABELS[name];
  return typeof label === 'string' ? label : label(work);
}

/** In the order of the reports. */
export function byMetric(a: { name: MetricName }, b: { name: MetricName }): number {
  return MetricName.options.indexOf(a.name) - MetricName.options.indexOf(b.name);
}

/** Whether there is something to tell: a change, or head's value beside its limit. */
export function canBeTold({
  comparison,
  change,
  head,
}: Pick<MetricVerdict, 'comparison' | 'change' | 'head'>): boolean {
  return (comparison === 'limit' ? head : change) !== null;
}

/** "serves 8.1% fewer requests per second", "drops 0.10% of its connections (limit 0%)". */
export function changeSentence(metric: MetricVerdict): string {
  if (metric.comparison === 'limit') return valueText(metric);
  const { name, work, unit, comparison } = metric;
  const change = metric.change ?? 0;
  const [more, higher] = change < 0 ? ['less', 'lower'] : ['more', 'higher'];
  if (comparison === 'difference') {
    const size = formatValue(unit, Math.abs(change)).replace(/\/1,000$/, '');
    return name === 'memory-growth'
      ? `keeps ${size} ${more} per 1,000 ${work}s`
      : `has ${size} ${more} ${metricLabel(metric)}`;
  }
  const size = formatSize(change);
  if (name === 'throughput') {
    return `serves ${size} ${change < 0 ? 'fewer' : 'more'} ${work}s per second`;
  }
  return USED.has(name)
    ? `uses ${size} ${more} ${metricLabel(metric)}`
    : `has ${article(size)} ${size} ${higher} ${metricLabel(metric)}`;
}

/** A change as a worsening: positive is worse, whichever way the metric counts. */
export function worsening(name: MetricName, change: number): number {
  return name === 'throughput' ? -change : change;
}

/**
 * How many tolerances head is worse by, by which changes of different metrics can be ordered; negative is
 * better, 0 unknown. A broken limit counts its multiples.
 */
export function severity(metric: MetricVerdict): number {
  const { name, comparison, change, tolerance, head, limit } = metric;
  if (comparison === 'limit') return brokenLimit(head, limit);
  if (change === null || tolerance === null) return 0;
  if (comparison === 'difference') return change / tolerance;
  const times = logCost(name, worsening(name, Math.max(change, -1))) / logCost(name, tolerance);
  // A figure that fell to nothing is worse or better without end, and is to be ordered all the same.
  return Math.max(-Number.MAX_VALUE, Math.min(times, Number.MAX_VALUE));
}

const USED: ReadonlySet<MetricName> = new Set([
  'cpu',
  'cpu-beside',
  'memory',
  'pss',
  'peak-memory',
  'memory-per-connection',
]);

/** Multiples of a limit of 0 have no number; more than this says no more. */
const MOST_MULTIPLES = 10;

function brokenLimit(head: number | null, limit: number | null): number {
  if (head === null || limit === null || head <= limit) return -Number.MAX_VALUE;
  return Math.min(MOST_MULTIPLES, head / limit);
}

function valueText({ name, work, unit, head, limit }: MetricVerdict): string {
  const value = head === null ? 'an unknown share' : formatValueBeside(unit, head, limit);
  const held = limit === null ? '' : ` (limit ${formatQuantity(unit, limit)})`;
  const did: Partial<Record<MetricName, string>> = {
    'longest-stall': `stalls for up to ${value}`,
    refused: `refuses ${value} of its connections`,
    dropped: `drops ${value} of its connections`,
    errors: `fails ${value} of its ${work}s`,
  };
  return `${did[name] ?? `has ${value} ${metricLabel({ name, work })}`}${held}`;
}

/** "an 8.1%", "an 11%", "a 35%": by how the number is spoken. */
function article(size: string): 'a' | 'an' {
  return /^(8|1[18](?![\d,]))/.test(size) ? 'an' : 'a';
}
