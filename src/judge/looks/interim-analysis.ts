/** One look at the blocks that there are: what is shown now, over all subjects of the job, and what that decides. */

import type { Gate } from '../../config/experiment/experiment.ts';
import { comparisonOf, isLimitMetric, isToleranceMetric } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { isTooNoisyAt } from '../doubts/too-noisy.ts';
import { type FailSide, rejections } from '../rule/alpha-allocation.ts';
import {
  type Decision,
  decide,
  EFFECT_FLOOR,
  logCost,
  passLevel,
  worseP,
  worsePAt,
} from '../rule/decide.ts';
import { decideEitherWay, lesser, turned, turnedBlocks } from '../rule/either-way.ts';
import type { Estimate } from '../rule/estimate.ts';
import { countsP, limitValue, withinLimit } from '../rule/limits.ts';
import { ownSchedule } from '../rule/own-looks.ts';
import { isPlain, isPlainlyWorse, looksWorse } from '../rule/trim-excess.ts';
import { decisionOn, estimateAt, wholeEstimateAt } from '../state/metric-state.ts';
import { isEndAt } from '../state/plan-end.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import type { Schedule } from '../statistics/sequential.ts';
import { sequentialP } from '../statistics/sequential-p.ts';
import { reopenedBy } from './reopened.ts';

/** A metric that is open at a look, with what its blocks up to there say. */
interface Seen {
  state: MetricState;
  /** The metric's own. */
  schedule: Schedule;
  /** Index of the look in it. */
  look: number;
  /** No blocks were planned beyond these. */
  isLast: boolean;
  /** None will be measured: the plan has come to its end, or a clock has stopped it. */
  isEnd: boolean;
  isContest: boolean;
  blocks: readonly BlockMeasurement[];
  /** Of the typical segments of a latency, and of every other metric. */
  estimate: Estimate | null;
  /** Of all requests of a latency together; null for others. */
  whole: Estimate | null;
  p: number;
  /** The same of all requests together alone; 1 where there is no such figure. */
  pWhole: number;
  pass: number;
  /** Level at which head is said to be better. */
  aside: number;
}

/** What the fail side's test has rejected. `whole`: all requests together by themselves, whatever typical segments say. */
interface Shown {
  any: boolean;
  whole: boolean;
}

const NOTHING_SHOWN: Shown = { any: false, whole: false };

/** Sets the progress of what is open at the look with this index. */
export function takeLook(
  subjects: readonly SubjectState[],
  stage: number,
  gate: Gate,
  side: FailSide,
): void {
  const seen = subjects.flatMap((subject) => seenAt(subject, stage, gate, side));
  const worse = shownWorse(seen, side, rejectedBefore(subjects));
  for (const one of seen) {
    const { state, schedule, look, isLast, blocks, estimate, whole, p } = one;
    const taken = { look, schedule, p };
    const shown = worse.get(state) ?? NOTHING_SHOWN;
    const decision = one.isContest
      ? decisionEitherWay(one, gate, shown)
      : decisionAgainst(one, gate, shown);
    if (decision.word === 'continue') {
      const isAsked = side.shared !== null && !one.isContest;
      const { doubtful } = side;
      const tooNoisy =
        isAsked &&
        isTooNoisyAt({ ...taken, isLast, blocks }, state, { estimate, whole }, { gate, doubtful });
      state.progress = { kind: 'open', ...taken, estimate, tooNoisy };
    } else {
      const isWhole = decision.reason?.code === 'slower-in-few-moments';
      const judged = isWhole ? whole : estimate;
      state.progress = { kind: 'decided', ...taken, estimate: judged, decision, isWhole };
    }
  }
}

function decisionEitherWay(
  { state: { metric, trouble }, estimate, whole, blocks, pass, isEnd }: Seen,
  gate: Gate,
  shown: Shown,
): Decision {
  // Whose latencies are those of a queue is told apart by nothing else.
  if (trouble !== null) return GO_ON;
  return decideEitherWay(metric, { estimate, whole }, { blocks, gate, shown, pass, isEnd });
}

