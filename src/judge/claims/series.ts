/**
 * What the blocks of one subject say for a claim: one number per block. Of two servers in one live pair the ratio or the
 * difference of each block; of one server its own values. All in the metric's own direction: more throughput is more.
 */
import { mean } from 'simple-statistics';
import { comparisonOf, isLatency, type MetricName } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { type Arm, otherArm } from '../../terms/arm.ts';
import { armValue } from '../figures/block-values.ts';
import { wholeCpuSecondsPerRequest } from '../figures/cpu.ts';
import { isJudgedLatency, wholeSeconds } from '../figures/latency.ts';
import { openLoopFault, openLoopTrouble } from '../figures/open-loop.ts';
import { openLoopCpuSeconds } from '../figures/open-loop-cpu.ts';
import type { Finding } from '../findings/finding.ts';
import { isTrimmed, leftOut, wholeSecondsPerRequest } from '../rule/trim-excess.ts';
import { runSdOf } from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';

/** One part of an estimate: what a block says, times a weight. */
export interface Series {
  subject: SubjectState;
  metric: MetricName;
  values: readonly (number | null)[];
  /** The same of all that was measured, where the values are those of typical moments; null where nothing was left out of them. */
  whole: readonly (number | null)[] | null;
  /** ln of the values, by which the blocks may fall into two groups. */
  logs: readonly (number | null)[];
  /** What all blocks of the run have in common, as a standard deviation of a value; no number of them averages it out. */
  runSd: number;
  weight: 1 | -1;
  /** What may make all values too small (`low`) or too large (`high`): then only one direction can be shown. */
  leans: readonly Lean[];
  /** Why nothing may be said from it, whichever way. */
  trouble: Finding | null;
}

/** `low`: the truth is at least what is seen. `high`: at most. */
export interface Lean {
  readonly is: 'low' | 'high';
  readonly finding: Finding;
}

/** Whether the metric is compared by its ratio, and its values are never nothing. */
export function isRatioMetric(metric: MetricName): boolean {
  const comparison = comparisonOf(metric);
  return comparison === 'ratio' || comparison === 'none';
}

/** ln(left / right) of each block. `left`: the arm of the claim's left side. */
export function pairedLogs(subject: SubjectState, metric: MetricName, left: Arm): Series {
  const state = stateOf(subject, metric);
  const sign = (left === 'head') === (metric === 'throughput') ? -1 : 1;
  const signed = (value: number | null) => (value === null ? null : sign * value);
  const values = (state?.values ?? []).map(signed);
  const shared = {
    ...{ subject, metric, values, logs: values },
    weight: 1,
    whole: wholeLogs(subject, state)?.map(signed) ?? null,
    runSd: runSdOf(state),
  } as const;
  const leans = leansOfPair(subject, metric, left);
  const trouble = state?.trouble ?? null;
  if (trouble !== null && trouble.of !== null) {
    // Its queue is longer than anything that was seen of it.
    const { finding } = trouble;
    const lean = { is: trouble.of === left ? 'low' : 'high', finding } as const;
    return { ...shared, leans: [...leans, lean], trouble: null };
  }
  return { ...shared, leans, trouble: trouble?.finding ?? null };
}

/** ln(head / base) of cost in each block, of all that was measured. */
function wholeLogs(
  { measured: { blocks } }: SubjectState,
  state: MetricState | undefined,
): readonly (number | null)[] | null {
  if (state?.against.kind === 'latency-pair') return state.against.whole;
  if (state === undefined || !isTrimmed(state.metric)) return null;
  const { metric, values } = state;
  return values.map((value, i) => {
    const block = blocks[i];
    return value === null || block === undefined ? null : value + (leftOut(metric, block) ?? 0);
  });
}

/** left - factor × right of each block, in the unit of the metric. */
export function pairedDifferences(
  subject: SubjectState,
  metric: MetricName,
  { left, factor }: { left: Arm; factor: number },
): Series {
  const right = otherArm(left);
  const state = stateOf(subject, metric);
  const blocks = onTime(subject, metric);
  const lefts = valuesOf(blocks, metric, left, state);
  const rights = valuesOf(blocks, metric, right, state);
  const less = (one: Values, other: Values) =>
    one.map((l, i) => {
      const r = other[i] ?? null;
      return l === null || r === null ? null : l - factor * r;
    });
  return {
    ...plainSeries(subject, metric, less(lefts.values, rights.values)),
    whole: lefts.whole && rights.whole && less(lefts.whole, rights.whole),
    // As they are compared elsewhere: a difference has no logarithm.
    logs: state?.values ?? [],
    // One of the two is cheaper by that share, which of the left value is so much.
    runSd: runSdOf(state) * typicalOf(lefts.values),
    leans: leansOfPair(subject, metric, left),
  };
}

