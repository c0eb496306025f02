/** One block: a fresh pair of processes, warmed up, loaded, metered, ended. */

import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Pairs } from '../../config/experiment/server.ts';
import type { BlockPlan, SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { besideOf } from '../arms/look-beside.ts';
import { reconnect } from '../arms/reconnect.ts';
import type { LiveArms } from '../arms/running-arms.ts';
import { CalibratorSlices } from '../calibrator/slices.ts';
import type { RunContext } from '../context/run-context.ts';
import { type FailedRequest, withServerOutput } from '../loading/failed-requests.ts';
import { assertSound, noteSurvival, type Sliced } from '../loading/load-blame.ts';
import { type Alone, outlast } from '../loading/outlast.ts';
import { assertAnswered } from '../loading/work-units.ts';
import type { BlockMeasurement, RunnerObservation } from '../observed/measurement.ts';
import { RunnerProbe } from '../probes/machine-noise.ts';
import { type LoadWindow, type LoadWindowPlan, runLoadWindow } from './load-window.ts';

/**
 * Measures one block. `start` starts the arms that are needed next, and no others; they are ended
 * here. A live pair is started once, the arms of an exclusive one after the other.
 */
export async function runBlock(
  context: RunContext,
  scenario: Scenario,
  plan: SubjectPlan,
  block: BlockPlan,
  start: (window: LoadWindowPlan) => Promise<LiveArms>,
): Promise<{ block: BlockMeasurement; samples: FailedRequest[] }> {
  const windows: LoadWindow[] = [];
  const samples: FailedRequest[] = [];
  const probe = new RunnerProbe(context);
  let calibrated: Pick<BlockMeasurement, 'calibrator'> = {};
  for (const part of windowsOf(plan.pairs, block)) {
    await using live = await start(part);
    await using calibrator = await calibratorFor(context, scenario, block);
    try {
      const window = await runLoadWindow(context, live, scenario, plan, part, probe, calibrator);
      windows.push(window);
      samples.push(...withServerOutput(window.samples, live.servers));
      if (calibrator !== null) calibrated = { calibrator: calibrator.observed() };
      // By now they have loaded what they load late.
      for (const [arm, { tree }] of live.servers) context.programs.saw(plan.server, arm, tree());
    } catch (error) {
      noteSurvival(live, error);
      throw error;
    }
  }
  const beside = besideOf(context.neighbours, plan.server);
  return {
    samples,
    block: { ...asOne(windows, plan.pairs, block, probe.observed()), ...calibrated, ...beside },
  };
}

/**
 * The arm's part of a block by itself, and then the same load for longer than the other arm had survived. Nothing of it is
 * kept: it shows only whether the arm works. Rejects with its failure.
 */
export async function tryBlock(
  context: RunContext,
  scenario: Scenario,
  plan: SubjectPlan,
  { block, arm, survived, mostFailed }: { block: BlockPlan; arm: Arm } & Alone,
  start: (window: LoadWindowPlan) => Promise<LiveArms>,
): Promise<void> {
  const part = windowOf(block, arm);
  await using live = await start(part);
  await runLoadWindow(context, live, scenario, plan, part, new RunnerProbe(context));
  const check = (sliced: Sliced) => void assertAnswered(live, scenario, arm, sliced);
  const chunk = plan.sliceRequests;
  if (survived !== null) {
    // It was asked for its answers meanwhile, without the load's connections.
    await reconnect(context, live, arm, { wasLoaded: true });
    await outlast(context, live, arm, { survived, chunk, check });
  }
  assertSound(live, arm, mostFailed);
}

/** Null where head is compared with base, or with nothing. */
async function calibratorFor(
  context: RunContext,
  scenario: Scenario,
  { calibratorOrder = '' }: BlockPlan,
): Promise<CalibratorSlices | null> {
  return calibratorOrder === ''
    ? null
    : await CalibratorSlices.start(context, scenario, calibratorOrder);
}

function windowsOf(pairs: Pairs, block: BlockPlan): LoadWindowPlan[] {
  if (pairs === 'live') return [block];
  return block.startOrder.map((arm) => windowOf(block, arm));
}

/** What one arm does of a block by itself. */
function windowOf(block: BlockPlan, arm: Arm): LoadWindowPlan {
  return {
    startOrder: [arm],
    connectOrder: [arm],
    warmupOrder: [arm],
    sliceOrder: ownLetters(block.sliceOrder, arm),
    latencyOrder: ownLetters(block.latencyOrder, arm),
    steadyOrder: block.steadyOrder.filter((other) => other === arm),
  };
}

function ownLetters(order: string, arm: Arm): string {
  return [...order].filter((letter) => letter === arm[0]).join('');
}

function asOne(
  windows: readonly LoadWindow[],
  pairs: Pairs,
  { index, sliceOrder, latencyOrder }: BlockPlan,
  runner: RunnerObservation,
): BlockMeasurement {
  const slices = windows.flatMap((window) => window.slices);
  return {
    index,
    pairs,
    sliceOrder,
    // What is left out is below the clock's own noise.
    sliceUs: slices.map((slice) => Number(slice.durationUs.toFixed(1))),
    sliceGood: slices.map((slice) => slice.good),
    latencyOrder: pairs === 'live' ? latencyOrder : '',
    runner,
    arms: Object.fromEntries(windows.flatMap(({ arms }) => [...arms])),
  };
}
