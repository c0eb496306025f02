/**
 * Whether blocks of one run have something in common that those of another run have not: one-way analysis of variance with
 * random effects. A test that takes blocks as independent is too sure of itself where they have.
 *
 * F test: Searle, Casella and McCulloch 1992, Variance Components, 3.5 (exact for normal values, with unequal groups too).
 * Component: their ANOVA estimator, not below zero. Its interval: Tukey 1951 and Williams 1962 (Biometrika 49), which covers
 * at least what it says in practice; for unequal groups with their mean size n0.
 */
import chisquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import fCdf from '@stdlib/stats-base-dists-f-cdf';
import fQuantile from '@stdlib/stats-base-dists-f-quantile';
import { mean, sum } from 'simple-statistics';

export interface VarianceComponent {
  runs: number;
  blocks: number;
  /** Standard deviation of a block within its run. */
  sdWithin: number;
  /** Of what is common to a run, with its 95 % interval. */
  sdBetween: number;
  sdBetweenInterval: [number, number];
  /** F and its p-value: that so much differs between runs of independent blocks. */
  f: number;
  p: number;
  /**
   * How many times as large the variance of a run's mean over `blocksPerRun` blocks is as it would be if they were
   * independent, with its 95 % interval; 1 when they are.
   */
  inflation: number;
  inflationInterval: [number, number];
  blocksPerRun: number;
}

const TAIL = 0.025;
/** With fewer, an interval has no end that would tell anything. */
const LEAST_RUNS = 3;

/**
 * `groups`: the values of each run. `blocksPerRun`: of the run whose mean is asked about. Null with fewer than three runs of
 * two values or more, or where no value differs from another of its run.
 */
export function varianceComponent(
  groups: readonly (readonly number[])[],
  blocksPerRun: number,
): VarianceComponent | null {
  const runs = groups.filter((group) => group.length >= 2);
  if (runs.length < LEAST_RUNS) return null;
  const sizes = runs.map((run) => run.length);
  const blocks = sum(sizes);
  const grand = mean(runs.flat());
  const means = runs.map((run) => mean([...run]));
  const [freeBetween, freeWithin] = [runs.length - 1, blocks - runs.length];
  const between =
    sum(means.map((own, i) => (sizes[i] as number) * (own - grand) ** 2)) / freeBetween;
  const within =
    sum(runs.flatMap((run, i) => run.map((value) => (value - (means[i] as number)) ** 2))) /
    freeWithin;
  if (!(within > 0)) return null;
  const size = (blocks - sum(sizes.map((n) => n * n)) / blocks) / freeBetween;
  const f = between / within;
  const [low, high] = [TAIL, 1 - TAIL].map((share) =>
    fQuantile(share, freeBetween, freeWithin),
  ) as [number, number];
  const component = Math.max(0, (between - within) / size);
  // Where F itself says that there is more, or less: of sigma_between² · size + sigma_within², less what is within.
  const end = (quantile: number, share: number) =>
    Math.max(
      0,
      (freeBetween * between * (1 - quantile / f)) / (size * chisquareQuantile(share, freeBetween)),
    );
  const inflated = (ratio: number) => 1 + (blocksPerRun * Math.max(0, ratio - 1)) / size;
  return {
    runs: runs.length,
    blocks,
    sdWithin: Math.sqrt(within),
    sdBetween: Math.sqrt(component),
    sdBetweenInterval: [Math.sqrt(end(high, 1 - TAIL)), Math.sqrt(end(low, TAIL))],
    f,
    p: 1 - fCdf(f, freeBetween, freeWithin),
    inflation: inflated(f),
    inflationInterval: [inflated(f / high), inflated(f / low)],
    blocksPerRun,
  };
}
