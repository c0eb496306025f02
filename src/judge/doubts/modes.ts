/**
 * Blocks that fall into two groups: a server whose processes come up in one of two states. A mean over both describes
 * neither, and how often each comes up is decided by a few starts.
 */

import { mean, median, medianAbsoluteDeviation, sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { MAD_TO_SD } from '../../terms/mad.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Finding } from '../findings/finding.ts';
import type { States } from '../findings/metric.ts';
import { MODES } from '../findings/thresholds.ts';
import { changeOf, EFFECT_FLOOR, logCost } from '../rule/decide.ts';
import { soloValue } from '../rule/estimate.ts';
import { estimateAt } from '../state/metric-state.ts';
import type { MetricState } from '../state/state.ts';
import type { Modes } from '../verdict/verdict.ts';

/** Indices of the blocks in each group, the larger first. */
export type Split = readonly [readonly number[], readonly number[]];

type Judged = Pick<MetricState, 'metric' | 'values' | 'against'>;

/** Null when there is one group only, and for metrics whose single blocks say too little. */
export function modesOf(state: Judged): Modes | null {
  const split = splitOf(state);
  if (split === null) return null;
  return { metric: state.metric, groups: statesOf(state, split) };
}

/** What the two states are, and which arm has them; none when there is one state only. */
export function modesWarnings(state: Judged, blocks: readonly BlockMeasurement[]): Finding[] {
  const split = splitOf(state);
  if (split === null) return [];
  const data = { states: statesOf(state, split), arm: movingArm(state, split, blocks) };
  return [{ code: 'two-states', severity: 'warning', subject: state.metric, data }];
}

/**
 * Why a metric may not be called this. Each group by itself must allow the same word: within the tolerance for
 * `unchanged`, of two contenders (`isContest`) either way; worse (or better) by half of it, the least of any regression, for the others. Else
 * the word would come from how often each state happened to come up. Null when it may be.
 */
export function modesDisagree(
  state: Judged,
  word: VerdictWord,
  { tolerance, isContest = false }: { tolerance: number; isContest?: boolean },
): Finding | null {
  const split = splitOf(state);
  if (split === null) return null;
  const delta = logCost(state.metric, tolerance);
  const allowed = (d: number) => {
    if (word === 'regression') return d >= EFFECT_FLOOR * delta;
    if (word === 'improvement') return d <= -EFFECT_FLOOR * delta;
    return (isContest ? Math.abs(d) : d) < delta;
  };
  if (split.every((indices) => allowed(logCostOf(state, indices)))) return null;
  const data = { states: statesOf(state, split) };
  return { code: 'states-disagree', severity: 'doubt', subject: state.metric, data };
}

/** Each look asks, and so do the words at the end: by the values, which stay what they are. */
const splits = new WeakMap<Judged['values'], Split | null>();

/** Null where there is one group only, and for metrics whose single blocks say too little. */
export function splitOf({ metric, values }: Pick<Judged, 'metric' | 'values'>): Split | null {
  if (metric !== 'throughput' && metric !== 'cpu') return null;
  const found = splits.get(values);
  if (found !== undefined) return found;
  const split = splitIn(values);
  splits.set(values, split);
  return split;
}

function splitIn(values: Judged['values']): Split | null {
  const known = values
    .flatMap((value, index) => (value === null ? [] : [{ value, index }]))
    .sort((a, b) => a.value - b.value);
  const at = farAway(known.map(({ value }) => value)) ?? gapIn(known.map(({ value }) => value));
  if (at === null) return null;
  const groups = [known.slice(0, at), known.slice(at)].map((group) =>
    group.map(({ index }) => index),
  );
  const [low, high] = groups as [number[], number[]];
  return high.length > low.length ? [high, low] : [low, high];
}

/** Where the far values of ascending ones begin, or end; null when they are too few, or on both sides. */
function farAway(sorted: readonly number[]): number | null {
  if (sorted.length < 2 * MODES.blocks) return null;
  const middle = median([...sorted]);
  const sd = MAD_TO_SD * medianAbsoluteDeviation([...sorted]);
  const reach = MODES.mad * Math.max(MODES.floor, sd);
  const low = sorted.filter((value) => value < middle - reach).length;
  const high = sorted.filter((value) => value > middle + reach).length;
  if (low >= MODES.blocks && high < MODES.blocks) return low;
  return high >= MODES.blocks && low < MODES.blocks ? sorted.length - high : null;
}

/** Where the widest gap of ascending values is; null when it is no wider than chance makes it. */
function gapIn(sorted: readonly number[]): number | null {
  if (sorted.length < MODES.gapBlocks) return null;
  const gap = (at: number) => (sorted[at] as number) - (sorted[at - 1] as number);
  let widest = MODES.blocks;
  for (let at = MODES.blocks; at <= sorted.length - MODES.blocks; at++) {
    if (gap(at) > gap(widest)) widest = at;
  }
  const squares = [sorted.slice(0, widest), sorted.slice(widest)].map((group) => {
    const middle = mean(group);
    return sum(group.map((value) => (value - middle) ** 2));
  });
  const sd = Math.max(MODES.floor, Math.sqrt(sum(squares) / (sorted.length - 2)));
  return gap(widest) > MODES.gap * sd ? widest : null;
}

/**
 * Head over base, as the metric's own estimate has it. Against earlier runs that goes by a line: what they lead to expect on the machine as it is
 * today.
 */
function logCostOf(state: Judged, indices: readonly number[]): number {
  const { values } = state;
  const own = mean(indices.map((index) => values[index] as number));
  if (state.against.kind !== 'past') return own;
  const estimate = estimateAt(state, values.length);
  if (estimate === null) return own;
  const known = values.filter((value) => value !== null);
  return own - (mean(known) - estimate.d);
}

function statesOf(state: Judged, split: Split): States {
  return split.map((indices) => ({
    change: changeOf(state.metric, logCostOf(state, indices)),
    blocks: indices.length,
  }));
}

/** The arm whose own figure differs between the groups, at least twice as much as the other's; null when both do. */
function movingArm(
  { metric }: Judged,
  split: Split,
  blocks: readonly BlockMeasurement[],
): Arm | null {
  const moved = (arm: Arm) => {
    const [one, other] = split.map((indices) =>
      indices.flatMap((index) => {
        const block = blocks[index];
        return (block && soloValue(metric, block, arm)) ?? [];
      }),
    ) as [number[], number[]];
    return one.length === 0 || other.length === 0 ? 0 : Math.abs(mean(one) - mean(other));
  };
  const [base, head] = [moved('base'), moved('head')];
  if (head >= 2 * base) return 'head';
  return base >= 2 * head ? 'base' : null;
}
