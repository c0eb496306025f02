/**
 * What trimming cuts away of a head beside the calibrator: stalls and work in few of its slices. The machine's own moments hit both, so what head
 * has beyond the calibrator is its own. Whether earlier runs had it too, nobody knows: the history keeps trimmed figures.
 */
import { mean, sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/measurement.ts';
import type { CalibratedMetric } from '../../measure/past-runs.ts';
import { logCost } from '../decide.ts';
import { armCost, estimatePaired, slicePairValue } from '../estimate.ts';
import { keptPairFigures } from '../figures.ts';
import type { Finding } from '../findings/finding.ts';
import { isShown, totalCost } from '../trim-excess.ts';
import { asPair, calibratedCost } from './calibrated.ts';

/** ln(cost ratio) to the calibrator of all slices, less the trimmed one: of time per request, and of CPU time. Null without a calibrator. */
export function excessBesideCalibrator(
  block: BlockMeasurement,
): Record<CalibratedMetric, number | null> | null {
  const { calibrator } = block;
  if (calibrator === undefined || calibrator.order === '') return null;
  const pair = asPair(block, calibrator);
  const rate = slicePairValue(pair);
  const { requests, cpuMs } = calibrator.work;
  const cpu = calibratedCost('cpu', block);
  const own = sum(cpuMs ?? []) / ((cpuMs ?? []).length * requests);
  const heads = sum(block.arms.head?.cpuMs ?? []) / sum(block.sliceGood);
  return {
    throughput:
      rate === null
        ? null
        : finite(Math.log(totalCost(pair, 'head') / totalCost(pair, 'base')) - rate),
    cpu: cpu === null ? null : finite(Math.log(heads / own) - cpu),
  };
}

/** What of head is shown to be left out of the judged figures; at most one warning for each. `tolerance`: fractions, as in the gate. */
export function rareOfHead(
  blocks: readonly BlockMeasurement[],
  tolerance: Readonly<Record<CalibratedMetric, number>>,
): Finding[] {
  return (['throughput', 'cpu'] as const).flatMap((metric): Finding[] => {
    const key = metric === 'cpu' ? 'cpuExcess' : 'throughputExcess';
    const values = blocks.flatMap((block) => {
      const kept = keptPairFigures(block);
      return (kept === null ? excessBesideCalibrator(block)?.[metric] : kept[key]) ?? [];
    });
    const excess = estimatePaired(values);
    if (excess === null || excess.d <= 0) return [];
    if (!isShown(excess, logCost(metric, tolerance[metric]))) return [];
    const told = { severity: 'warning', subject: 'head' } as const;
    if (metric === 'throughput') {
      const data = { share: -Math.expm1(-excess.d), isPast: true } as const;
      return [{ code: 'rare-stalls', ...told, data }];
    }
    const share = Math.expm1(excess.d);
    const judged = mean(blocks.flatMap((block) => armCost('cpu', block, 'head') ?? []));
    const data = { share, seconds: judged * share, isPast: true } as const;
    return [{ code: 'rare-work', ...told, data }];
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
