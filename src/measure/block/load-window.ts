/** Load on arms that were just started: warmed up in turn, sliced and metered, then the phases. */

import type { Scenario } from '../../config/experiment/scenario.ts';
import type { ErrorSample, SliceResult } from '../../load/results.ts';
import { armsOf } from '../../plan/order.ts';
import type { BlockPlan, SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { lookBeside } from '../arms/look-beside.ts';
import type { LiveArms } from '../arms/running-arms.ts';
import type { CalibratorSlices } from '../calibrator/slices.ts';
import type { RunContext } from '../context/run-context.ts';
import { loadSlices } from '../loading/load-blame.ts';
import type { ArmObservation } from '../observed/arm-observation.ts';
import { BesideMeter } from '../probes/beside-meter.ts';
import type { RunnerProbe } from '../probes/machine-noise.ts';
import { Meter } from '../probes/process-meter.ts';
import { askAfter, askUnderLoad } from '../rounds/rounds.ts';
import { changeOver } from './change-over.ts';
import { leadInOf } from './lead-in.ts';
import { countsOf, Watch } from './load-watchdog.ts';
import { runOpenLoop } from './open-loop.ts';
import { type Pauses, startPauses } from './pauses.ts';
import { runSteady } from './steady.ts';

/** What is done with arms that are alive at once: a whole block of a live pair, or one arm of an exclusive one. */
export type LoadWindowPlan = Omit<BlockPlan, 'index'>;

export interface LoadWindow {
  slices: SliceResult[];
  samples: ErrorSample[];
  arms: Map<Arm, ArmObservation>;
}

/** Memory is sampled this often, always after the same numbers of requests. */
const MEMORY_SAMPLES = 8;
/** Slow requests and the long runs of a load tool come in one or two. */
const FEW_GROUPS = 3;

export async function runLoadWindow(
  context: RunContext,
  live: LiveArms,
  scenario: Scenario,
  plan: SubjectPlan,
  orders: LoadWindowPlan,
  probe: RunnerProbe,
  calibrator: CalibratorSlices | null = null,
): Promise<LoadWindow> {
  // Also before: who takes another's connections does so when they are opened.
  await live.assertOwners();
  await using pauses = pausesOf(context, live);
  const warming = new Watch(context, live, scenario, plan);
  const lead = leadInOf(scenario, plan, orders.sliceOrder || orders.latencyOrder);
  for (const arm of orders.warmupOrder) {
    const { slices, samples } = await askUnderLoad(context, live, arm, () =>
      loadSlices(context, live, [arm], plan.warmupRequests - lead.workPerArm, plan.blockMs),
    );
    live.assertAlive();
    warming.saw(slices, samples);
  }

  // By now the servers are connected to whatever they need.
  lookBeside(context, live, plan.server);
  await calibrator?.warmUp();
  if (lead.order.length > 0) {
    const { slices, samples } = await loadSlices(
      context,
      live,
      lead.order,
      plan.sliceRequests,
      plan.blockMs,
    );
    warming.saw(slices, samples);
  }
  const beside = new BesideMeter(context.neighbours, plan.server);
  const watch = new Watch(context, live, scenario, plan);
  const { slices, meters } = await runSlices(watch, orders.sliceOrder, {
    probe,
    beside,
    calibrator,
  });
  const usedBeside = new Map(meters.map(({ arm }) => [arm, besideOf(beside, arm)]));
  const latencies = await runOpenLoop(watch, orders.latencyOrder, meters);
  const steady = await runSteady(watch, orders.steadyOrder);
  live.assertAlive();
  await live.assertOwners();
  await pauses.finish();
  for (const arm of orders.startOrder) await askAfter(context, live, arm);
  const arms = meters.map((meter): [Arm, ArmObservation] => {
    const { arm } = meter;
    const startMs = live.startMs.get(arm) as number;
    return [
      arm,
      {
        startMs: Number(startMs.toFixed(1)),
        ...countsOf(watch.seen.filter((one) => one.arm === arm)),
        ...generatorIn(slices.filter((slice) => slice.arm === arm)),
        ...meter.observed(),
        ...usedBeside.get(arm),
        latency: latencies.get(arm) ?? null,
        steady: steady.get(arm) ?? null,
        hold: null,
      },
    ];
  });
  return { slices, samples: watch.samples, arms: new Map(arms) };
}

/** Slices in the planned order, metered. */
async function runSlices(
  watch: Watch,
  sliceOrder: string,
  {
    probe,
    beside,
    calibrator,
  }: { probe: RunnerProbe; beside: BesideMeter; calibrator: CalibratorSlices | null },
): Promise<{ slices: SliceResult[]; meters: Meter[] }> {
  const { context, live, scenario, plan } = watch;
  const meters = [...live.servers].map(([arm, server]) => new Meter(arm, server));
  const all: SliceResult[] = [];
  const groups = groupsOf(sliceOrder);
  const middle = Math.ceil(groups.length / 2);
  // Of so few samples growth needs the one before any work; a long block is read often enough without it.
  if (groups.length > 0 && groups.length < FEW_GROUPS) {
    for (const meter of meters) meter.sampleMemory(0);
  }
  for (const [index, group] of groups.entries()) {
    if (index === middle) changeOver(context, live);
    const calls = callsOf(scenario, group, beside);
    for (const order of calibrator === null ? calls : inTurn(group, calibrator.group(index))) {
      context.signal.throwIfAborted();
      if (order === null) {
        await calibrator?.slice();
        continue;
      }
      const { slices, samples } = await loadSlices(
        context,
        live,
        order,
        plan.sliceRequests,
        plan.blockMs,
      );
      if (order.length === 1) beside.charge(order[0] as Arm);
      all.push(...slices);
      watch.saw(slices, samples);
    }
    for (const meter of meters) meter.read();
    if (!isSampled(index, groups.length)) continue;
    probe.spin();
    beside.refresh();
    for (const meter of meters) {
      meter.sampleMemory(countsOf(all.filter(({ arm }) => arm === meter.arm)).attempted);
    }
  }
  return { slices: all, meters };
}

/** A self-test may slow head down by stopping it for a share of the time. */
function pausesOf({ injection }: RunContext, { servers }: LiveArms): Pauses {
  return startPauses(servers.get('head')?.tree() ?? [], injection?.pauses ?? 0);
}

/** The samples are spread over the groups; the last group has one. */
function isSampled(index: number, groups: number): boolean {
  const taken = (done: number) => Math.floor((done * Math.min(MEMORY_SAMPLES, groups)) / groups);
  return taken(index + 1) > taken(index);
}

/** The slice order in fours: the shortest window over which a drift hits both arms alike. */
function groupsOf(order: string): Arm[][] {
  const arms = armsOf(order);
  return Array.from({ length: Math.ceil(arms.length / 4) }, (_, i) => arms.slice(4 * i, 4 * i + 4));
}

/**
 * A command's runs are long, so each is a call of its own: a failure is told at once, and with its arm. So is each slice where
 * both arms use one database: what it works for whom is known by the time.
 */
function callsOf(scenario: Scenario, group: Arm[], { isShared }: BesideMeter): Arm[][] {
  return scenario.kind === 'command' || isShared ? group.map((arm) => [arm]) : [group];
}

/** One call a slice; null: one of the calibrator's. */
function inTurn(group: readonly Arm[], letters: string): (Arm[] | null)[] {
  let own = 0;
  return [...letters].map((letter) => (letter === 'c' ? null : [group[own++] as Arm]));
}

/** Absent where nothing runs beside the servers. */
function besideOf(beside: BesideMeter, arm: Arm): Pick<ArmObservation, 'besideMs'> {
  return beside.isThere ? { besideMs: beside.observed(arm) } : {};
}

/** Shares of the slices' wall time. */
function generatorIn(
  slices: readonly SliceResult[],
): Pick<ArmObservation, 'generatorBusy' | 'generatorQueued'> {
  const wallUs = slices.reduce((sum, slice) => sum + slice.durationUs, 0);
  if (wallUs === 0) return { generatorBusy: 0 };
  const share = (us: number) => Number((us / wallUs).toFixed(4));
  const cpuUs = slices.reduce((sum, slice) => sum + slice.generatorCpuUs, 0);
  const queued = slices.flatMap(({ generatorQueuedUs }) => generatorQueuedUs ?? []);
  const isKnown = queued.length > 0;
  return {
    generatorBusy: share(cpuUs),
    ...(isKnown && { generatorQueued: share(queued.reduce((sum, us) => sum + us, 0)) }),
  };
}