/** Of head against base: where head is in trouble, it can only be shown to be worse. */
function decisionAgainst(seen: Seen, gate: Gate, shown: Shown): Decision {
  const { trouble } = seen.state;
  if (trouble !== null && trouble.of !== 'head') return GO_ON;
  const seeming = typicalDecision(seen, gate, shown.any);
  const typical = seeming.word === 'regression' && !isOfTypical(seen) ? GO_ON : seeming;
  const decision =
    typical.word === 'regression' ? typical : (wholeDecision(seen, gate, shown.whole) ?? typical);
  return trouble === null || decision.word === 'regression' ? decision : GO_ON;
}

function seenAt(subject: SubjectState, stage: number, { limits }: Gate, side: FailSide): Seen[] {
  const { plan, measured } = subject;
  const count = plan?.looks[stage];
  if (plan === null || count === undefined) return [];
  // Figures of a broken measurement decide nothing, and must not ease Holm's steps for the others.
  // That holds backwards too: when a subject breaks after its rejection had eased the steps for another
  // one, the replay no longer counts it, and the other may end undecided although its blocks had ended.
  // That is the cautious side: it can cost a true regression its word, but never make a false one.
  if (measured.blocks.length < count || subject.fault !== null) return [];
  const blocks = measured.blocks.slice(0, count);
  return subject.metrics.flatMap((state) => {
    state.progress = reopenedBy(blocks, state, limits);
    if (state.progress.kind === 'decided' || comparisonOf(state.metric) === 'none') return [];
    const schedule = ownSchedule(plan, state.counts, count);
    const look = lookAt(state, schedule, count);
    if (look === null) return [];
    const estimate = estimateAt(state, count);
    const whole = wholeEstimateAt(state, count);
    const isLast = count === plan.blocks.length;
    const isEnd = isEndAt(subject, count);
    const worse = levelOfWorse(state, blocks, { estimate, whole, isEnd });
    const { isContest } = subject;
    const other = { estimate: turned(estimate), whole: turned(whole), isEnd };
    const least = isContest
      ? lesser(worse, levelOfWorse(state, turnedBlocks(blocks), other))
      : worse;
    if (least === null) return [];
    const ofWhole = isContest
      ? Math.min(levelOfWhole({ whole, isEnd }), levelOfWhole(other))
      : levelOfWhole({ whole, isEnd });
    const overLooks = (level: number) => {
      const once = sequentialP(level, schedule, look);
      // Of contenders both directions are looked at (Bonferroni).
      return isContest ? Math.min(1, 2 * once) : once;
    };
    const pass = passLevel(schedule, look);
    const { aside } = side;
    const judged = { state, schedule, look, isLast, isEnd, isContest, blocks };
    const ps = { p: overLooks(least), pWhole: whole === null ? 1 : overLooks(ofWhole) };
    return [{ ...judged, estimate, whole, ...ps, pass, aside }];
  });
}

/** The look that the metric's own blocks have come to; null where it was not measured since its last one, or is between two. */
function lookAt(
  { counts, progress }: MetricState,
  { looks }: Schedule,
  count: number,
): number | null {
  const look = looks.indexOf(counts[count] as number);
  const before = progress.kind === 'unseen' ? -1 : progress.look;
  return look > before ? look : null;
}

/**
 * One-sided p-value of "head is worse" as if this look were the only one; null when there is nothing to compare.
 * A limit can be kept all the same, so there it is 1.
 */
function levelOfWorse(
  { metric, against }: MetricState,
  blocks: readonly BlockMeasurement[],
  { estimate, whole, isEnd }: Pick<Seen, 'estimate' | 'whole' | 'isEnd'>,
): number | null {
  if (estimate !== null && whole !== null) {
    return Math.min(1, 2 * worsePAt(estimate, isEnd), levelOfWhole({ whole, isEnd }));
  }
  if (!isLimitMetric(metric)) return estimate && worsePAt(estimate, isEnd);
  if (metric === 'longest-stall') return estimate === null ? 1 : worsePAt(estimate, isEnd);
  return against.kind === 'nothing' ? 1 : (countsP(metric, blocks, isEnd) ?? 1);
}

/** The same of all requests together: one of two tests of one hypothesis (Bonferroni). */
function levelOfWhole({ whole, isEnd }: Pick<Seen, 'whole' | 'isEnd'>): number {
  return whole === null ? 1 : Math.min(1, 2 * worsePAt(whole, isEnd));
}

