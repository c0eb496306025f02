/**
 * The rule for two contenders, of whom neither is the change: what is shown either way counts alike, at the same level, and
 * who is named first makes no difference. See docs/adr/0035-claims.md.
 */
import type { Gate } from '../../config/experiment/experiment.ts';
import {
  isLimitMetric,
  isToleranceMetric,
  type MetricName,
} from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { type Decision, EFFECT_FLOOR, isWithinTolerance, logCost, worseP } from './decide.ts';
import type { Estimate } from './estimate.ts';
import { limitValue } from './limits.ts';
import { isPlain, isPlainlyWorse, looksWorse } from './trim-excess.ts';

/** The p-value of the direction that the data point to; null where there is nothing to compare. */
export function lesser(worse: number | null, better: number | null): number | null {
  return worse === null || better === null ? null : Math.min(worse, better);
}

/** The same estimate with the arms in each other's place. */
export function turned<Some extends Pick<Estimate, 'd'> | null>(estimate: Some): Some {
  return estimate === null ? estimate : { ...estimate, d: -estimate.d };
}

/** The same blocks with the arms in each other's place, as far as their counts go. */
export function turnedBlocks(blocks: readonly BlockMeasurement[]): BlockMeasurement[] {
  return blocks.map((block) => {
    const { base, head } = block.arms;
    return { ...block, arms: { ...(head && { base: head }), ...(base && { head: base }) } };
  });
}

/**
 * `shown`: whether the two are shown to differ, by any figure, and by all requests together alone. `pass`: level of the look for "within the
 * tolerance".
 */
export function decideEitherWay(
  metric: MetricName,
  { estimate, whole }: { estimate: Estimate | null; whole: Estimate | null },
  given: {
    blocks: readonly BlockMeasurement[];
    gate: Gate;
    shown: { any: boolean; whole: boolean };
    pass: number;
    /** No blocks will follow. */
    isEnd: boolean;
  },
): Decision {
  const { blocks, gate, shown, pass, isEnd } = given;
  if (isLimitMetric(metric)) {
    const [base, head] = (['base', 'head'] as const).map((arm: Arm) =>
      limitValue(metric, blocks, arm),
    ) as [number | null, number | null];
    if (base === null || head === null) return GO_ON;
    if (Math.max(base, head) <= gate.limits[metric]) return { word: 'unchanged', reason: null };
    if (!shown.any || base === head) return GO_ON;
    return { word: head > base ? 'regression' : 'improvement', reason: null };
  }
  if (!isToleranceMetric(metric) || estimate === null) return GO_ON;
  const tolerance = gate.tolerance[metric];
  const delta = logCost(metric, tolerance);
  const floor = EFFECT_FLOOR * delta;
  const word = (d: number) => (d > 0 ? 'regression' : 'improvement');
  // Rare pauses, which a typical moment leaves out, count for both alike.
  const isTypical = whole === null || isOfTypical(estimate, whole, floor);
  if (shown.any && isTypical && Math.abs(estimate.d) >= floor) {
    // What they plainly contradict is not said of either.
    const other = whole !== null && (estimate.d > 0 ? turned(whole) : whole);
    return other && isPlainlyWorse(other, delta) ? GO_ON : { word: word(estimate.d), reason: null };
  }
  // However plain it is that a typical moment differs a little, too.
  if (shown.whole && whole !== null && Math.abs(whole.d) >= floor) {
    const reason = { code: 'slower-in-few-moments', severity: 'note', data: {} } as const;
    return { word: word(whole.d), reason: { ...reason, subject: metric } };
  }
  // They forbid to say that there is no difference, and before the end they do so when they seem to differ.
  if (whole !== null && isPlainlyApart(whole, delta)) return GO_ON;
  if (whole !== null && !isEnd && looksWorse({ ...whole, d: Math.abs(whole.d) }, delta))
    return GO_ON;
  const isSmall = Math.abs(estimate.d) < floor;
  return isSmall && isWithinEitherWay(metric, estimate, tolerance, pass)
    ? { word: 'unchanged', reason: null }
    : GO_ON;
}

/** Whether a typical moment may have the word: it says plainly what all requests together say, or shows more than they do. */
function isOfTypical(estimate: Estimate, whole: Estimate, floor: number): boolean {
  const isSame = estimate.d * whole.d > 0 && Math.abs(estimate.d) >= floor && isPlain(estimate);
  return isSame || strength(estimate) <= strength(whole);
}

/** All requests together, nothing trimmed, differ by the tolerance or more, beyond doubt. */
export function isPlainlyApart(whole: Estimate, delta: number): boolean {
  return isPlainlyWorse(whole, delta) || isPlainlyWorse(turned(whole), delta);
}

/** Whether neither is worse by the tolerance. */
export function isWithinEitherWay(
  metric: MetricName,
  estimate: Estimate,
  tolerance: number,
  pass: number,
): boolean {
  return [estimate, turned(estimate)].every((one) =>
    isWithinTolerance(metric, one, tolerance, pass),
  );
}

/** One-sided p-value in the direction that it points to. */
function strength(estimate: Estimate): number {
  return worseP({ ...estimate, d: Math.abs(estimate.d) });
}

const GO_ON: Decision = { word: 'continue' };