/** ln of one arm's value in each block. */
export function ownLogs(subject: SubjectState, metric: MetricName, arm: Arm): Series {
  const { values, whole } = valuesOf(onTime(subject, metric), metric, arm);
  return {
    ...plainSeries(subject, metric, values.map(logOf)),
    whole: whole?.map(logOf) ?? null,
    leans: leansOf(subject, metric, arm),
  };
}

/** `factor` times one arm's value in each block, in the unit of the metric. */
export function ownValues(
  subject: SubjectState,
  metric: MetricName,
  { arm, factor = 1 }: { arm: Arm; factor?: number },
): Series {
  const { values, whole } = valuesOf(onTime(subject, metric), metric, arm);
  const scaled = (value: number | null) => (value === null ? null : factor * value);
  return {
    ...plainSeries(subject, metric, values.map(scaled)),
    whole: whole?.map(scaled) ?? null,
    logs: values.map(logOf),
    leans: leansOf(subject, metric, arm),
  };
}

function plainSeries(
  subject: SubjectState,
  metric: MetricName,
  values: Values,
): Omit<Series, 'whole' | 'leans'> {
  const trouble = troubleOf(subject, metric);
  return { subject, metric, values, logs: values, weight: 1, runSd: 0, trouble };
}

/** Of one arm in each block, in the unit of the metric: typical, and with what that leaves out. */
interface Read {
  values: Values;
  /** Null where nothing is left out. */
  whole: Values | null;
}

type Values = Series['values'];

function logOf(value: number | null): number | null {
  return value !== null && value > 0 ? Math.log(value) : null;
}

/** `state`: of a pair, whose CPU time may be compared in the open loop. */
function valuesOf(
  blocks: readonly (BlockMeasurement | null)[],
  metric: MetricName,
  arm: Arm,
  state?: MetricState,
): Read {
  const read = blocks.map((block) => {
    if (block === null) return { value: null, whole: null };
    const typical = naturalValue(metric, block, arm);
    const value = comparedValue(metric, block, arm, state);
    const all = wholeValue(metric, block, arm);
    const isKnown = value !== null && typical !== null && all !== null && typical > 0;
    // What is rare is read in the closed loop, whichever of the two is compared.
    return { value, whole: isKnown ? (value * all) / typical : value };
  });
  return {
    values: read.map(({ value }) => value),
    whole: isOfTypical(metric) ? read.map(({ whole }) => whole) : null,
  };
}

/** Whether what is judged of a block is what it is like for most of the time. */
function isOfTypical(metric: MetricName): boolean {
  return isTrimmed(metric) || isJudgedLatency(metric);
}

/** Of one arm over the whole block, in the unit of the metric; null where nothing is left out of its value. */
function wholeValue(metric: MetricName, block: BlockMeasurement, arm: Arm): number | null {
  if (isJudgedLatency(metric)) return wholeSeconds(metric, block, arm);
  if (metric === 'cpu') return wholeCpuSecondsPerRequest(block, arm);
  if (metric !== 'throughput') return null;
  const seconds = wholeSecondsPerRequest(block, arm);
  return seconds === null ? null : 1 / seconds;
}

function typicalOf(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 0 : Math.abs(mean(known));
}

function leansOfPair(subject: SubjectState, metric: MetricName, left: Arm): Lean[] {
  const right = otherArm(left);
  return [...leansOf(subject, metric, left), ...leansOf(subject, metric, right).map(opposite)];
}

/** As the other side of a subtraction. */
export function negative(series: Series): Series {
  return { ...series, weight: -1, leans: series.leans.map(opposite) };
}

/** As the pair is compared, where it is one: CPU time perhaps in the open loop. */
export function comparedValue(
  metric: MetricName,
  block: BlockMeasurement,
  arm: Arm,
  state?: MetricState,
): number | null {
  return state?.isOpenLoopCpu ? openLoopCpuSeconds(block, arm) : naturalValue(metric, block, arm);
}

/** In the unit of the metric, and throughput as work per second. */
function naturalValue(metric: MetricName, block: BlockMeasurement, arm: Arm): number | null {
  const value = armValue(metric, block, arm);
  if (metric !== 'throughput' || value === null) return value;
  return value > 0 ? 1 / value : null;
}

export function stateOf({ metrics }: SubjectState, metric: MetricName): MetricState | undefined {
  return metrics.find((state) => state.metric === metric);
}

/** Its blocks; null in place of one whose open loop was none, where that matters. */
export function onTime(
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
  const isGenerators = metric === 'throughput' && health.spare?.limits[arm] === 'generator';
  return isGenerators ? [{ is: 'low', finding: GENERATOR_LIMITED }] : [];
}

const GENERATOR_LIMITED: Finding = {
  code: 'claim-generator-limited',
  severity: 'doubt',
  subject: null,
  data: {},
};

function opposite({ is, finding }: Lean): Lean {
  return { is: is === 'low' ? 'high' : 'low', finding };
}
