/** One look at the blocks that there are: what is shown now, over all subjects of the job, and what that decides. */

import type { Gate } from '../config/experiment.ts';
import { comparisonOf, isLimitMetric, isToleranceMetric } from '../config/metrics.ts';
import type { BlockMeasurement } from '../measure/measurement.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { type FailSide, rejections } from './alpha-allocation.ts';
import { type Decision, decide, EFFECT_FLOOR, logCost, passLevel, worseP } from './decide.ts';
import type { Estimate } from './estimate.ts';
import { countsP, isOverAfterAll, limitValue, withinLimit } from './limits.ts';
import { estimateAt, wholeEstimateAt } from './metric-state.ts';
import type { Schedule } from './sequential.ts';
import { sequentialP } from './sequential-p.ts';
import type { MetricState, SubjectState } from './state.ts';
import { isTooNoisyAt } from './too-noisy.ts';
import { isPlainlyWorse } from './trim-excess.ts';
import { decideEitherWay, lesser, turned, turnedBlocks } from './versus/either-way.ts';

interface Open {
  plan: SubjectPlan;
  state: MetricState;
  isContest: boolean;
  blocks: readonly BlockMeasurement[];
  whole: Estimate | null;
  pass: number;
  better: boolean;
}

/** Sets `decided`, `estimate`, `look` and `p` of what is open at the look with this index. */
export function takeLook(
  subjects: readonly SubjectState[],
  stage: number,
  gate: Gate,
  side: FailSide,
): void {
  const open = subjects.flatMap((subject) => openAt(subject, stage, gate, side));
  const worse = shownWorse(
    open.map(({ state }) => state),
    side,
    rejectedBefore(subjects),
  );
  for (const { plan, state, isContest, blocks, whole, pass, better } of open) {
    state.tooNoisy = false;
    if (state.trouble !== null && !state.isHeadsTrouble) continue;
    if (isContest) {
      const given = { blocks, gate, isShown: worse.has(state), pass };
      const decision = decideEitherWay(state, whole, given);
      // Whose latencies are those of a queue is told apart by nothing else.
      if (decision.word === 'continue' || state.trouble !== null) continue;
      state.decided = decision;
      if (decision.reason?.code === 'slower-in-few-moments') state.estimate = whole;
      state.isWhole = state.estimate === whole && whole !== null;
      continue;
    }
    const shown = { worse: worse.has(state), better };
    const typical = decisionOn(state, blocks, gate, shown, pass);
    const decision =
      typical.word === 'regression'
        ? typical
        : (wholeDecision(state, whole, gate, shown.worse) ?? typical);
    if (decision.word === 'continue') {
      state.tooNoisy = side.shared !== null && isTooNoisyAt(stage, state, plan, gate);
      continue;
    }
    if (state.trouble === null || decision.word === 'regression') state.decided = decision;
  }
}

function openAt(subject: SubjectState, stage: number, { limits }: Gate, side: FailSide): Open[] {
  const { plan, measured } = subject;
  const count = plan?.looks[stage];
  if (plan === null || count === undefined) return [];
  if (measured.blocks.length < count || isBroken(subject)) return [];
  const blocks = measured.blocks.slice(0, count);
  return subject.metrics.flatMap((state) => {
    if (isOverAfterAll(state, blocks, limits)) state.decided = null;
    if (state.decided !== null || comparisonOf(state.metric) === 'none') return [];
    state.estimate = estimateAt(state, count);
    const whole = wholeEstimateAt(state, count);
    const worse = levelOfWorse(state, blocks, whole);
    const { isContest } = subject;
    const least = isContest ? lesser(worse, levelOfBetter(state, blocks, whole)) : worse;
    if (least === null) return [];
    state.look = stage;
    const p = sequentialP(least, plan, stage);
    // Of contenders both directions are looked at (Bonferroni).
    state.p = isContest ? Math.min(1, 2 * p) : p;
    const better = isShownBetter(state, plan, stage, side.aside);
    return [{ plan, state, isContest, blocks, whole, pass: passLevel(plan, stage), better }];
  });
}

/**
 * One-sided p-value of "head is worse" as if this look were the only one; null when there is nothing to compare.
 * A limit can be kept all the same, so there it is 1.
 */
