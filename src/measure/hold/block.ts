/** One block of a hold: the arms one after the other, each with all of its connections. */

import { workOf } from '../../config/experiment/describe-load.ts';
import type { HoldScenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { type OpenedHold, openHold } from '../../load/hold/hold.ts';
import type { HoldSample } from '../../load/hold/results.ts';
import type { ErrorSample } from '../../load/results.ts';
import { isOfHandshake } from '../../load/unexpected.ts';
import type { BlockPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { exitHeard } from '../arms/running-arms.ts';
import { type AloneArm, armsOf, startAlone } from '../arms/start-alone.ts';
import type { RunContext } from '../context/run-context.ts';
import { latencyObservation } from '../loading/latency-observation.ts';
import type { ArmObservation } from '../observed/arm-observation.ts';
import type { BlockMeasurement } from '../observed/measurement.ts';
import { RunnerProbe } from '../probes/machine-noise.ts';
import { peakOf, pssOf, rssOf } from '../probes/memory.ts';
import { assertOwner } from '../ready/ready.ts';
import { askHeld } from '../rounds/rounds.ts';
import type { RunningServer } from '../servers/server.ts';

/**
 * Measures one block, in the order in which its arms are to be started. Rejects with the failure of an arm
 * that does not start, opens nothing or ends meanwhile. `start` is for whoever starts more patiently.
 */
export async function runHoldBlock(
  context: RunContext,
  server: Server,
  scenario: HoldScenario,
  block: BlockPlan,
  start: (arm: Arm) => Promise<AloneArm<HoldScenario>> = (arm) =>
    startAlone(context, server, scenario, arm),
): Promise<{ block: BlockMeasurement; samples: ErrorSample[] }> {
  const arms: Partial<Record<Arm, ArmObservation>> = {};
  const samples: ErrorSample[] = [];
  const probe = new RunnerProbe(context);
  for (const arm of block.startOrder) {
    probe.spin();
    await using alone = await start(arm);
    const seen = await holdOne(context, alone);
    context.programs.saw(server.name, arm, alone.running.tree());
    arms[arm] = seen.observation;
    samples.push(...seen.samples.map((sample) => ({ arm, ...sample })));
  }
  const { index, sliceOrder } = block;
  return {
    samples,
    block: {
      index,
      pairs: 'exclusive',
      sliceOrder,
      sliceUs: [],
      sliceGood: [],
      latencyOrder: '',
      runner: probe.observed(),
      arms,
    },
  };
}

/** One arm's hold by itself, of which nothing is kept: it shows only whether the arm works. Rejects with its failure. */
export async function tryHoldBlock(
  context: RunContext,
  server: Server,
  scenario: HoldScenario,
  arm: Arm,
  mostFailed: number,
): Promise<void> {
  await using alone = await startAlone(context, server, scenario, arm);
  const { observation, samples } = await holdOne(context, alone);
  const { good, attempted } = observation;
  if (attempted - good <= mostFailed * attempted) return;
  const seen = samples[0]?.message ?? 'no expected answer';
  const what = `${attempted - good} of ${attempted} ${workOf(scenario)}s were not answered as expected; for example: ${seen}`;
  throw alone.running.failure('no-answer', what, { answer: samples[0]?.answer ?? null, good });
}

async function holdOne(
  context: RunContext,
  alone: AloneArm<HoldScenario>,
): Promise<{ observation: ArmObservation; samples: HoldSample[] }> {
  const { signal, cores } = context;
  const { arm, running, target, startMs } = alone;
  await using hold = await openHold({ arm, target, cores: cores.generator, signal });
  const rssBeforeBytes = rssOf(running.tree());
  const opened = await hold.open();
  await assertOpened(running, opened);
  const held = await hold.hold();
  // The same tree for all three: to look it up costs time.
  const pids = running.tree();
  const [rss, pss, peakBytes] = [rssOf(pids), pssOf(pids), peakOf(pids)];
  // With all connections open, and everything of them measured.
  await askHeld(context, armsOf(alone), arm);
  const closed = await hold.close();
  await assertAlive(running);
  await assertOwner(running);
  return {
    samples: [...opened.samples, ...held.samples, ...closed.samples],
    observation: {
      startMs: Number(startMs.toFixed(1)),
      good: held.good,
      attempted: held.scheduled,
      errors: held.errors,
      cpuMs: null,
      cpuTicksMs: null,
      busiestThreadMs: null,
      generatorBusy: 0,
      memoryAfter: [held.scheduled],
      rssBytes: rss === null ? [] : [rss],
      pssBytes: pss === null ? [] : [pss],
      peakBytes,
      latency: latencyObservation(target.scenario.perSecond, held.segments),
      steady: null,
      hold: {
        opened: opened.opened,
        refused: opened.refused,
        timedOut: opened.timedOut,
        dropped: closed.dropped,
        openMs: Number(opened.openMs.toFixed(1)),
        connectP50Us: opened.connects.quantile(0.5),
        connectP99Us: opened.connects.quantile(0.99),
        connectMaxUs: opened.connects.max,
        rssBeforeBytes,
        rssHeldBytes: rss,
      },
    },
  };
}

/** Throws the failure of a server to which not one connection could be opened. */
export async function assertOpened(
  server: RunningServer,
  { opened, samples }: OpenedHold,
): Promise<void> {
  if (opened > 0) return;
  await assertAlive(server);
  const why = samples[0]?.message ?? 'no connection opened';
  throw server.failure(
    'connect',
    `the server was ready, but no connection could be opened: ${why}`,
    { answer: samples[0]?.answer ?? null, isHandshake: isOfHandshake(why) },
  );
}

/** Throws the failure of a server whose start command has ended. */
export async function assertAlive(server: RunningServer): Promise<void> {
  await exitHeard();
  const ended = server.ended();
  if (ended === null) return;
  throw server.failure('exited', `the server ended while connections were held (${ended})`);
}
