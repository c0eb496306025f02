/**
 * Why a head that is over a limit was not shown to be worse than base, and what would help: base is over it as well, the blocks are too few to show
 * it, or it happened in few of them (docs/adr/0014-limits.md).
 */
import {
  isLimitMetric,
  isLossMetric,
  type LimitMetric,
  type MetricName,
} from '../../config/experiment/metrics.ts';
import type { BlockMeasurement, SubjectMeasurement } from '../../measure/observed/measurement.ts';
import { BLOCKS_AT_MOST, budgetFor } from '../../plan/block-size.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { armValue } from '../figures/block-values.ts';
import type { FindingOf } from '../findings/finding.ts';
import { TOO_NOISY } from '../findings/thresholds.ts';
import { lastLevel } from '../power/power.ts';
import { worseP } from '../rule/decide.ts';
import { turned, turnedBlocks } from '../rule/either-way.ts';
import type { Estimate } from '../rule/estimate.ts';
import { blocksWorse, countsPWith, limitValue } from '../rule/limits.ts';
import type { MetricState } from '../state/state.ts';

type Why = NonNullable<FindingOf<'over-limit-not-worse'>['data']['why']>;

interface Held {
  measured: Pick<SubjectMeasurement, 'blocks' | 'errorSamples'>;
  plan: Pick<SubjectPlan, 'blockMs'>;
  limit: number;
  /** Of the fail side, for this metric by itself. */
  level: number;
  /** Two servers are compared: the one that has more of it is the one that is over. */
  isContest: boolean;
}

/** Of a metric that no look has decided; null where head has no value. */
export function overLimit(
  state: MetricState,
  { measured, plan, limit, level, isContest }: Held,
): FindingOf<'over-limit-not-worse'> | null {
  const { metric } = state;
  if (!isLimitMetric(metric)) return null;
  const { blocks } = measured;
  const values = {
    base: limitValue(metric, blocks, 'base'),
    head: limitValue(metric, blocks, 'head'),
  };
  const isOfBase = isContest && (values.base ?? 0) > (values.head ?? 0);
  const [arm, other] = isOfBase ? (['base', 'head'] as const) : (['head', 'base'] as const);
  if (values[arm] === null) return null;
  const seen = isOfBase ? turnedBlocks(blocks) : blocks;
  const { progress } = state;
  const estimate = isOfBase ? turned(progress.estimate) : progress.estimate;
  const judged = { metric, progress: { estimate } };
  const why = whyOf(judged, seen, (values[other] ?? 0) > limit);
  const needed = why === 'too-few' ? blocksThatShow(judged, seen, level) : null;
  const data = {
    ...{ why, ...values, limit, blocks: blocks.length },
    ...(isOfBase && { arm }),
    worse: worseIn(metric, seen),
    budgetNeededMs: needed === null ? null : budgetFor(needed, plan.blockMs),
    example: exampleOf(metric, arm, measured),
  };
  return { code: 'over-limit-not-worse', severity: 'doubt', subject: metric, data };
}

/** What is asked of a metric: its estimate is of its logarithms, where it has one. */
interface Judged {
  metric: MetricName;
  progress: { estimate: Estimate | null };
}

/** Of a plan that would show it, as far as the blocks that come are like these; null where no plan would, or where they do not look so. */
export function blocksThatShow(
  state: Judged,
  blocks: readonly BlockMeasurement[],
  level: number,
): number | null {
  if (!looksWorse(state, blocks)) return null;
  for (let n = Math.max(MIN_BLOCKS, blocks.length + 1); n <= BLOCKS_AT_MOST; n++) {
    if (levelWith(state, blocks, n) <= lastLevel(level, n)) return n;
  }
  return null;
}

function whyOf(state: Judged, blocks: readonly BlockMeasurement[], isOtherOver: boolean): Why {
  if (looksWorse(state, blocks)) return 'too-few';
  return isOtherOver ? 'both' : 'moments';
}

/** As if there were one look. */
function looksWorse(state: Judged, blocks: readonly BlockMeasurement[]): boolean {
  return levelWith(state, blocks, blocks.length) <= TOO_NOISY.looksWorse;
}

/** One-sided p-value of "head is not worse" after so many blocks like these, as if there were one look. */
function levelWith(
  { metric, progress: { estimate } }: Judged,
  blocks: readonly BlockMeasurement[],
  count: number,
): number {
  if (isLossMetric(metric)) return countsPWith(metric, blocks, count);
  return estimate === null ? 1 : worseP(ofSoMany(estimate, count));
}

function ofSoMany(estimate: Estimate, blocks: number): Estimate {
  const se = estimate.sd / Math.sqrt(blocks);
  return { ...estimate, se, degreesOfFreedom: blocks - 1, blocks };
}

function worseIn(metric: LimitMetric, blocks: readonly BlockMeasurement[]): number {
  if (isLossMetric(metric)) return blocksWorse(metric, blocks);
  return blocks.filter((block) => {
    const [base, head] = [armValue(metric, block, 'base'), armValue(metric, block, 'head')];
    return base !== null && head !== null && head > base;
  }).length;
}

/** What the one or else the other met when it lost one. Of stalls nothing is written down. */
const KINDS: Partial<Record<MetricName, string>> = { refused: 'connect', dropped: 'closed' };

function exampleOf(
  metric: LimitMetric,
  whose: Arm,
  { errorSamples }: Pick<SubjectMeasurement, 'errorSamples'>,
): string | null {
  const all = errorSamples.filter(({ kind }) => kind === KINDS[metric]);
  const seen = all.find(({ arm }) => arm === whose) ?? all[0];
  return seen?.message ?? null;
}
