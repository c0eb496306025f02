/** What is said of one metric: the figures for the reader, and the word. */

import { mean } from 'simple-statistics';
import { workOf } from '../config/describe-load.ts';
import type { Scenario } from '../config/experiment.ts';
import {
  comparisonOf,
  isLimitMetric,
  isToleranceMetric,
  type MetricName,
} from '../config/metrics.ts';
import type { BlockMeasurement, Measurement } from '../measure/measurement.ts';
import type { Arm } from '../terms/arm.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import { armValue } from './block-values.ts';
import { changeOf, isWithinTolerance, levelAt, logCost, margin, passLevel } from './decide.ts';
import type { Estimate } from './estimate.ts';
import { isJudgedLatency, wholeSeconds } from './latency.ts';
import { limitValue, OVER_BUT_NOT_WORSE } from './limits.ts';
import { wholeEstimateAt } from './metric-state.ts';
import { percent } from './percent.ts';
import { minimumDetectable } from './power.ts';
import type { MetricState, SubjectState } from './state.ts';
import { isPlainlyWorse } from './trim-excess.ts';
import type { MetricVerdict } from './verdict.ts';
import { vetoOf } from './vetoes.ts';

/** Two-sided 95 %: 2.5 % on each side. */
const INTERVAL_TAIL = 0.025;

/** `kept`: stored blocks to compare with; null for pairs. `level`: of one hypothesis of the fail side by itself. */
export function metricVerdict(
  { experiment: { gate } }: Measurement,
  { level, kept }: { level: number; kept: readonly BlockMeasurement[] | null },
  subject: SubjectState,
  state: MetricState,
): MetricVerdict {
  const { metric, estimate } = state;
  const { blocks } = subject.measured;
  const comparison = comparisonOf(metric);
  const tolerance = isToleranceMetric(metric) ? gate.tolerance[metric] : null;
  const limit = isLimitMetric(metric) ? gate.limits[metric] : null;
  const shared = {
    name: metric,
    work: workOf(subject.scenario),
    unit: unitOf(metric, subject.scenario),
    comparison,
    base: kept === null ? typical(state, blocks, 'base') : typical(state, kept, 'head'),
    head: typical(state, blocks, 'head'),
    tolerance,
    limit,
    ...concluded(subject, state, tolerance),
  };
  if (estimate === null) {
    return {
      ...shared,
      change: null,
      interval: null,
      bound: null,
      mde: null,
      blocks: blocks.length,
      p: state.p,
      sd: null,
    };
  }
  const half = margin(estimate, INTERVAL_TAIL);
  const ends = [estimate.d - half, estimate.d + half].map((d) => changeOf(metric, d));
  return {
    ...shared,
    change: changeOf(metric, estimate.d),
    interval: [Math.min(...ends), Math.max(...ends)],
    bound:
      shared.verdict === 'unchanged' && tolerance !== null ? bound(subject, state, estimate) : null,
    mde: tolerance === null ? null : visible(subject, state, tolerance, level),
    blocks: estimate.blocks,
    p: state.p,
    sd: estimate.sd,
  };
}

/** The worst change that the rule could not exclude at the look that decided. */
function bound(
  { plan }: SubjectState,
  { metric, look }: MetricState,
  estimate: Estimate,
): number | null {
  if (plan === null || look === null) return null;
  return changeOf(metric, estimate.d + margin(estimate, passLevel(plan, look)));
}

/** Smallest worsening that the run could have shown, in the terms of the metric's change. */
function visible(
  subject: SubjectState,
  state: MetricState,
  tolerance: number,
  alpha: number,
): number {
  const { metric } = state;
  const whole = ofWholeBudget(subject, state, state.estimate as Estimate);
  const mde = minimumDetectable(whole, levelOf(subject, state, alpha), logCost(metric, tolerance));
  return Math.abs(changeOf(metric, mde));
}

const UNITS: Partial<Record<MetricName, MetricVerdict['unit']>> = {
  memory: 'B',
  pss: 'B',
  'peak-memory': 'B',
  'memory-per-connection': 'B',
  'memory-growth': 'B/1k',
  'throughput-cv': 'share',
  refused: 'share',
  dropped: 'share',
  errors: 'share',
};

function unitOf(metric: MetricName, scenario: Scenario): MetricVerdict['unit'] {
  if (metric === 'throughput') return workOf(scenario) === 'message' ? 'msg/s' : 'req/s';
  return UNITS[metric] ?? 's';
}

