/**
 * From observations to block values, and from block values to an estimate.
 *
 * Comparisons are on d = ln(cost_head / cost_base), where cost is 1/throughput, CPU time per request, a
 * latency, or memory: d > 0 means that head is worse. What may be about nothing in base, such as the growth
 * of memory, is compared by d = head - base. One block gives one value; requests and slices
 * inside a block share its processes and are no samples of their own (Kalibera and Jones 2013).
 */

import { mean, sampleStandardDeviation } from 'simple-statistics';
import { comparisonOf, type MetricName } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { armValue, sliceRate } from '../figures/block-values.ts';
import { stayed, withoutCarryOver } from '../figures/carry-over.ts';
import { cpuPairValue } from '../figures/cpu.ts';
import { keptPairFigures } from '../figures/kept-figures.ts';
import { isJudgedLatency, typicalPairValue } from '../figures/latency.ts';
import { SLICE_TRIM, trimmedMean } from '../figures/trimmed.ts';

/** Mean of block values with its standard error. */
export interface Estimate {
  /** Log-ratio of costs. */
  d: number;
  /** Standard error of `d`. */
  se: number;
  /** Standard deviation of the block values; with what a whole run has in common, as if that were noise of this many blocks. */
  sd: number;
  degreesOfFreedom: number;
  blocks: number;
  /** What the whole run has in common, as a standard deviation; absent: nothing. */
  runSd?: number;
}

/**
 * Of one pair: ln(cost_head / cost_base), or head - base of a metric that is compared by difference. Null
 * when the block cannot tell (nothing was answered).
 */
export function pairValue(metric: MetricName, block: BlockMeasurement): number | null {
  if (metric === 'throughput' && block.pairs === 'live') return slicePairValue(block);
  if (metric === 'cpu') return cpuPairValue(block);
  if (isJudgedLatency(metric)) return typicalPairValue(metric, block);
  const [base, head] = [soloValue(metric, block, 'base'), soloValue(metric, block, 'head')];
  return base === null || head === null ? null : head - base;
}

/** Of one arm: ln(cost), or the value itself of a metric that is compared by difference. */
export function soloValue(metric: MetricName, block: BlockMeasurement, arm: Arm): number | null {
  if (comparisonOf(metric) === 'difference') return armValue(metric, block, arm);
  const cost = armCost(metric, block, arm);
  return cost === null ? null : Math.log(cost);
}

/** Cost of one arm in one block, above zero: seconds per request, CPU seconds per request, bytes, seconds. */
export function armCost(metric: MetricName, block: BlockMeasurement, arm: Arm): number | null {
  const cost = armValue(metric, block, arm);
  return cost !== null && cost > 0 ? cost : null;
}

/**
 * Spread between runs of one build in whose blocks the programs were never copied anew, as a standard deviation of
 * ln(cost ratio): of a Go server's throughput over 16 runs (docs/adr/0042-run-effect.md).
 */
export const SAME_FILES_SD = 0.0045;

/**
 * The same where an arm runs on an interpreter or a virtual machine that is not of its tree: of throughput and CPU time of a Python server over
 * 259 runs, in which no copies of files and no fresh ports took it away (docs/adr/0118-shared-runtime.md).
 */
export const SHARED_RUNTIME_SD = 0.0025;

/**
 * Student-t summary of paired block values; null with fewer than two. `runSd`: what all blocks of a run have in common, which
 * no number of them averages out; it is taken as known.
 */
export function estimatePaired(values: readonly number[], runSd = 0): Estimate | null {
  if (values.length < 2) return null;
  // The library only reads.
  const own = sampleStandardDeviation(values as number[]);
  // The square root of a square is not always the same number again.
  const sd = runSd === 0 ? own : Math.sqrt(own ** 2 + values.length * runSd ** 2);
  return {
    d: mean(values as number[]),
    se: sd / Math.sqrt(values.length),
    sd,
    degreesOfFreedom: values.length - 1,
    blocks: values.length,
    ...(runSd > 0 && { runSd }),
  };
}

/** How much blocks differ, and what they have in common; `blocks`: how many `sd` is of, where that matters. */
export type BlockSpread = Pick<Estimate, 'sd' | 'runSd'> & Partial<Pick<Estimate, 'blocks'>>;

/** The standard deviation with so many blocks in place of these, as more of them do not average out what they share; with none, of the blocks alone. */
export function sdWith({ sd, blocks = 0, runSd = 0 }: BlockSpread, count: number): number {
  if (runSd === 0) return sd;
  return Math.sqrt(Math.max(0, sd ** 2 + (count - blocks) * runSd ** 2));
}

/** As good as normal; the distribution functions do not take infinitely many. */
const MOST_DEGREES = 1e6;

/** Welch's comparison of two unpaired groups of blocks, with Welch-Satterthwaite's degrees of freedom. Null with fewer than two on a side. */
export function estimateUnpaired(
  base: readonly number[],
  head: readonly number[],
): Estimate | null {
  if (base.length < 2 || head.length < 2) return null;
  const [vb, vh] = [base, head].map((v) => sampleStandardDeviation([...v]) ** 2 / v.length) as [
    number,
    number,
  ];
  const variance = vb + vh;
  return {
    d: mean([...head]) - mean([...base]),
    se: Math.sqrt(variance),
    sd: Math.sqrt(vb * base.length + vh * head.length),
    degreesOfFreedom: Math.min(
      MOST_DEGREES,
      variance ** 2 / (vb ** 2 / (base.length - 1) + vh ** 2 / (head.length - 1)),
    ),
    blocks: head.length,
  };
}

/**
 * Of a live pair: trimmed mean of the log-ratios of adjacent slices (one of each arm), without carry-over. A slice in which an
 * arm answered nothing is as bad as can be for that arm; where both did, the pair says nothing.
 */
export function slicePairValue(block: BlockMeasurement): number | null {
  const kept = keptPairFigures(block);
  if (kept !== null) return kept.throughput;
  const { sliceOrder, sliceUs } = block;
  const logs: number[] = [];
  const stays: number[] = [];
  for (let i = 0; i + 1 < sliceUs.length; i += 2) {
    const first = sliceRate(block, i);
    const second = sliceRate(block, i + 1);
    if (first === 0 && second === 0) continue;
    const headFirst = sliceOrder[i] === 'h';
    logs.push(Math.log(headFirst ? second / first : first / second));
    // The second is of the other arm, and follows it.
    stays.push(stayed(sliceOrder, i) ? (headFirst ? 1 : -1) : 0);
  }
  return trimmedMean(withoutCarryOver(logs, stays), SLICE_TRIM);
}
