/**
 * The three-way decision for one metric at one look.
 *
 * Fail side: H0 "head is not worse" at a level that is shared over the job (Holm). Pass side: H0
 * "head is worse by the tolerance or more" at 5 % per metric. See docs/adr/0001-decision-rule.md, and for the
 * order of the words docs/adr/0039-border-of-red.md.
 */
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { comparisonOf, type MetricName } from '../../config/experiment/metrics.ts';
import type { Finding } from '../findings/finding.ts';
import { nominalLevel, type Schedule } from '../statistics/sequential.ts';
import { tQuantileOf } from '../statistics/t-quantile.ts';
import type { Estimate } from './estimate.ts';

/** Probability of calling a change unchanged when it is exactly as large as the tolerance. */
export const PASS_ALPHA = 0.05;

/** A change below half the tolerance fails nobody, however well it is shown. */
export const EFFECT_FLOOR = 0.5;

export type Decision =
  | { word: 'regression' | 'improvement' | 'unchanged'; reason: Finding | null }
  | { word: 'continue' };

export function passLevel(schedule: Schedule, index: number): number {
  return levelAt(PASS_ALPHA, schedule, index);
}

export function levelAt(alpha: number, schedule: Schedule, index: number): number {
  return nominalLevel(alpha, schedule, index);
}

/** One-sided p-value of "head got worse" as if this look were the only one. */
export function worseP({ d, se, degreesOfFreedom }: Estimate): number {
  if (se === 0) return d > 0 ? 0 : 1;
  return tCdf(-d / se, degreesOfFreedom);
}

/**
 * Least standard deviation of the blocks that is believed while more of them are planned, as a share of their mean. Where either build comes up in one of
 * two states, as often in the one as in the other, head is in the worse one and base in the better one in four blocks of four once in 256 jobs, and nothing
 * differs between them. With this, five blocks can agree so well that they show a regression, or six where many metrics share the false-alarm rate, and
 * chance brings that about more seldom than the rate allows (docs/adr/0101-blocks-that-agree.md).
 */
const SPREAD_AT_LEAST = 1 / 6;

/** The same at a look: where more blocks follow, by a spread that so few could hide. */
export function worsePAt(estimate: Estimate, isEnd: boolean): number {
  if (isEnd) return worseP(estimate);
  const least = (SPREAD_AT_LEAST * Math.abs(estimate.d)) / Math.sqrt(estimate.blocks);
  return worseP({ ...estimate, se: Math.max(estimate.se, least) });
}

/** Whether any blocks can agree so well that a look at so many, which is not the last, shows a change at this one-sided level. */
export function canShow(level: number, blocks: number): boolean {
  return tCdf(-Math.sqrt(blocks) / SPREAD_AT_LEAST, blocks - 1) <= level;
}

/**
 * `worse` and `better`: whether the fail side's test rejects, in either direction.
 * `tolerance` is a fraction in the metric's own direction.
 */
export function decide(
  metric: MetricName,
  estimate: Estimate,
  tolerance: number,
  shown: { worse: boolean; better: boolean },
  passLevel: number,
): Decision {
  const floor = EFFECT_FLOOR * logCost(metric, tolerance);
  if (shown.worse && estimate.d >= floor) return { word: 'regression', reason: null };
  if (shown.better && estimate.d <= -floor) return { word: 'improvement', reason: null };
  // Not so far to either side that "unchanged" would hide what more blocks may show.
  const isSmall = Math.abs(estimate.d) < floor;
  if (isSmall && isWithinTolerance(metric, estimate, tolerance, passLevel)) {
    return { word: 'unchanged', reason: shown.worse ? smallSlowdown(metric) : null };
  }
  return { word: 'continue' };
}

function smallSlowdown(metric: MetricName): Finding {
  return { code: 'small-slowdown', severity: 'note', subject: metric, data: {} };
}

/** At the end of the budget: what can still be said of a metric that never decided. */
export function isWithinTolerance(
  metric: MetricName,
  estimate: Estimate,
  tolerance: number,
  passLevel: number,
): boolean {
  return estimate.d + margin(estimate, passLevel) < logCost(metric, tolerance);
}

/** Half-width of a one-sided interval at this level. */
export function margin({ se, degreesOfFreedom }: Estimate, level: number): number {
  return se === 0 ? 0 : se * tQuantileOf(1 - level, degreesOfFreedom);
}

/**
 * A worsening, a positive fraction in the metric's own direction → ln(cost ratio). Of a metric that is
 * compared by difference it is the difference itself.
 */
export function logCost(metric: MetricName, worsening: number): number {
  if (comparisonOf(metric) === 'difference') return worsening;
  return metric === 'throughput' ? -Math.log(1 - worsening) : Math.log(1 + worsening);
}

/** ln(cost ratio) → change as a fraction in the metric's own direction; a difference stays what it is. */
export function changeOf(metric: MetricName, d: number): number {
  if (comparisonOf(metric) === 'difference') return d;
  return Math.expm1(metric === 'throughput' ? -d : d);
}
