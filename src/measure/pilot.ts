/**
 * First contact with a subject, before any budget is spent: it must start, answer as expected and
 * survive autocannon's opening burst. What is seen here sizes the blocks.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { mean } from 'simple-statistics';
import type { Scenario } from '../config/scenario.ts';
import type { Server } from '../config/server.ts';
import { hasBurst, hasLatency, leastSliceMs } from '../load/capabilities.ts';
import type { BurstResult } from '../load/results.ts';
import type { Target } from '../load/target.ts';
import type { SliceEstimate } from '../plan/block-size.ts';
import { burstSeconds } from '../plan/burst-length.ts';
import { loadedWith } from '../plan/loaded-with.ts';
import type { PilotEstimate } from '../plan/pilot-estimate.ts';
import type { Arm } from '../terms/arm.ts';
import { checkAnswers } from './answer-check.ts';
import { askFresh } from './answers/rounds.ts';
import { assertServesAtOnce } from './at-once.ts';
import { lookBeside } from './beside/look.ts';
import { fitLoad, type Lowered } from './fit-load.ts';
import { assertSound, noteBurst, noteSurvival, type Sliced, serverFor } from './load-blame.ts';
import { type Alone, outlast } from './outlast.ts';
import { measureSliceSd } from './own-noise.ts';
import { assertOwnPrograms } from './own-programs.ts';
import { type ArmPilot, meetGroups, type PilotRun } from './pilot-run.ts';
import { RunnerProbe } from './probes/machine-noise.ts';
import { measureRate } from './rate.ts';
import type { RunContext } from './run-context.ts';
import { connect, type LiveArms, startLive } from './running-arms.ts';
import { assertAnswered, inFlightOf, unitOf } from './work-units.ts';

const LOOK_AFTER_MS = 300;
/** Of the machine's own noise, while nothing is loaded. */
const SPINS = 4;

/** What one arm showed, with what only the plan needs to know. */
interface Met {
  arm: Arm;
  seen: ArmPilot & { rate: number };
  /** Length of a run of a load command; null for every other load. */
  runMs: number | null;
  /** Work until it was steady. */
  warmUpWork: number;
}

/**
 * The arms meet as in the blocks: at once, or one after the other. `alone`: what an arm must show besides, when another
 * one has failed.
 */
export async function runPilot(
  context: RunContext,
  server: Server,
  asked: Scenario,
  arms: readonly Arm[],
  alone: Alone | null = null,
): Promise<PilotRun> {
  const together = server.pairs === 'live' ? [arms] : arms.map((arm) => [arm]);
  const met: Met[] = [];
  let sliceSd: number | null = null;
  let scenario = asked;
  let lowered: Lowered | null = null;
  const probe = new RunnerProbe(context);
  const reference = arms.includes('base') ? 'base' : arms[0];
  const meetAll = async (live: LiveArms, group: readonly Arm[]) => {
    for (const running of live.servers.values()) assertOwnPrograms(context, server, running);
    for (const arm of group) await askOf(context, live, scenario, arm);
    // Once for both arms: where these are met one after the other, the first decides.
    const fitted: Lowered | null =
      lowered === null ? await fitLoad(context, live, scenario, group) : null;
    if (fitted !== null) {
      lowered = fitted;
      scenario = loadedWith(scenario, fitted.to);
    }
    for (const arm of group) {
      probe.spin();
      const one = await meet(context, live, { server, scenario }, arm);
      met.push(one);
      if (alone !== null) await show(context, live, scenario, one, alone);
      if (arm !== reference) continue;
      sliceSd = await measureSliceSd(context, live, scenario, {
        arm,
        estimate: sliceEstimateOf(scenario, one),
      });
    }
    for (let i = 0; i < SPINS; i++) probe.spin();
  };
  const startMs = await meetGroups(together, {
    start: (group) =>
      startLive(context, server, scenario, {
        startOrder: group,
        connectOrder: group,
        look: (running, target) => assertServesAtOnce(context, running, target),
      }),
    startMs: (live) => Math.max(...live.startMs.values()),
    meet: (live, group) =>
      meetAll(live, group).catch((error: unknown) => {
        noteSurvival(live, error);
        throw error;
      }),
  });
  return {
    pilot: {
      arms: Object.fromEntries(met.map(({ arm, seen }) => [arm, seen])),
      ...(lowered === null ? {} : { lowered }),
      sliceSd,
      runner: probe.observed(),
    },
    estimate: estimateOf(scenario, met, startMs),
  };
}

