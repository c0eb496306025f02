/** What a scripted arm would have shown in one block of this plan: the schema's whole observation, without a server. */
import type { Scenario } from '../../src/config/experiment/scenario.ts';
import type { ArmObservation } from '../../src/measure/observed/arm-observation.ts';
import type { CalibratorObservation } from '../../src/measure/observed/calibrator.ts';
import type {
  BlockMeasurement,
  RunnerObservation,
} from '../../src/measure/observed/measurement.ts';
import type { BlockPlan, SubjectPlan } from '../../src/plan/plan.ts';
import type { Arm } from '../../src/terms/arm.ts';
import { repeat } from './block.ts';
import { type ArmScript, PLAIN } from './script.ts';

/** Length of a run of a load command. */
export const COMMAND_RUN_MS = 200;
const MEMORY_SAMPLES = 4;
const NO_ERRORS = { connect: 0, timeout: 0, closed: 0, protocol: 0, status: 0, body: 0 };

export type WholeArm = Required<Omit<ArmScript, 'fails'>> & Pick<ArmScript, 'fails'>;

export function wholeArm(...scripts: readonly (ArmScript | undefined)[]): WholeArm {
  return Object.assign({}, PLAIN, ...scripts);
}

/** `factor`: what head's block costs more than the script says, for noise. */
export function scriptedBlock(
  { plan, block, scenario }: { plan: SubjectPlan; block: BlockPlan; scenario: Scenario },
  arms: Partial<Record<Arm, WholeArm>>,
  { factor, runner }: { factor: number; runner: RunnerObservation },
): BlockMeasurement {
  const isHold = scenario.kind === 'hold';
  const order = isHold ? '' : block.sliceOrder;
  const slices = [...order].map((letter) => {
    const arm: Arm = letter === 'h' ? 'head' : 'base';
    const { rate, errors } = arms[arm] as WholeArm;
    const perSecond = arm === 'head' ? rate / factor : rate;
    const work =
      scenario.kind === 'command' ? (perSecond * COMMAND_RUN_MS) / 1000 : plan.sliceRequests;
    return { us: (1e6 * work) / perSecond, good: Math.round(work * (1 - errors)), work, arm };
  });
  const observed = (arm: Arm, script: WholeArm): ArmObservation => {
    const cost = arm === 'head' ? factor : 1;
    const own = slices.filter((slice) => slice.arm === arm);
    const total = (key: 'good' | 'work') => Math.round(own.reduce((sum, one) => sum + one[key], 0));
    if (isHold) return holdObservation(scenario, script);
    const { cpuUs, rssMib, stallMs, rate } = script;
    const [good, attempted] = [total('good'), total('work')];
    // Of a live pair both arms' slices are in every group.
    const groups = Math.ceil((plan.pairs === 'live' ? slices.length : own.length) / 4);
    const samples = groups === 0 ? 0 : MEMORY_SAMPLES;
    const cpuMs = groups === 0 ? 0 : (Math.max(1, good) / groups / 1000) * cpuUs * cost;
    const rss = repeat(Math.round(rssMib * 2 ** 20), samples);
    return {
      startMs: 120,
      good,
      attempted,
      errors: { ...NO_ERRORS, status: attempted - good },
      cpuMs: repeat(cpuMs, groups),
      cpuTicksMs: 10 * Math.round((groups * cpuMs) / 10),
      busiestThreadMs: groups * cpuMs,
      generatorBusy: 0.4,
      memoryAfter: rss.map((_, i) => Math.round(((i + 1) * attempted) / MEMORY_SAMPLES)),
      rssBytes: rss,
      pssBytes: rss,
      peakBytes: rss[0] ?? null,
      latency: block.latencyOrder === '' ? null : latencyObservation(plan, script, cost),
      steady:
        plan.phases.steadyMs === null || block.steadyOrder.length === 0
          ? null
          : {
              windows: repeat(Math.round(rate / 10), Math.floor(plan.phases.steadyMs / 100)),
              longestStallMs: stallMs,
            },
      hold: null,
    };
  };
  const { index, latencyOrder, calibratorOrder } = block;
  return {
    ...(calibratorOrder === undefined ? {} : { calibrator: calibratorOf(calibratorOrder) }),
    index,
    pairs: plan.pairs,
    sliceOrder: order,
    sliceUs: slices.map(({ us }) => Number(us.toFixed(1))),
    sliceGood: slices.map(({ good }) => good),
    latencyOrder: plan.pairs === 'live' ? latencyOrder : '',
    runner,
    arms: Object.fromEntries(
      Object.entries(arms).map(([arm, script]) => [arm, observed(arm as Arm, script)]),
    ),
  };
}

