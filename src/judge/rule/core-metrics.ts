/** Metrics that a verdict rests on. */
import type { MetricName } from '../../config/experiment/metrics.ts';

/** Where one of them is measured, one of them must be judged. */
const CORE: ReadonlySet<MetricName> = new Set(['throughput', 'cpu']);

export function isCore(metric: MetricName): boolean {
  return CORE.has(metric);
}