function concluded(
  subject: SubjectState,
  state: MetricState,
  tolerance: number | null,
): { gating: boolean; verdict: VerdictWord; reason: string | null } {
  const { gating } = state;
  const { health, measured } = subject;
  const concluded = (seen: { verdict: VerdictWord; reason: string | null }) => {
    if (tolerance === null || seen.verdict === 'inconclusive') return seen;
    const { blocks } = measured;
    const doubt = vetoOf(state, seen.verdict, { blocks, health, tolerance });
    return doubt === null ? seen : { verdict: 'inconclusive' as const, reason: doubt };
  };
  const word = concluded(seenByTheRule(subject, state, tolerance));
  if (state.metric !== 'throughput' || health.generatorLimited === null) return { gating, ...word };
  if (health.isLimitBases && word.verdict === 'regression') return { gating, ...word };
  return { gating: false, verdict: 'inconclusive', reason: 'the load generator was the limit' };
}

/** The rule's word for the judged figure, whatever trimming has left out of it. */
function seenByTheRule(
  { plan, measured: { blocks } }: SubjectState,
  state: MetricState,
  tolerance: number | null,
): { verdict: VerdictWord; reason: string | null } {
  const { metric, estimate, look, decided, unreadable, trouble } = state;
  const open = (reason: string) => ({ verdict: 'inconclusive' as const, reason });
  const comparison = comparisonOf(metric);
  if (comparison === 'none') return open('shown only: too few requests make it to judge it');
  if (trouble !== null && decided === null) return open(trouble);
  if (decided !== null) return { verdict: decided.word, reason: decided.reason };
  if (unreadable) return open('it cannot be read here');
  if (estimate === null && comparison !== 'limit') {
    return open(
      blocks.length < 2
        ? 'too few blocks to compare'
        : 'too few of the blocks have a value to compare',
    );
  }
  if (plan === null || look === null || look !== plan.looks.length - 1) {
    return open('stopped before it was decided');
  }
  if (comparison === 'limit') return open(OVER_BUT_NOT_WORSE);
  const level = passLevel(plan, look);
  const rest = wholeEstimateAt(state, blocks.length);
  if (rest !== null && tolerance !== null && isPlainlyWorse(rest, logCost(metric, tolerance))) {
    const size = percent(changeOf(metric, rest.d));
    return open(`a typical stretch is not much worse, but all requests together are, by ${size}`);
  }
  if (estimate && tolerance !== null && isWithinTolerance(metric, estimate, tolerance, level)) {
    return { verdict: 'unchanged', reason: 'not worse than the tolerance; perhaps better' };
  }
  return open('the interval still spans the tolerance');
}

/**
 * A metric that was decided early would have been measured to the end of the budget if it had not
 * been: that is what the run could have seen. One that was never decided has only what there is.
 */
function ofWholeBudget(
  { plan }: SubjectState,
  { decided, kept }: MetricState,
  estimate: Estimate,
): Estimate {
  if (decided === null || kept !== null || plan === null) return estimate;
  const blocks = plan.blocks.length;
  const se = estimate.sd / Math.sqrt(blocks);
  return { ...estimate, se, degreesOfFreedom: blocks - 1, blocks };
}

/** Fail-side level that belongs to it: at the last look, or at the last one that was taken. */
function levelOf(subject: SubjectState, { decided, look }: MetricState, alpha: number): number {
  const { plan } = subject;
  if (plan === null) return alpha;
  return levelAt(alpha, plan, decided === null ? (look ?? 0) : plan.looks.length - 1);
}

/** Of one arm over blocks, in the unit of the report: the geometric mean, or what suits the metric. */
function typical(
  { metric, isWhole }: MetricState,
  blocks: readonly BlockMeasurement[],
  arm: Arm,
): number | null {
  if (isLimitMetric(metric)) return limitValue(metric, blocks, arm);
  const ofBlock = (block: BlockMeasurement) =>
    isWhole && isJudgedLatency(metric)
      ? wholeSeconds(metric, block, arm)
      : armValue(metric, block, arm);
  const isDifference = comparisonOf(metric) === 'difference';
  const values: number[] = [];
  for (const block of blocks) {
    const value = ofBlock(block);
    if (value === null) continue;
    if (isDifference) values.push(value);
    else if (value > 0) values.push(Math.log(value));
  }
  if (values.length === 0) return null;
  if (isDifference) return mean(values);
  const cost = Math.exp(mean(values));
  return metric === 'throughput' ? 1 / cost : cost;
}
