/**
 * What trimming cuts away. Throughput and CPU are judged from the middle of a block's slices; what
 * hits few of them (a stall, a periodic job) is compared here with the totals, block by block.
 */

import { mean } from 'simple-statistics';
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { untrimmedExcess } from '../figures/cpu.ts';
import { keptFigures, keptPairFigures } from '../figures/kept-figures.ts';
import type { Finding, FindingOf } from '../findings/finding.ts';
import { RARE, TOO_NOISY } from '../findings/thresholds.ts';
import { tQuantileOf } from '../statistics/t-quantile.ts';
import { changeOf, EFFECT_FLOOR, logCost, worseP } from './decide.ts';
import { armCost, type Estimate, estimatePaired, pairValue } from './estimate.ts';

/** One arm does more than the other in few slices, and that is shown. */
export interface TrimExcess {
  metric: TrimmedMetric;
  /** ln(cost ratio), head over base, by which the totals exceed the trimmed value. Above 0: head does more. */
  excess: number;
  finding: Finding;
}

export type TrimmedMetric = Extract<MetricName, 'throughput' | 'cpu'>;

export function isTrimmed(metric: MetricName): metric is TrimmedMetric {
  return metric === 'throughput' || metric === 'cpu';
}

/** At most one per trimmed metric. `tolerance`: fractions, as in the gate. */
export function trimExcess(
  blocks: readonly BlockMeasurement[],
  tolerance: Readonly<Record<TrimmedMetric, number>>,
): TrimExcess[] {
  return (['throughput', 'cpu'] as const).flatMap((metric) => {
    const values = blocks.flatMap((block) => EXCESS[metric](block) ?? []);
    const excess = estimatePaired(values.filter(Number.isFinite));
    if (excess === null || !isShown(excess, logCost(metric, tolerance[metric]))) return [];
    const finding = rareFinding(metric, { excess: excess.d, blocks });
    return [{ metric, excess: excess.d, finding }];
  });
}

/**
 * Why "not worse" may not be said of a metric: with what trimming left out, head is worse by the
 * tolerance or more. Null when it may be said.
 */
export function hiddenWorsening(
  excesses: readonly TrimExcess[],
  { metric, estimate }: { metric: MetricName; estimate: Estimate | null },
  tolerance: number,
): FindingOf<'hidden-worsening'> | null {
  const excess = excesses.find((one) => one.metric === metric)?.excess ?? 0;
  if (!isTrimmed(metric)) return null;
  if (estimate === null || excess <= 0) return null;
  const total = estimate.d + excess;
  if (total < logCost(metric, tolerance)) return null;
  const data = { change: changeOf(metric, total) };
  return { code: 'hidden-worsening', severity: 'doubt', subject: metric, data };
}

/**
 * The same of two contenders, of whom neither is the change: the one that stalls must not pass for as fast as the other, nor for faster,
 * whoever is named first.
 */
export function hiddenEitherWay(
  excesses: readonly TrimExcess[],
  { metric, estimate }: { metric: MetricName; estimate: Estimate | null },
  word: VerdictWord,
  tolerance: number,
): Finding | null {
  const ofHead =
    word === 'regression' ? null : hiddenWorsening(excesses, { metric, estimate }, tolerance);
  if (ofHead !== null || word === 'improvement' || estimate === null) return ofHead;
  const turned = excesses.map((one) => ({ ...one, excess: -one.excess }));
  const other = { ...estimate, d: -estimate.d };
  const ofBase = hiddenWorsening(turned, { metric, estimate: other }, tolerance);
  return ofBase === null ? null : { ...ofBase, data: { ...ofBase.data, arm: 'base' } };
}

/** An estimate of everything, nothing trimmed, is worse by the tolerance or more, beyond doubt. */
export function isPlainlyWorse(whole: Estimate, delta: number): boolean {
  return whole.d >= delta && isPlain(whole);
}

/** It seems to be worse by half of the tolerance, the least of any regression. */
export function looksWorse(whole: Estimate, delta: number): boolean {
  return whole.d >= EFFECT_FLOOR * delta && worseP(whole) <= TOO_NOISY.looksWorse;
}

/** Clear of nothing, beyond doubt, in either direction. */
export function isPlain({ d, se, blocks }: Estimate): boolean {
  return blocks >= RARE.blocks && Math.abs(d) > plainT(blocks) * se;
}

/** So many standard errors clear of nothing. */
function plainT(blocks: number): number {
  return Math.max(RARE.t, tQuantileOf(1 - RARE.tail, blocks - 1));
}

const EXCESS: Record<TrimmedMetric, (block: BlockMeasurement) => number | null> = {
  throughput: untrimmedSlowness,
  cpu: untrimmedExcess,
};

/** ln(head / base) of all slices' time per expected answer, less the trimmed value of the block. */
export function untrimmedSlowness(block: BlockMeasurement): number | null {
  const kept = keptPairFigures(block);
  if (kept !== null) return kept.throughputExcess;
  const judged = pairValue('throughput', block);
  return judged === null
    ? null
    : Math.log(totalCost(block, 'head') / totalCost(block, 'base')) - judged;
}

/** ln(head / base) of what one block leaves out of a trimmed figure; null where that cannot be said. */
export function leftOut(metric: TrimmedMetric, block: BlockMeasurement): number | null {
  const value = EXCESS[metric](block);
  return value !== null && Number.isFinite(value) ? value : null;
}

/** Over all slices of one arm, per expected answer; null where nothing was answered. */
export function wholeSecondsPerRequest(block: BlockMeasurement, arm: Arm): number | null {
  const observation = block.arms[arm];
  if (observation === undefined) return null;
  const kept = keptFigures(observation);
  if (kept !== null) return kept.wholeThroughput;
  const seconds = totalCost(block, arm) / 1e6;
  return seconds > 0 && Number.isFinite(seconds) ? seconds : null;
}

/** Microseconds per expected answer over all slices of one arm. */
export function totalCost({ sliceOrder, sliceUs, sliceGood }: BlockMeasurement, arm: Arm): number {
  const letter = arm.charCodeAt(0);
  let [us, good] = [0, 0];
  for (let i = 0; i < sliceUs.length; i++) {
    if (sliceOrder.charCodeAt(i) !== letter) continue;
    us += sliceUs[i] as number;
    good += sliceGood[i] as number;
  }
  return us / good;
}

/** An excess over blocks, as ln(cost ratio), in either direction. `delta`: the tolerance. */
export function isShown(excess: Estimate, delta: number): boolean {
  return Math.abs(excess.d) > RARE.share * delta && isPlain(excess);
}

/**
 * That one arm does more of what is rare. `excess`: ln(cost ratio), above 0 where head does. `ofPast`: said of a comparison with earlier runs,
 * and not with the other arm.
 */
export function rareFinding(
  metric: TrimmedMetric,
  { excess, blocks }: { excess: number; blocks: readonly BlockMeasurement[] },
  ofPast: Pick<FindingOf<'rare-stalls' | 'rare-work'>['data'], 'past'> = {},
): Finding {
  const about = { severity: 'warning', subject: excess > 0 ? 'head' : 'base' } as const;
  const size = Math.abs(excess);
  if (metric === 'throughput') {
    return { code: 'rare-stalls', ...about, data: { share: -Math.expm1(-size), ...ofPast } };
  }
  const share = Math.expm1(size);
  const judged = mean(blocks.flatMap((block) => armCost('cpu', block, about.subject) ?? []));
  return { code: 'rare-work', ...about, data: { share, seconds: judged * share, ...ofPast } };
}
