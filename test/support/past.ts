/** Measurements of head beside the calibrator, and the earlier runs that they are compared with. */

import { fingerprintOf } from '../../src/measure/environment/fingerprint.ts';
import type { PastRun, PastRuns } from '../../src/measure/observed/past-runs.ts';
import type { VerdictWord } from '../../src/terms/verdict-word.ts';
import type { BlockRatios } from './block.ts';
import { type BlockMeasurement, Measurement } from './draft.ts';
import { buildMeasurement, type MeasurementSpec } from './measurement.ts';

export const CALIBRATOR = 'c0ffee'.padEnd(64, '0');
/** The light path is ten times as fast as the work. */
const LIGHT = Math.log(10);
const SUBJECT = { server: 'api', scenario: 'plain' };

/** `cost`: of head against the calibrator, in ln, in each block. */
export function besideCalibrator(
  cost: readonly BlockRatios[],
  {
    runs = [],
    dim = 0,
    isKept,
    spec = {},
    edit = () => {},
  }: {
    runs?: readonly PastRun[];
    /** By so much is the calibrator's light path slower than usual, in ln. */
    dim?: number;
    /** The run is to be kept there, too. */
    isKept?: boolean;
    spec?: Partial<MeasurementSpec>;
    edit?: (measurement: Measurement) => void;
  } = {},
): Measurement {
  const measurement = buildMeasurement({
    slices: 16,
    ...spec,
    subjects: [{ blocks: cost, looks: [cost.length] }],
  });
  for (const plan of measurement.plan.subjects) {
    plan.blocks = plan.blocks.map((block) => {
      const calibratorOrder = block.sliceOrder.replaceAll('b', 'c');
      return {
        ...block,
        calibratorOrder,
        startOrder: ['head'],
        connectOrder: ['head'],
        warmupOrder: ['head'],
        sliceOrder: headsOf(block.sliceOrder),
        latencyOrder: headsOf(block.latencyOrder),
      };
    });
  }
  for (const subject of measurement.subjects) {
    subject.blocks = subject.blocks.map((block) => withCalibrator(block, dim));
    if (subject.pilot !== null) delete subject.pilot.arms.base;
  }
  measurement.plan.arms = ['head'];
  delete measurement.sources.base;
  edit(measurement);
  const { hash, parts } = fingerprintOf(measurement, SUBJECT, CALIBRATOR);
  const named = runs.map((run) => ({ ...run, fingerprint: run.fingerprint || hash }));
  measurement.past = {
    from: 'the folder history',
    ...(isKept === undefined ? {} : { isKept }),
    calibrator: CALIBRATOR,
    fingerprints: { [hash]: { ...parts }, ...othersOf(named, hash, parts) },
    subjects: [{ ...SUBJECT, runs: named.map((run) => ({ ...run, metrics: { ...run.metrics } })) }],
  };
  return Measurement.parse(measurement);
}

/** Of another machine, whose kernel is another one. */
function othersOf(
  runs: readonly PastRun[],
  hash: string,
  parts: Readonly<Record<string, string>>,
): PastRuns['fingerprints'] {
  const others = runs.filter((run) => run.fingerprint !== hash).map((run) => run.fingerprint);
  return Object.fromEntries(others.map((other) => [other, { ...parts, kernel: '6.8.0' }]));
}

/** Base's slices become the calibrator's; head's groups of two slices each become groups of four. */
function withCalibrator(block: BlockMeasurement, dim: number): BlockMeasurement {
  const { base, head } = block.arms;
  if (base === undefined || head === undefined) throw new Error('not a pair');
  const of = <T>(values: readonly T[], letter: string) =>
    values.filter((_, i) => block.sliceOrder[i] === letter);
  const inTwos = (values: readonly number[]) =>
    values.filter((_, i) => i % 2 === 0).map((value, i) => value + (values[2 * i + 1] ?? 0));
  const own = of(block.sliceUs, 'b');
  const requests = of(block.sliceGood, 'b')[0] ?? 1;
  const cpuMs = perSlice(base.cpuMs ?? []);
  const dimmed = (value: number) => value * Math.exp(dim);
  return {
    ...block,
    sliceOrder: headsOf(block.sliceOrder),
    latencyOrder: headsOf(block.latencyOrder),
    sliceUs: of(block.sliceUs, 'h'),
    sliceGood: of(block.sliceGood, 'h'),
    calibrator: {
      order: block.sliceOrder.replaceAll('b', 'c'),
      work: { requests, sliceUs: own, cpuMs },
      light: {
        requests: 10 * requests,
        sliceUs: own.map(dimmed),
        cpuMs: cpuMs.map(dimmed),
      },
      startMs: 100,
    },
    arms: { head: { ...head, cpuMs: inTwos(head.cpuMs ?? []) } },
  };
}

/** Of groups in which base has two slices each. */
function perSlice(groups: readonly number[]): number[] {
  return groups.flatMap((ms) => [ms / 2, ms / 2]);
}

function headsOf(order: string): string {
  return order.replaceAll('b', '');
}

/** Runs with these costs of head against the calibrator, in ln, one an hour; of this machine where no fingerprint is named. */
export function pastRuns(costs: readonly number[], edit: Partial<PastRun> = {}): PastRun[] {
  return costs.map((cost, hour) => ({
    at: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
    commit: hour.toString(16).padStart(40, '0'),
    fingerprint: '',
    verdict: 'unchanged' as VerdictWord,
    accepted: false,
    isBaseline: true,
    calibratorRates: { work: 40_000, light: 400_000 },
    metrics: {
      throughput: { log: -cost, light: LIGHT, sd: 0.01, blocks: 6 },
      cpu: { log: cost, light: -LIGHT, sd: 0.01, blocks: 6 },
    },
    ...edit,
  }));
}

/** So many values around a middle, always the same ones, whose standard deviation is about 1. */
export function scatter(count: number, by = 1): number[] {
  const shape = [0.4, -1.2, 0.9, -0.3, 1.4, -0.7, 0.1, -1.5, 1.1, -0.2];
  return Array.from({ length: count }, (_, i) => by * (shape[i % shape.length] as number));
}
