/**
 * Blocks to draw jobs from, in two stages: what a run has in common, and how its blocks differ among themselves. A job has
 * blocks of one run, and so has one run's part of the first in all of them.
 *
 * To draw the blocks of a job from those few that one run has would take each of them several times, and the luck of so few
 * for a part of the run. So the two are taken apart by analysis of variance: residuals of all runs, widened by √(m/(m−1)) for the mean
 * that was taken from them, and effects of runs, shrunk to the spread that the variance component says they have (the
 * shrinkage bootstrap of clustered values: Davison and Hinkley 1997, Bootstrap Methods, 3.8).
 */
import { mean } from 'simple-statistics';
import { pairValue } from '../judge/rule/estimate.ts';
import type { BlockMeasurement } from '../measure/observed/measurement.ts';
import type { PooledBlock } from './pool.ts';
import { type Shift, shifted } from './shift.ts';
import { varianceComponent } from './variance-component.ts';

type Two = readonly [PooledBlock, PooledBlock];

export interface Stages {
  /** Two blocks that were measured one after the other, without their run's part, and which run that was. */
  twos: readonly { two: Two; run: number }[];
  /** Parts of runs, one for each run; none where too few runs tell it. */
  effects: readonly Shift[];
}

const METRICS = ['throughput', 'cpu'] as const;

/** `runs`: the twos of each. */
export function stagesOf(runs: readonly (readonly Two[])[]): Stages {
  const blocksOf = (twos: readonly Two[]) => twos.flatMap((two) => two.map(({ block }) => block));
  const parts = METRICS.map((metric) => partsOf(runs.map(blocksOf).map(valuesOf(metric))));
  const [throughput, cpu] = parts as [Parts, Parts];
  const isKnown = throughput.effects !== null && cpu.effects !== null;
  return {
    twos: runs.flatMap((twos, run) =>
      twos.map((two) => ({
        run,
        two: isKnown
          ? (two.map((one) => without(one, run, { throughput, cpu })) as unknown as Two)
          : two,
      })),
    ),
    effects: isKnown
      ? runs.map((_, run) => ({
          throughput: throughput.effects?.[run] ?? 0,
          cpu: cpu.effects?.[run] ?? 0,
        }))
      : [],
  };
}

interface Parts {
  /** What to add to a value of this run to take its run's part out. */
  residual: (run: number, value: number) => number;
  /** Of each run, shrunk; null where too few tell it. */
  effects: readonly number[] | null;
}

function partsOf(groups: readonly (readonly number[])[]): Parts {
  const component = varianceComponent(groups, 1);
  const known = groups.filter((group) => group.length > 0);
  if (component === null || known.length === 0) return { residual: () => 0, effects: null };
  const grand = mean(known.flat());
  const means = groups.map((group) => (group.length === 0 ? grand : mean([...group])));
  const { sdBetween, sdWithin } = component;
  return {
    residual: (run, value) => {
      const [own, size] = [means[run] as number, groups[run]?.length ?? 0];
      const widened = size < 2 ? 0 : Math.sqrt(size / (size - 1)) * (value - own);
      return grand + widened - value;
    },
    effects: means.map((own, run) => {
      const size = groups[run]?.length ?? 0;
      const spread = sdBetween ** 2 + (size === 0 ? 0 : sdWithin ** 2 / size);
      return spread === 0 ? 0 : Math.sqrt(sdBetween ** 2 / spread) * (own - grand);
    }),
  };
}

function valuesOf(metric: (typeof METRICS)[number]) {
  return (blocks: readonly BlockMeasurement[]) =>
    blocks.flatMap((block) => pairValue(metric, block) ?? []).filter(Number.isFinite);
}

function without(
  pooled: PooledBlock,
  run: number,
  parts: Record<(typeof METRICS)[number], Parts>,
): PooledBlock {
  const of = (metric: (typeof METRICS)[number]) => {
    const value = pairValue(metric, pooled.block);
    return value === null || !Number.isFinite(value) ? 0 : parts[metric].residual(run, value);
  };
  const shift = { throughput: of('throughput'), cpu: of('cpu') };
  return { ...pooled, block: shifted(pooled.block, shift) };
}
