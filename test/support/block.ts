/** Builds a block as a machine at rest would give it, from true log-ratios. */

import type { MetricName } from '../../src/config/experiment/metrics.ts';
import type { Pairs } from '../../src/config/experiment/server.ts';
import type { Arm } from '../../src/terms/arm.ts';
import type { BlockMeasurement, BlockPlan, RunnerObservation } from './draft.ts';

/** True d = ln(cost_head / cost_base) of one block, per metric; absent is 0. Positive: head is worse. */
export type BlockRatios = Partial<Record<MetricName, number>>;

/** Whose cost differs from block to block; the other arm's is always the same. `both`: each by half. */
export type NoiseOf = Arm | 'both';

/** What base does where nothing moves it. */
const BASE = { requestsPerSecond: 40_000, cpuUsPerRequest: 20, rssBytes: 50 * 1024 ** 2 };
const LATENCY_US = { p50Us: 400, p90Us: 700, p99Us: 1500, p999Us: 4000, maxUs: 9000 };
export const SLICE_REQUESTS = 1000;
const MEMORY_SAMPLES = 4;
export const SEGMENTS = 10;
/** Of the open loop, per second and in all. */
export const OPEN_LOOP_LOAD = { perSecond: 24_000, scheduled: 24_000 };

const NO_ERRORS = { connect: 0, timeout: 0, closed: 0, protocol: 0, status: 0, body: 0 };

/** One whose values give back these ratios. */
export function blockOf(
  plan: BlockPlan | undefined,
  index: number,
  { arms, pairs, noiseOf = 'head' }: { arms: readonly Arm[]; pairs: Pairs; noiseOf?: NoiseOf },
  ratios: BlockRatios,
): BlockMeasurement {
  const { sliceOrder = '', latencyOrder = '' } = plan ?? {};
  const letters = [...sliceOrder];
  const cost = (arm: Arm, metric: MetricName) => {
    const d = ratios[metric] ?? 0;
    if (noiseOf === 'both') return Math.exp(arm === 'head' ? d / 2 : -d / 2);
    if (arm !== noiseOf) return 1;
    return Math.exp(arm === 'head' ? d : -d);
  };
  const sliceMs = (arm: Arm) =>
    ((1e3 * SLICE_REQUESTS) / BASE.requestsPerSecond) * cost(arm, 'throughput');
  const armOf = (letter: string): Arm => (letter === 'h' ? 'head' : 'base');
  const block: BlockMeasurement = {
    index,
    pairs,
    sliceOrder,
    sliceUs: letters.map((letter) => 1e3 * sliceMs(armOf(letter))),
    sliceGood: letters.map(() => SLICE_REQUESTS),
    latencyOrder: pairs === 'live' ? latencyOrder : '',
    runner: { ...UNDISTURBED },
    arms: {},
  };
  for (const arm of arms) {
    const slices = letters.filter((letter) => armOf(letter) === arm).length;
    const good = slices * SLICE_REQUESTS;
    // Of a live pair both arms' slices are in every group.
    const groups = Math.ceil((pairs === 'live' ? letters.length : slices) / 4);
    const cpuMs = (good / groups / 1e3) * BASE.cpuUsPerRequest * cost(arm, 'cpu');
    block.arms[arm] = {
      startMs: 120,
      good,
      attempted: good,
      errors: { ...NO_ERRORS },
      cpuMs: repeat(cpuMs, groups),
      cpuTicksMs: 10 * Math.round((groups * cpuMs) / 10),
      busiestThreadMs: groups * cpuMs,
      generatorBusy: 0.5,
      memoryAfter: Array.from({ length: MEMORY_SAMPLES }, (_, i) =>
        Math.round(((i + 1) * good) / MEMORY_SAMPLES),
      ),
      rssBytes: repeat(Math.round(BASE.rssBytes * cost(arm, 'memory')), MEMORY_SAMPLES),
      pssBytes: repeat(Math.round(BASE.rssBytes * cost(arm, 'pss')), MEMORY_SAMPLES),
      peakBytes: Math.round(BASE.rssBytes * cost(arm, 'peak-memory')),
      latency: {
        ...OPEN_LOOP_LOAD,
        // What a request costs does not depend on how many there are.
        cpuMs: repeat(
          (OPEN_LOOP_LOAD.scheduled / SEGMENTS / 1e3) * BASE.cpuUsPerRequest * cost(arm, 'cpu'),
          SEGMENTS,
        ),
        segments: {
          scheduled: repeat(OPEN_LOOP_LOAD.scheduled / SEGMENTS, SEGMENTS),
          late: repeat(0, SEGMENTS),
          durationUs: repeat(
            (1e6 * OPEN_LOOP_LOAD.scheduled) / OPEN_LOOP_LOAD.perSecond / SEGMENTS,
            SEGMENTS,
          ),
          p50Us: repeat(LATENCY_US.p50Us * cost(arm, 'p50'), SEGMENTS),
          p90Us: repeat(LATENCY_US.p90Us * cost(arm, 'p90'), SEGMENTS),
          p99Us: repeat(LATENCY_US.p99Us * cost(arm, 'p99'), SEGMENTS),
        },
        p50Us: LATENCY_US.p50Us * cost(arm, 'p50'),
        p90Us: LATENCY_US.p90Us * cost(arm, 'p90'),
        p99Us: LATENCY_US.p99Us * cost(arm, 'p99'),
        p999Us: LATENCY_US.p999Us * cost(arm, 'p999'),
        maxUs: LATENCY_US.maxUs * cost(arm, 'max'),
        histogram: '',
      },
      steady: null,
      hold: null,
    };
  }
  return block;
}

/** A machine that did nothing else. */
export const UNDISTURBED: RunnerObservation = {
  steal: 0,
  throttled: 0,
  pressure: 0,
  foreign: 0,
  spinWallUs: repeat(2000, 8),
  spinCpuUs: repeat(2000, 8),
};

/** The same value this many times. */
export function repeat<T>(value: T, times: number): T[] {
  return Array.from({ length: times }, () => value);
}