function levelOfWorse(
  { metric, estimate, kept }: MetricState,
  blocks: readonly BlockMeasurement[],
  whole: Estimate | null,
): number | null {
  if (estimate !== null && whole !== null) {
    // Two tests of one hypothesis (Bonferroni).
    return Math.min(1, 2 * Math.min(worseP(estimate), worseP(whole)));
  }
  if (!isLimitMetric(metric)) return estimate && worseP(estimate);
  if (metric === 'longest-stall') return estimate === null ? 1 : worseP(estimate);
  return kept === null ? (countsP(metric, blocks) ?? 1) : 1;
}

/** The same of base. */
function levelOfBetter(
  state: MetricState,
  blocks: readonly BlockMeasurement[],
  whole: Estimate | null,
): number | null {
  const other = { ...state, estimate: turned(state.estimate) };
  return levelOfWorse(other, turnedBlocks(blocks), turned(whole));
}

function isShownBetter(
  { metric, estimate }: MetricState,
  schedule: Schedule,
  stage: number,
  alpha: number,
): boolean {
  if (isLimitMetric(metric) || estimate === null) return false;
  return sequentialP(worseP({ ...estimate, d: -estimate.d }), schedule, stage) <= alpha;
}

/**
 * Rare pauses, which few segments have: the typical segment leaves them out, all requests together do not. They
 * convict when they are what is shown, and forbid to pass when they are plain to see. Null: what the typical segment
 * says may stand.
 */
function wholeDecision(
  state: MetricState,
  whole: Estimate | null,
  { tolerance }: Gate,
  isShownWorse: boolean,
): Decision | null {
  const { metric, estimate } = state;
  if (whole === null || estimate === null || !isToleranceMetric(metric)) return null;
  const delta = logCost(metric, tolerance[metric]);
  if (isShownWorse && worseP(whole) < worseP(estimate) && whole.d >= EFFECT_FLOOR * delta) {
    state.estimate = whole;
    state.isWhole = true;
    return {
      word: 'regression',
      reason: { code: 'slower-in-few-moments', severity: 'note', subject: metric, data: {} },
    };
  }
  return isPlainlyWorse(whole, delta) ? { word: 'continue' } : null;
}

function decisionOn(
  { metric, estimate }: MetricState,
  blocks: readonly BlockMeasurement[],
  gate: Gate,
  shown: { worse: boolean; better: boolean },
  pass: number,
): Decision {
  if (isLimitMetric(metric)) {
    const value = limitValue(metric, blocks, 'head');
    // What is over the limit and not shown to be worse may be shown by more blocks.
    return value === null
      ? { word: 'continue' }
      : withinLimit(value, gate.limits[metric], shown.worse);
  }
  if (!isToleranceMetric(metric) || estimate === null) return { word: 'continue' };
  return decide(metric, estimate, gate.tolerance[metric], shown, pass);
}

/**
 * Figures of a broken measurement decide nothing, and must not ease Holm's steps for the others.
 * That holds backwards too: when a subject breaks after its rejection had eased the steps for another
 * one, the replay no longer counts it, and the other may end undecided although its blocks had ended.
 * That is the cautious side: it can cost a true regression its word, but never make a false one.
 */
function isBroken({ measured, health }: SubjectState): boolean {
  return measured.failure !== null || health.invalid !== null || health.baseBroken !== null;
}

function rejectedBefore(subjects: readonly SubjectState[]): number {
  return subjects.flatMap(({ metrics, isContest }) =>
    metrics.filter(({ gating, decided }) => {
      if (!gating || decided === null) return false;
      return decided.word === 'regression' || (isContest && decided.word === 'improvement');
    }),
  ).length;
}

/** Together over the gating metrics. Metrics that only inform are tested by themselves. */
function shownWorse(
  states: readonly MetricState[],
  side: FailSide,
  before: number,
): Set<MetricState> {
  // Failed requests break a measurement by themselves, and are no hypothesis of the family.
  const gating = states.filter(({ gating, metric }) => gating && metric !== 'errors');
  const rejected = rejections(
    gating.map(({ p }) => p as number),
    side,
    before,
  );
  return new Set([
    ...gating.filter((_, i) => rejected[i]),
    ...states.filter(({ gating, p }) => !gating && (p as number) <= side.aside),
  ]);
}
