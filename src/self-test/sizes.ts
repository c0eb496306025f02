/** How large the change is by all blocks of a dose, beside what was put in. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { changeOf } from '../judge/decide.ts';
import { estimatePaired, pairValue } from '../judge/estimate.ts';
import type { BlockMeasurement } from '../measure/measurement.ts';
import type { Dose } from './record.ts';
import type { GoalState, Size } from './result.ts';

/** A recovered size may differ from the injected one by this share of it. */
export const SIZE_MARGIN = 0.1;
/** A smaller injection is none: nothing can be recovered of it. */
const NOTHING = 0.001;

export function sizesOf(blocks: readonly BlockMeasurement[], expected: Dose['expected']): Size[] {
  return (['throughput', 'cpu', 'p99'] as const).flatMap((metric) => {
    const injected = metric === 'p99' ? null : expected[metric];
    return sizeOf(metric, blocks, injected) ?? [];
  });
}

function sizeOf(
  metric: Size['metric'],
  blocks: readonly BlockMeasurement[],
  injected: number | null,
): Size | null {
  const values = blocks.flatMap((block) => pairValue(metric, block) ?? []).filter(Number.isFinite);
  const estimate = estimatePaired(values);
  if (estimate === null) return null;
  const { d, se, sd, degreesOfFreedom } = estimate;
  const half = se === 0 ? 0 : se * tQuantile(0.975, degreesOfFreedom);
  const change = changeOf(metric, d);
  const interval = ordered(changeOf(metric, d - half), changeOf(metric, d + half));
  return {
    metric,
    blocks: values.length,
    sd,
    change,
    interval,
    injected,
    ratio: ratioOf(change, interval, injected),
  };
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