/** Whether it answers as expected at all, and as the other arm does. */
async function askOf(
  context: RunContext,
  live: LiveArms,
  scenario: Scenario,
  arm: Arm,
): Promise<void> {
  context.signal.throwIfAborted();
  await checkAnswers(context, live, scenario, arm);
  if (context.answers === null) return;
  // A server may serve one connection at a time.
  await context.generator.close(arm);
  await askFresh(context, live, arm);
  await connect(context, serverFor(live, arm), live.targets.get(arm) as Target);
}

async function meet(
  context: RunContext,
  live: LiveArms,
  { server, scenario }: { server: Server; scenario: Scenario },
  arm: Arm,
): Promise<Met> {
  context.signal.throwIfAborted();
  // First of all, as a warm-up can be seen only once.
  const { rate, medianLatencyUs, runMs, inFlight, warmUp, warmUpWork } = await measureRate(
    context,
    live,
    { scenario, warmUpMs: server.warmUpMs ?? 0 },
    arm,
  );
  const burst = hasBurst(scenario)
    ? await burstOf(context, live, { server, seconds: burstSeconds(medianLatencyUs) }, arm)
    : null;
  if (burst === null) lookBeside(context, live, server.name);
  if (burst !== null) noteBurst(live, arm, burst);
  live.assertAlive();
  return {
    arm,
    runMs,
    warmUpWork,
    seen: {
      startMs: live.startMs.get(arm) as number,
      engine: live.engines.get(arm) as string,
      rate,
      medianLatencyUs,
      inFlight,
      warmUp,
      burst,
    },
  };
}

/** Also looks whom the server talks to: one that connects for each request does so now. */
async function burstOf(
  context: RunContext,
  live: LiveArms,
  { server, seconds }: { server: Server; seconds: number },
  arm: Arm,
): Promise<BurstResult> {
  const bursting = context.generator.burst(arm, seconds);
  const looking = sleep(LOOK_AFTER_MS).then(() => lookBeside(context, live, server.name));
  const [burst] = await Promise.all([bursting, looking]);
  return burst;
}

/** So much of the load that it takes about a tenth of a second. */
const CHUNK_S = 0.1;

async function show(
  context: RunContext,
  live: LiveArms,
  scenario: Scenario,
  { arm, seen, runMs }: Met,
  { survived, mostFailed }: Alone,
): Promise<void> {
  const unit = unitOf(scenario);
  const chunk = runMs === null ? unit * Math.ceil((seen.rate * CHUNK_S) / unit) : 1;
  const check = (sliced: Sliced) => void assertAnswered(live, scenario, arm, sliced);
  if (survived !== null) await outlast(context, live, arm, { survived, chunk, check });
  assertSound(live, arm, mostFailed);
}

function sliceEstimateOf(scenario: Scenario, { seen }: Pick<Met, 'seen'>): SliceEstimate {
  return {
    rate: seen.rate,
    medianLatencyUs: seen.medianLatencyUs,
    inFlight: inFlightOf(scenario),
    unit: unitOf(scenario),
    leastSliceMs: leastSliceMs(scenario),
  };
}

/** The reference arm is base, or head when it is alone. */
function estimateOf(scenario: Scenario, met: readonly Met[], startMs: number): PilotEstimate {
  const { seen, runMs } = met.find(({ arm }) => arm === 'base') ?? (met[0] as Met);
  const slowness =
    runMs === null
      ? mean(met.map((other) => seen.rate / other.seen.rate))
      : mean(met.map((other) => (other.runMs as number) / runMs));
  return {
    startMs,
    ...sliceEstimateOf(scenario, { seen }),
    keepsTime: hasLatency(scenario),
    runMs,
    slowness,
    // The same for both arms: what one of them needs, the other gets.
    warmUpWork: Math.max(...met.map((other) => other.warmUpWork)),
  };
}
