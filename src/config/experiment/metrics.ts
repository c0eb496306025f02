/**
 * Every figure that a subject can have: which way is better, what it is held to, and which scenarios
 * have it. Nothing else in the program lists metrics.
 */
import * as z from 'zod';
import type { Comparison } from '../../terms/metric-terms.ts';

/**
 * In the order of the reports. Units of their values: `throughput` work/s; `cpu` CPU seconds per piece of
 * work, `cpu-beside` the same of what runs beside the server; `p50` to `max`, `connect-p50`, `connect-p99`, `longest-stall` seconds; `memory` (resident set), `pss`
 * (proportional set), `peak-memory`, `memory-per-connection` bytes; `memory-growth` bytes per 1,000 pieces of
 * work; `throughput-cv` and the shares `refused`, `dropped`, `errors` fractions.
 */
export const MetricName = z.enum([
  'throughput',
  'cpu',
  'cpu-beside',
  'p50',
  'p90',
  'p99',
  'p999',
  'max',
  'memory',
  'pss',
  'peak-memory',
  'memory-growth',
  'memory-per-connection',
  'longest-stall',
  'throughput-cv',
  'connect-p50',
  'connect-p99',
  'refused',
  'dropped',
  'errors',
]);
export type MetricName = z.infer<typeof MetricName>;

/** Held to a tolerance: a largest change against base. */
export const ToleranceMetric = MetricName.extract([
  'throughput',
  'cpu',
  'cpu-beside',
  'p50',
  'p90',
  'p99',
  'memory',
  'pss',
  'peak-memory',
  'memory-growth',
  'memory-per-connection',
  'throughput-cv',
  'connect-p50',
  'connect-p99',
]);
export type ToleranceMetric = z.infer<typeof ToleranceMetric>;

/** Held to a limit: a largest value of head, whatever base does. */
export const LimitMetric = MetricName.extract(['longest-stall', 'refused', 'dropped', 'errors']);
export type LimitMetric = z.infer<typeof LimitMetric>;

/**
 * Can be named in `gate.metrics`. `errors` is not among them, because it always gates: nothing can be
 * said of a server that fails its requests. `p999` and `max` are shown only: too few requests make them.
 */
export const GateableMetric = MetricName.exclude(['p999', 'max', 'errors']);
export type GateableMetric = z.infer<typeof GateableMetric>;

/** How head is compared with base. */
export function comparisonOf(metric: MetricName): Comparison {
  if (metric === 'memory-growth') return 'difference';
  if (isLimitMetric(metric)) return 'limit';
  return isToleranceMetric(metric) ? 'ratio' : 'none';
}

export function isToleranceMetric(metric: MetricName): metric is ToleranceMetric {
  return (ToleranceMetric.options as readonly string[]).includes(metric);
}

export function isLimitMetric(metric: MetricName): metric is LimitMetric {
  return (LimitMetric.options as readonly string[]).includes(metric);
}

/** Every other metric is a cost. */
export function isHigherBetter(metric: MetricName): boolean {
  return metric === 'throughput';
}

/** Shares of what was lost, of which there may be nothing at all. */
export const LossMetric = MetricName.extract(['refused', 'dropped', 'errors']);
export type LossMetric = z.infer<typeof LossMetric>;

export function isLossMetric(metric: string): metric is LossMetric {
  return (LossMetric.options as readonly string[]).includes(metric);
}

/** Latency at a fixed rate, from the intended send. */
export const LATENCY_METRICS = ['p50', 'p90', 'p99', 'p999', 'max'] as const;

export function isLatency(metric: MetricName): boolean {
  return (LATENCY_METRICS as readonly MetricName[]).includes(metric);
}
