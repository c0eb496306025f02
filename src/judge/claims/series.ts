/**
 * What the blocks of one subject say for a claim: one number per block. Of two servers in one live pair the ratio or the
 * difference of each block; of one server its own values. All in the metric's own direction: more throughput is more.
 */
import { comparisonOf, LATENCY_METRICS, type MetricName } from '../../config/metrics.ts';
import type { BlockMeasurement } from '../../measure/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { armValue } from '../block-values.ts';
import { soloValue } from '../estimate.ts';
import type { Finding } from '../findings/finding.ts';
import { openLoopFault, openLoopTrouble } from '../open-loop.ts';
import type { MetricState, SubjectState } from '../state.ts';

/** One part of an estimate: what a block says, times a weight. */
export interface Series {
  subject: SubjectState;
  metric: MetricName;
  values: readonly (number | null)[];
  /** Of a pair: times which the metric's own logarithm of cost, head over base, is its value here. */
  sign: 1 | -1;
  weight: 1 | -1;
  /** What may make all values too small (`low`) or too large (`high`): then only one direction can be shown. */
  leans: readonly Lean[];
  /** Why nothing may be said from it, whichever way. */
  trouble: Finding | null;
}

/** `low`: the truth is at least what is seen. `high`: at most. */
export type Lean = 'low' | 'high';

/** Whether the metric is compared by its ratio, and its values are never nothing. */
export function isRatioMetric(metric: MetricName): boolean {
  const comparison = comparisonOf(metric);
  return comparison === 'ratio' || comparison === 'none';
}

/** ln(left / right) of each block. `left`: the arm of the claim's left side. */
export function pairedLogs(subject: SubjectState, metric: MetricName, left: Arm): Series {
  const state = stateOf(subject, metric);
  const sign = (left === 'head') === (metric === 'throughput') ? -1 : 1;
  const values = (state?.values ?? []).map((value) => (value === null ? null : sign * value));
  const right = left === 'head' ? 'base' : 'head';
  const leans = [
    ...leansOf(subject, metric, left),
    ...leansOf(subject, metric, right).map(opposite),
  ];
  const shared = { subject, metric, values, sign, weight: 1 } as const;
  const trouble = state?.trouble ?? null;
  if (trouble?.isHeads) {
    // Head's queue is longer than anything that was seen of it.
    const lean = left === 'head' ? 'low' : 'high';
    return { ...shared, leans: [...leans, lean], trouble: null };
  }
  return { ...shared, leans, trouble: trouble?.finding ?? null };
}

/** left - factor × right of each block, in the unit of the metric. */
export function pairedDifferences(
  subject: SubjectState,
  metric: MetricName,
  { left, factor }: { left: Arm; factor: number },
): Series {
  const right = left === 'head' ? 'base' : 'head';
  const values = onTime(subject, metric).map((block) => {
    if (block === null) return null;
    const [l, r] = [naturalValue(metric, block, left), naturalValue(metric, block, right)];
    return l === null || r === null ? null : l - factor * r;
  });
  const leans = [
    ...leansOf(subject, metric, left),
    ...leansOf(subject, metric, right).map(opposite),
  ];
  return plainSeries(subject, metric, values, leans);
}

/** ln of one arm's value in each block. */
export function ownLogs(subject: SubjectState, metric: MetricName, arm: Arm): Series {
  const sign = metric === 'throughput' ? -1 : 1;
  const values = onTime(subject, metric).map((block) => {
    const cost = block === null ? null : soloValue(metric, block, arm);
    return cost === null || !Number.isFinite(cost) ? null : sign * cost;
  });
  const leans = leansOf(subject, metric, arm);
  return plainSeries(subject, metric, values, leans);
}

/** `factor` times one arm's value in each block, in the unit of the metric. */
export function ownValues(
  subject: SubjectState,
  metric: MetricName,
  { arm, factor = 1 }: { arm: Arm; factor?: number },
): Series {
  const values = onTime(subject, metric).map((block) => {
    const value = block === null ? null : naturalValue(metric, block, arm);
    return value === null ? null : factor * value;
  });
  const leans = leansOf(subject, metric, arm);
  return plainSeries(subject, metric, values, leans);
}

function plainSeries(
  subject: SubjectState,
  metric: MetricName,
  values: Series['values'],
  leans: Lean[],
): Series {
  const trouble = troubleOf(subject, metric);
  return { subject, metric, values, sign: 1, weight: 1, leans, trouble };
}

/** As the other side of a subtraction. */
export function negative(series: Series): Series {
  return { ...series, weight: -1, leans: series.leans.map(opposite) };
}

/** In the unit of the metric, and throughput as work per second. */
export function naturalValue(metric: MetricName, block: BlockMeasurement, arm: Arm): number | null {
  const value = armValue(metric, block, arm);
  if (metric !== 'throughput' || value === null) return value;
  return value > 0 ? 1 / value : null;
}

function stateOf({ metrics }: SubjectState, metric: MetricName): MetricState | undefined {
  return metrics.find((state) => state.metric === metric);
}

/** Its blocks; null in place of one whose open loop was none, where that matters. */
function onTime(
  { measured: { blocks } }: SubjectState,
  metric: MetricName,
): (BlockMeasurement | null)[] {
  if (!isLatency(metric)) return [...blocks];
  return blocks.map((block) => (openLoopFault(block) === null ? block : null));
}

function troubleOf({ measured }: SubjectState, metric: MetricName): Finding | null {
  return isLatency(metric) ? openLoopTrouble(metric, measured.blocks) : null;
}

/** Where the generator was the limit, the server can do more than was seen. */
function leansOf({ health }: SubjectState, metric: MetricName, arm: Arm): Lean[] {
  return metric === 'throughput' && health.spare?.limits[arm] === 'generator' ? ['low'] : [];
}

function opposite(lean: Lean): Lean {
  return lean === 'low' ? 'high' : 'low';
}

function isLatency(metric: MetricName): boolean {
  return (LATENCY_METRICS as readonly MetricName[]).includes(metric);
}