/** Always as fast, as it is meant to be: 10,000 requests of work a second and 100,000 light ones, always on the CPU. */
function calibratorOf(order: string): CalibratorObservation {
  const own = [...order].filter((letter) => letter === 'c').length;
  const path = (requests: number) => ({
    requests,
    sliceUs: repeat(12_000, own),
    cpuMs: repeat(12, own),
  });
  return { order, work: path(120), light: path(1200), startMs: 100 };
}

function latencyObservation(
  { phases: { latency } }: SubjectPlan,
  { cpuUs, p50Us, p90Us, p99Us }: WholeArm,
  cost: number,
): ArmObservation['latency'] {
  if (latency === null) return null;
  const { perSecond, segmentRequests, segmentsPerArm } = latency;
  const observation = openLoopObservation(perSecond, repeat(segmentRequests, segmentsPerArm), {
    p50Us: p50Us * cost,
    p90Us: p90Us * cost,
    p99Us: p99Us * cost,
  });
  const cpuMs = repeat((segmentRequests * cpuUs * cost) / 1000, segmentsPerArm);
  return { ...observation, cpuMs };
}

function openLoopObservation(
  perSecond: number,
  scheduled: readonly number[],
  quantiles: { p50Us: number; p90Us: number; p99Us: number },
): NonNullable<ArmObservation['latency']> {
  const { p50Us, p90Us, p99Us } = quantiles;
  return {
    perSecond,
    scheduled: scheduled.reduce((sum, one) => sum + one, 0),
    segments: {
      scheduled: [...scheduled],
      late: scheduled.map(() => 0),
      durationUs: scheduled.map((count) => (1e6 * count) / perSecond),
      p50Us: scheduled.map(() => p50Us),
      p90Us: scheduled.map(() => p90Us),
      p99Us: scheduled.map(() => p99Us),
    },
    ...quantiles,
    p999Us: 2 * p99Us,
    maxUs: 4 * p99Us,
    histogram: '',
  };
}

function holdObservation(
  { connections, perSecond, holdMs, openPerSecond }: Scenario & { kind: 'hold' },
  { refused, dropped, errors, rssMib, p50Us, p90Us, p99Us }: WholeArm,
): ArmObservation {
  const attempted = Math.max(1, Math.round((perSecond * holdMs) / 1000));
  const good = Math.round(attempted * (1 - errors));
  const rss = Math.round(rssMib * 2 ** 20);
  return {
    startMs: 120,
    good,
    attempted,
    errors: { ...NO_ERRORS, status: attempted - good },
    cpuMs: null,
    cpuTicksMs: null,
    busiestThreadMs: null,
    generatorBusy: 0,
    memoryAfter: [attempted],
    rssBytes: [rss],
    pssBytes: [rss],
    peakBytes: rss,
    latency: openLoopObservation(perSecond, [attempted], { p50Us, p90Us, p99Us }),
    steady: null,
    hold: {
      opened: connections - refused,
      refused,
      timedOut: 0,
      dropped,
      openMs: (1000 * connections) / openPerSecond,
      connectP50Us: p50Us,
      connectP99Us: p99Us,
      connectMaxUs: 2 * p99Us,
      rssBeforeBytes: Math.round(rss / 2),
      rssHeldBytes: rss,
    },
  };
}
