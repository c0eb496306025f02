/**
 * How large the change is by all blocks of a dose, beside what was put in. Runs are the samples, as blocks of one run may have
 * something in common; of one run, its blocks.
 */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sum } from 'simple-statistics';
import { changeOf } from '../judge/rule/decide.ts';
import { estimatePaired, pairValue } from '../judge/rule/estimate.ts';
import type { BlockMeasurement } from '../measure/observed/measurement.ts';
import type { Dose } from './record.ts';
import type { GoalState, Size } from './result.ts';

/** A recovered size may differ from the injected one by this share of it. */
export const SIZE_MARGIN = 0.1;
/** A smaller injection is none: nothing can be recovered of it. */
const NOTHING = 0.001;

export interface DoseRuns {
  /** Blocks of the dose, run by run. */
  runs: readonly (readonly BlockMeasurement[])[];
  /** Blocks of the large dose in the same runs, and how many times as many units it has; null where there is none. */
  ruler: { runs: readonly (readonly BlockMeasurement[])[]; times: number } | null;
  expected: Dose['expected'];
}

type Metric = Size['metric'];

export function sizesOf(dose: DoseRuns): Size[] {
  return (['throughput', 'cpu', 'p99'] as const).flatMap((metric) => sizeOf(metric, dose) ?? []);
}

function sizeOf(metric: Metric, { runs, ruler, expected }: DoseRuns): Size | null {
  const groups = runs.map((blocks) => valuesOf(metric, blocks)).filter((own) => own.length > 0);
  const all = groups.flat();
  const samples = groups.length > 1 ? groups.map((own) => mean([...own])) : all;
  const interval = intervalOf(samples);
  if (interval === null) return null;
  const d = mean(samples);
  const change = changeOf(metric, d);
  const truths = metric === 'p99' || ruler === null ? null : truthsOf(metric, runs, ruler);
  const known = metric === 'p99' ? null : expected[metric];
  const injected = truths === null ? known : changeOf(metric, mean(truths.map((one) => one.truth)));
  const changes = inChanges(metric, interval);
  return {
    metric,
    blocks: all.length,
    runs: groups.length,
    sd: sdWithin(groups),
    change,
    interval: changes,
    injected,
    by: injected === null ? null : truths === null ? 'calibration' : 'ruler',
    ratio:
      truths === null
        ? ratioOf(change, changes, injected)
        : ratioByRuler(metric, change, injected, truths),
  };
}

/** ln(cost ratio) that the dose was worth in a run, and what the gate's own figure found. */
interface Truth {
  truth: number;
  found: number;
}

/** Extra work adds up: a dose of a third of the ruler's units adds a third of what the ruler adds to the cost. */
function truthsOf(
  metric: Metric,
  runs: DoseRuns['runs'],
  { runs: rulers, times }: NonNullable<DoseRuns['ruler']>,
): Truth[] | null {
  const truths = runs.flatMap((blocks, i): Truth[] => {
    const [found, large] = [valuesOf(metric, blocks), valuesOf(metric, rulers[i] ?? [])];
    if (found.length === 0 || large.length === 0) return [];
    return [{ found: mean(found), truth: Math.log1p(Math.expm1(mean(large)) / times) }];
  });
  return truths.length < 2 ? null : truths;
}

/** By the differences of the same runs: what the machine did to both is not in them. */
function ratioByRuler(
  metric: Metric,
  change: number,
  injected: number | null,
  truths: readonly Truth[],
): Size['ratio'] {
  if (injected === null || Math.abs(injected) < NOTHING) return null;
  const truth = mean(truths.map((one) => one.truth));
  const ends = intervalOf(truths.map((one) => one.found - one.truth));
  if (ends === null) return null;
  return ratioOf(change, inChanges(metric, [truth + ends[0], truth + ends[1]]), injected);
}

function valuesOf(metric: Metric, blocks: readonly BlockMeasurement[]): number[] {
  return blocks.flatMap((block) => pairValue(metric, block) ?? []).filter(Number.isFinite);
}

/** Student-t, 95 %; null with fewer than two. */
function intervalOf(samples: readonly number[]): [number, number] | null {
  const estimate = estimatePaired(samples);
  if (estimate === null) return null;
  const { d, se, degreesOfFreedom } = estimate;
  const half = se === 0 ? 0 : se * tQuantile(0.975, degreesOfFreedom);
  return [d - half, d + half];
}

/** Of a block, about the mean of its run. */
function sdWithin(groups: readonly (readonly number[])[]): number {
  const free = sum(groups.map((own) => own.length - 1));
  const squares = groups.flatMap((own) => {
    const middle = mean([...own]);
    return own.map((value) => (value - middle) ** 2);
  });
  return free === 0 ? 0 : Math.sqrt(sum(squares) / free);
}

function inChanges(metric: Metric, [low, high]: readonly [number, number]): [number, number] {
  return ordered(changeOf(metric, low), changeOf(metric, high));
}

function ratioOf(
  change: number,
  interval: readonly [number, number],
  injected: number | null,
): Size['ratio'] {
  if (injected === null || Math.abs(injected) < NOTHING) return null;
  const bounds = ordered(interval[0] / injected, interval[1] / injected);
  return { value: change / injected, interval: bounds, state: stateOf(bounds) };
}

function stateOf([low, high]: readonly [number, number]): GoalState {
  if (low >= 1 - SIZE_MARGIN && high <= 1 + SIZE_MARGIN) return 'reached';
  return high < 1 - SIZE_MARGIN || low > 1 + SIZE_MARGIN ? 'missed' : 'not shown';
}

function ordered(a: number, b: number): [number, number] {
  return a <= b ? [a, b] : [b, a];
}
