/**
 * What trimming cuts away of a head beside the calibrator: stalls and work in few of its slices. The machine's own moments hit both, so what head
 * has beyond the calibrator is its own, and is compared with what it had in the earlier runs. Where these are of before it was kept, nobody knows
 * whether it is new.
 */
import { mean, sampleStandardDeviation, sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { CalibratedMetric } from '../../measure/observed/past-runs.ts';
import { keptPairFigures } from '../figures/kept-figures.ts';
import type { Finding } from '../findings/finding.ts';
import { logCost } from '../rule/decide.ts';
import { type Estimate, estimatePaired, slicePairValue } from '../rule/estimate.ts';
import { isShown, rareFinding, type TrimExcess, totalCost } from '../rule/trim-excess.ts';
import { asPair, calibratedCost } from './calibrated.ts';
import { type Chosen, RUNS_AT_LEAST } from './chosen.ts';

/** ln(cost ratio) to the calibrator of all slices, less the trimmed one: of time per request, and of CPU time. Null without a calibrator. */
export function excessBesideCalibrator(
  block: BlockMeasurement,
): Record<CalibratedMetric, number | null> | null {
  const { calibrator } = block;
  if (calibrator === undefined || calibrator.order === '') return null;
  const pair = asPair(block, calibrator);
  const rate = slicePairValue(pair);
  const total = Math.log(totalCost(pair, 'head') / totalCost(pair, 'base'));
  const { requests, cpuMs } = calibrator.work;
  const cpu = calibratedCost('cpu', block);
  const own = sum(cpuMs ?? []) / ((cpuMs ?? []).length * requests);
  const heads = sum(block.arms.head?.cpuMs ?? []) / sum(block.sliceGood);
  return {
    throughput: rate === null ? null : finite(total - rate),
    cpu: cpu === null ? null : finite(Math.log(heads / own) - cpu),
  };
}

/** Over a run's blocks, as the history keeps it; null where no block can tell. */
export function rareOf(
  metric: CalibratedMetric,
  blocks: readonly BlockMeasurement[],
): number | null {
  const values = excesses(metric, blocks);
  return values.length === 0 ? null : mean(values);
}

/**
 * `rare`: head does more of it than in the earlier runs, which can forbid to pass. `warnings`: head does some, and the earlier runs do not say
 * whether they did. `tolerance`: fractions, as in the gate.
 */
export function rareAgainst(
  { runs }: Pick<Chosen, 'runs'>,
  blocks: readonly BlockMeasurement[],
  tolerance: Readonly<Record<CalibratedMetric, number>>,
): { rare: TrimExcess[]; warnings: Finding[] } {
  const rare: TrimExcess[] = [];
  const warnings: Finding[] = [];
  for (const metric of ['throughput', 'cpu'] as const) {
    const now = estimatePaired(excesses(metric, blocks));
    if (now === null) continue;
    const known = runs.flatMap(({ metrics }) => metrics[metric]?.rare ?? []);
    const isKnown = known.length >= RUNS_AT_LEAST;
    const excess = isKnown ? againstRuns(now, known) : now;
    if (excess.d <= 0 || !isShown(excess, logCost(metric, tolerance[metric]))) continue;
    const past = isKnown ? 'more' : 'unknown';
    const finding = rareFinding(metric, { excess: excess.d, blocks }, { past });
    if (isKnown) rare.push({ metric, excess: excess.d, finding });
    else warnings.push(finding);
  }
  return { rare, warnings };
}

/** One more run by the earlier ones, which are the samples; what its own blocks leave open comes on top. */
function againstRuns({ d, se }: Estimate, known: readonly number[]): Estimate {
  const sd = sampleStandardDeviation([...known]);
  return {
    d: d - mean([...known]),
    se: Math.hypot(sd * Math.sqrt(1 + 1 / known.length), se),
    sd,
    degreesOfFreedom: known.length - 1,
    blocks: known.length,
  };
}

function excesses(metric: CalibratedMetric, blocks: readonly BlockMeasurement[]): number[] {
  const key = metric === 'cpu' ? 'cpuExcess' : 'throughputExcess';
  return blocks.flatMap((block) => {
    const kept = keptPairFigures(block);
    return (kept === null ? excessBesideCalibrator(block)?.[metric] : kept[key]) ?? [];
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
