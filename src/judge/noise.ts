/** The noise that a subject met: what was expected of the machine, and what it did. */
import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import type { BlockMeasurement, RunnerObservation } from '../measure/measurement.ts';
import { armCost } from './estimate.ts';
import type { SubjectState } from './replay.ts';
import type { Noise } from './verdict.ts';

export function noiseOf({ plan, measured: { blocks, replaced }, metrics }: SubjectState): Noise {
  const throughput = metrics.find(({ metric }) => metric === 'throughput');
  const steals = blocks.flatMap(({ runner }) => runner.steal ?? []);
  const spins = blocks.flatMap(({ runner }) => spinOf(runner) ?? []);
  return {
    expectedSd: plan?.expected?.blockSd ?? null,
    sd: throughput?.estimate?.sd ?? null,
    baseCv: baseSpread(blocks),
    steal: steals.length === 0 ? null : mean(steals),
    spin: spins.length === 0 ? null : median(spins),
    replaced: replaced.length,
  };
}

/** Median of wall over CPU time: 1 when nothing else ran on the core; null without spins. */
export function spinOf({ spinWallUs, spinCpuUs }: RunnerObservation): number | null {
  const ratios = spinWallUs.flatMap((wall, i) => {
    const cpu = spinCpuUs[i] ?? 0;
    return cpu > 0 ? [wall / cpu] : [];
  });
  return ratios.length === 0 ? null : median(ratios);
}

/** Coefficient of variation of the base arm's throughput over the blocks: noise that pairing takes away. */
function baseSpread(blocks: readonly BlockMeasurement[]): number | null {
  const costs = blocks.flatMap((block) => armCost('throughput', block, 'base') ?? []);
  return costs.length < 2 ? null : sampleStandardDeviation(costs) / mean(costs);
}
