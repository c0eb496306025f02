/** The noise that a subject met: what was expected of the machine, and what it did. */

import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { spinOf } from '../machine/spin.ts';
import { armCost, sdWith } from '../rule/estimate.ts';
import { runSdOf } from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import type { Noise } from '../verdict/verdict.ts';

export function noiseOf({ plan, measured: { blocks, replaced }, metrics }: SubjectState): Noise {
  const throughput = metrics.find(({ metric }) => metric === 'throughput');
  const steals = blocks.flatMap(({ runner }) => runner.steal ?? []);
  const spins = blocks.flatMap(({ runner }) => spinOf(runner) ?? []);
  const runSd = Math.max(...metrics.map(runSdOf), 0);
  return {
    expectedSd: plan?.forecast?.blockSd ?? null,
    sd: throughput === undefined ? null : blockSd(throughput),
    baseCv: baseSpread(blocks),
    steal: steals.length === 0 ? null : mean(steals),
    spin: spins.length === 0 ? null : median(spins),
    replaced: replaced.length,
    ...(runSd > 0 && { runSd }),
  };
}

/** Against earlier runs the estimate's own is how far these lie apart. */
function blockSd({ progress: { estimate }, against, values }: MetricState): number | null {
  if (estimate === null) return null;
  if (against.kind !== 'past') return sdWith(estimate, 0);
  return sampleStandardDeviation(values.filter((value) => value !== null));
}

/** Coefficient of variation of the base arm's throughput over the blocks: noise that pairing takes away. */
function baseSpread(blocks: readonly BlockMeasurement[]): number | null {
  const costs = blocks.flatMap((block) => armCost('throughput', block, 'base') ?? []);
  return costs.length < 2 ? null : sampleStandardDeviation(costs) / mean(costs);
}
