/** Block values of recorded servers in plenty, by which simulated jobs are made: what a block differs from its run's mean by. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Measurement } from '../../src/measure/observed/measurement.ts';
import { keptNames, readMeasurements } from '../records.ts';
import { plannedNow, runsOf, shortBlocks } from './draws.ts';

const METRICS = ['throughput', 'cpu'] as const;

/** Blocks of one run that are drawn from its slices; jobs draw from these. */
const OF_A_RUN = 400;

export interface Pool {
  /** Server and metric. */
  name: string;
  /** So many values of one run, ln(cost ratio). */
  draw: (count: number) => number[];
}

export function recordedPools(): Pool[] {
  const random = xoroshiro128plus(20261130);
  const below = (n: number) => uniformInt(random, 0, n - 1);
  return keptNames().flatMap((name) => {
    const measurements = readMeasurements(name).map(({ measurement }) => measurement);
    const { groups } = plannedNow(measurements[0] as Measurement);
    const pools = runsOf(measurements).map((run) => shortBlocks([run], groups, below)(OF_A_RUN, 0));
    return METRICS.map(
      (metric): Pool => ({
        name: `recorded: ${name}, ${metric}`,
        draw: (count) => {
          const pool = pools[below(pools.length)] as (typeof pools)[number];
          return Array.from({ length: count }, () => {
            const value = pool[below(pool.length)];
            return (value as (typeof pool)[number])[metric];
          });
        },
      }),
    );
  });
}
