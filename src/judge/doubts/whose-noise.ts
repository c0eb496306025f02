/**
 * Whose noise it is that keeps a metric open. What base has too is the machine's, or the server's as it was: it excuses. What head alone has
 * is what the change does, and excuses nothing (docs/adr/0088-noise-of-head.md).
 */
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { median, sampleCovariance, sampleVariance, sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import type { Arm } from '../../terms/arm.ts';
import { openLoopCpuSeconds } from '../figures/open-loop-cpu.ts';
import { TOO_NOISY } from '../findings/thresholds.ts';
import { smallestKept } from '../power/power.ts';
import { soloValue } from '../rule/estimate.ts';
import type { MetricState } from '../state/state.ts';
import type { Schedule } from '../statistics/sequential.ts';

/** Of each arm by itself, from block to block: the standard deviation of ln(cost), or of what is compared by difference. */
export type Spreads = Readonly<Record<Arm, number>>;

/**
 * Null unless head is shown to differ more from start to start than base does, and two arms as steady as base could be told apart in these
 * looks. `blocks`: up to the look, or all. `delta`: the tolerance. `isLast`: no more is measured, so that the answer is what is said of head;
 * before, it only decides whether to measure on.
 */
export function noiseOfHead(
  state: Pick<MetricState, 'metric' | 'values' | 'isOpenLoopCpu'>,
  blocks: readonly BlockMeasurement[],
  { schedule, delta, isLast }: { schedule: Schedule; delta: number; isLast: boolean },
): Spreads | null {
  const pairs = ownValues(state, blocks);
  if (pairs.length < MIN_BLOCKS) return null;
  const { base, head, both } = variances(pairs);
  const level = isLast ? TOO_NOISY.headsNoise : TOO_NOISY.headsNoiseEarly;
  if (chanceOfMore({ base, head, both }, pairs.length) > level) return null;
  if (isLast && chanceOfFarther(pairs) > TOO_NOISY.headsBlocks) return null;
  // What both arms met in a block, such as a mood of the machine, is in neither's share. Arms do not agree by less than not at all.
  const ofUnchanged = 2 * Math.max(0, base - Math.max(0, both));
  if (smallestKept({ sd: Math.sqrt(ofUnchanged) }, schedule) > delta) return null;
  return { base: Math.sqrt(base), head: Math.sqrt(head) };
}

interface Variances {
  base: number;
  head: number;
  /** Covariance of the two. */
  both: number;
}

/**
 * Pitman-Morgan's test of the variances of paired normal values (Pitman 1939, Morgan 1939, Biometrika 31): head's is larger where the
 * arms' sums and differences go together.
 *
 * @returns one-sided p-value of "head's variance is no larger"
 */
export function chanceOfMore({ base, head, both }: Variances, count: number): number {
  const product = (base + head) ** 2 - 4 * both ** 2;
  // Equal to the last bit in every block, or not different at all.
  if (product <= 0) return 1;
  const r = (head - base) / Math.sqrt(product);
  if (r >= 1) return 0;
  const degreesOfFreedom = count - 2;
  return tCdf(-r * Math.sqrt(degreesOfFreedom / (1 - r ** 2)), degreesOfFreedom);
}

/**
 * Wilcoxon's signed-rank test (1945, Biometrics Bulletin 1), exact, of how much farther from its own middle head is than base in the same block.
 * A variance may be that of one or two blocks, and those can come to either arm: by noise with heavy tails, or where both builds have a slow
 * state that only head happened to meet. Then this one shows nothing.
 *
 * @returns one-sided p-value of "head is no farther"
 */
export function chanceOfFarther(pairs: readonly Readonly<Record<Arm, number>>[]): number {
  const middle = {
    base: median(pairs.map(({ base }) => base)),
    head: median(pairs.map(({ head }) => head)),
  };
  // Equal ones are ranked so that head's count for less, and none at all is not head's.
  const farther = pairs
    .map(({ base, head }) => Math.abs(head - middle.head) - Math.abs(base - middle.base))
    .sort((a, b) => Math.abs(a) - Math.abs(b) || b - a);
  const ofHead = sum(farther.map((more, i) => (more > 0 ? i + 1 : 0)));
  return rankSums(farther.length).reduce((p, one, ranks) => (ranks < ofHead ? p : p + one), 0);
}

/** Chance of each sum of ranks from 0 on, when each of so many is head's or base's alike. */
function rankSums(count: number): number[] {
  let chances = [1];
  for (let rank = 1; rank <= count; rank++) {
    const before = chances;
    chances = Array.from(
      { length: before.length + rank },
      (_, ranks) => ((before[ranks] ?? 0) + (before[ranks - rank] ?? 0)) / 2,
    );
  }
  return chances;
}

/** Of the blocks that count for the metric. */
function ownValues(
  { metric, values, isOpenLoopCpu }: Pick<MetricState, 'metric' | 'values' | 'isOpenLoopCpu'>,
  blocks: readonly BlockMeasurement[],
): Record<Arm, number>[] {
  const of = (block: BlockMeasurement, arm: Arm) => {
    if (!isOpenLoopCpu) return soloValue(metric, block, arm);
    const seconds = openLoopCpuSeconds(block, arm);
    return seconds === null ? null : Math.log(seconds);
  };
  return blocks.flatMap((block, i) => {
    if ((values[i] ?? null) === null) return [];
    const [base, head] = [of(block, 'base'), of(block, 'head')];
    return base === null || head === null ? [] : [{ base, head }];
  });
}

function variances(pairs: readonly Record<Arm, number>[]): Variances {
  const [base, head] = [pairs.map((pair) => pair.base), pairs.map((pair) => pair.head)];
  return {
    base: sampleVariance(base),
    head: sampleVariance(head),
    both: sampleCovariance(base, head),
  };
}