/** Asked only of what would be an improvement. */
function isShownBetter(estimate: Estimate, { schedule, look, isEnd, aside }: Seen): boolean {
  return sequentialP(worsePAt(turned(estimate), isEnd), schedule, look) <= aside;
}

/**
 * Rare pauses, which few segments have: the typical segment leaves them out, all requests together do not. They
 * convict when they are shown by themselves, however plain it is that a typical segment is a little slower too, and forbid to pass when they
 * are plain to see, and before the end of the measuring when they seem to be there (docs/adr/0107-whose-figures.md). Null: what the typical
 * segment says may stand.
 */
function wholeDecision(
  { state: { metric }, estimate, whole, isEnd }: Seen,
  { tolerance }: Gate,
  isShownWorse: boolean,
): Decision | null {
  if (whole === null || estimate === null || !isToleranceMetric(metric)) return null;
  const delta = logCost(metric, tolerance[metric]);
  if (isShownWorse && whole.d >= EFFECT_FLOOR * delta) {
    return {
      word: 'regression',
      reason: { code: 'slower-in-few-moments', severity: 'note', subject: metric, data: {} },
    };
  }
  // More blocks may show it, and "unchanged" would hide it.
  const isOpen = isPlainlyWorse(whole, delta) || (!isEnd && looksWorse(whole, delta));
  return isOpen ? GO_ON : null;
}

/**
 * Whether it is the typical segment that was shown to be worse, and not all requests together alone: by the clearer one of the two, or
 * beyond doubt. Else its figures would stand for what they do not show.
 */
function isOfTypical({ estimate, whole }: Seen): boolean {
  if (estimate === null || whole === null) return true;
  return worseP(estimate) <= worseP(whole) || isPlain(estimate);
}

function typicalDecision(seen: Seen, gate: Gate, isShownWorse: boolean): Decision {
  const { state, estimate, blocks, pass } = seen;
  const { metric } = state;
  if (isLimitMetric(metric)) {
    const value = limitValue(metric, blocks, 'head');
    // What is over the limit and not shown to be worse may be shown by more blocks.
    return value === null ? GO_ON : withinLimit(value, gate.limits[metric], isShownWorse);
  }
  if (!isToleranceMetric(metric) || estimate === null) return GO_ON;
  const tolerance = gate.tolerance[metric];
  const isLarge = estimate.d <= -EFFECT_FLOOR * logCost(metric, tolerance);
  const shown = { worse: isShownWorse, better: isLarge && isShownBetter(estimate, seen) };
  return decide(metric, estimate, tolerance, shown, pass);
}

function rejectedBefore(subjects: readonly SubjectState[]): number {
  return subjects.flatMap(({ metrics, isContest }) =>
    metrics.filter((state) => {
      const word = state.gating ? decisionOn(state)?.word : undefined;
      return word === 'regression' || (isContest && word === 'improvement');
    }),
  ).length;
}

/** Together over the gating metrics. Metrics that only inform are tested by themselves. What is not shown is left out. */
function shownWorse(
  seen: readonly Pick<Seen, 'state' | 'p' | 'pWhole'>[],
  side: FailSide,
  before: number,
): Map<MetricState, Shown> {
  // Failed requests break a measurement by themselves, and are no hypothesis of the family.
  const gating = seen.filter(({ state }) => state.gating && state.metric !== 'errors');
  const ps = gating.map(({ p }) => p);
  const rejected = rejections(ps, side, before);
  // Whether it would be rejected all the same if the other of its two figures had shown nothing.
  const isWhole = (i: number, pWhole: number) =>
    pWhole < 1 && rejections(ps.with(i, pWhole), side, before)[i] === true;
  const shown = new Map<MetricState, Shown>();
  for (const [i, { state, pWhole }] of gating.entries()) {
    if (rejected[i] === true) shown.set(state, { any: true, whole: isWhole(i, pWhole) });
  }
  for (const { state, p, pWhole } of seen) {
    if (state.gating || p > side.aside) continue;
    shown.set(state, { any: true, whole: pWhole <= side.aside });
  }
  return shown;
}

const GO_ON: Decision = { word: 'continue' };
