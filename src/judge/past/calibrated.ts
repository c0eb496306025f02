/** Head against the calibrator in one block, and over a run. */
import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { CalibratorObservation, PathObservation } from '../../measure/observed/calibrator.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import {
  CalibratedMetric,
  type CalibratedValue,
  type CalibratorRates,
} from '../../measure/observed/past-runs.ts';
import { cpuSecondsPerRequest } from '../figures/cpu.ts';
import { SLICE_TRIM, trimmedMeanOfLogs } from '../figures/trimmed.ts';
import { slicePairValue } from '../rule/estimate.ts';

export function isCalibrated(metric: MetricName): metric is CalibratedMetric {
  return CalibratedMetric.safeParse(metric).success;
}

/** ln(cost of head ÷ cost of the calibrator's work); null where the block cannot tell. */
export function calibratedCost(metric: CalibratedMetric, block: BlockMeasurement): number | null {
  const { calibrator } = block;
  if (calibrator === undefined || calibrator.order === '') return null;
  if (metric === 'throughput') return slicePairValue(asPair(block, calibrator));
  const [head, own] = [cpuSecondsPerRequest(block, 'head'), cpuSecondsOf(calibrator.work)];
  return head === null || own === null || head <= 0 ? null : Math.log(head / own);
}

/** ln(cost of its light path ÷ cost of its work). */
export function lightCost(
  metric: CalibratedMetric,
  { calibrator }: BlockMeasurement,
): number | null {
  if (calibrator === undefined || calibrator.order === '') return null;
  const { work, light } = calibrator;
  if (metric === 'cpu') {
    const [one, other] = [cpuSecondsOf(light), cpuSecondsOf(work)];
    return one === null || other === null ? null : Math.log(one / other);
  }
  // Each slice of one stands beside one of the other.
  const ratios = light.sliceUs.map((us, i) => us / (work.sliceUs[i] as number));
  const log = trimmedMeanOfLogs(ratios, SLICE_TRIM);
  return log === null ? null : log - Math.log(light.requests / work.requests);
}

/** The same of the values themselves, whichever way is good. Only throughput has the other sign than its cost. */
export function ofValue(metric: CalibratedMetric, cost: number): number {
  return metric === 'throughput' ? -cost : cost;
}

/** Over a run's blocks; null with fewer than two that can tell. */
export function calibratedValue(
  metric: CalibratedMetric,
  blocks: readonly BlockMeasurement[],
): CalibratedValue | null {
  const known = blocks.flatMap((block) => {
    const [log, light] = [calibratedCost(metric, block), lightCost(metric, block)];
    if (log === null || light === null) return [];
    if (!Number.isFinite(log) || !Number.isFinite(light)) return [];
    return [{ log: ofValue(metric, log), light: ofValue(metric, light) }];
  });
  if (known.length < 2) return null;
  const logs = known.map(({ log }) => log);
  return {
    log: mean(logs),
    light: mean(known.map(({ light }) => light)),
    sd: sampleStandardDeviation(logs),
    blocks: known.length,
  };
}

/** The calibrator's own requests per second: medians over the slices of a block, and over the blocks of a run. */
export function calibratorRates(blocks: readonly BlockMeasurement[]): CalibratorRates {
  const rateOf = (path: 'work' | 'light') => {
    const rates = blocks.flatMap(({ calibrator }) => {
      const own = calibrator?.[path];
      if (own === undefined || own.sliceUs.length === 0) return [];
      return [(1e6 * own.requests) / median([...own.sliceUs])];
    });
    return rates.length === 0 ? null : median(rates);
  };
  return { work: rateOf('work'), light: rateOf('light') };
}

/** Its slices in base's place, as in a live pair. */
export function asPair(
  block: BlockMeasurement,
  calibrator: CalibratorObservation,
): BlockMeasurement {
  const sliceUs: number[] = [];
  const sliceGood: number[] = [];
  let [own, heads] = [0, 0];
  for (const letter of calibrator.order) {
    if (letter === 'c') {
      sliceUs.push(calibrator.work.sliceUs[own++] as number);
      sliceGood.push(calibrator.work.requests);
    } else {
      sliceUs.push(block.sliceUs[heads] as number);
      sliceGood.push(block.sliceGood[heads++] as number);
    }
  }
  const { index, runner } = block;
  const sliceOrder = calibrator.order.replaceAll('c', 'b');
  return {
    index,
    pairs: 'live',
    sliceOrder,
    sliceUs,
    sliceGood,
    latencyOrder: '',
    runner,
    arms: {},
  };
}

function cpuSecondsOf({ cpuMs, requests }: PathObservation): number | null {
  const costs = (cpuMs ?? []).map((ms) => ms / requests).filter((cost) => cost > 0);
  const log = trimmedMeanOfLogs(costs);
  return log === null ? null : Math.exp(log) / 1000;
}
