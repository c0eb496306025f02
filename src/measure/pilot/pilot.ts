/**
 * First contact with a subject, before any budget is spent: it must start, answer as expected and
 * survive autocannon's opening burst. What is seen here sizes the blocks.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { mean } from 'simple-statistics';
import { armNames } from '../../config/experiment/contenders.ts';
import { workOf } from '../../config/experiment/describe-load.ts';
import { subjectName } from '../../config/experiment/experiment.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { hasBurst, hasLatency, leastSliceMs } from '../../load/capabilities.ts';
import type { BurstResult } from '../../load/results.ts';
import type { Target } from '../../load/target.ts';
import { burstSeconds } from '../../plan/burst-length.ts';
import { loadedWith } from '../../plan/loaded-with.ts';
import type { CountedEstimate, RunsEstimate, SliceEstimate } from '../../plan/pilot-estimate.ts';
import type { Arm } from '../../terms/arm.ts';
import { lookBeside } from '../arms/look-beside.ts';
import { watchOwnAnswers } from '../arms/own-answers.ts';
import { connect, forEachArm, type LiveArms, serverFor, startLive } from '../arms/running-arms.ts';
import { tellDevelopment } from '../arms/tell-development.ts';
import { fitLoad } from '../connections/fit-load.ts';
import type { RunContext } from '../context/run-context.ts';
import { assertSound, noteBurst, noteSurvival, type Sliced } from '../loading/load-blame.ts';
import { type Alone, outlast } from '../loading/outlast.ts';
import { assertAnswered, inFlightOf, unitOf } from '../loading/work-units.ts';
import { connectionsIn, type Fit, type Fitted, fitOf, type Kept } from '../observed/fitted.ts';
import type { GoesOn } from '../observed/measurement.ts';
import { RunnerProbe } from '../probes/machine-noise.ts';
import { assertOwnPrograms } from '../programs/own-programs.ts';
import { askFresh, askLater } from '../rounds/rounds.ts';
import { checkAnswers } from './answer-check.ts';
import { assertServesAtOnce } from './at-once.ts';
import { AtRest, allThatGoOn } from './at-rest.ts';
import { measureSliceSd } from './own-noise.ts';
import { type ArmPilot, meetGroups, type PilotRun } from './pilot-run.ts';
import { measureRate, type Rate } from './rate.ts';
import { oddOneOut } from './second-look.ts';

const LOOK_AFTER_MS = 300;
/** Of the machine's own noise, while nothing is loaded. */
const SPINS = 4;

/** What one arm showed, with what only the plan needs to know. */
interface Met {
  arm: Arm;
  seen: ArmPilot;
  speed: Rate;
}

/**
 * The arms meet as in the blocks: at once, or one after the other. `alone`: what an arm must show besides, when another
 * one has failed. `kept`: with how many connections they are loaded; null: that is found out.
 */
export async function runPilot(
  context: RunContext,
  server: Server,
  asked: Scenario,
  arms: readonly Arm[],
  { alone = null, kept = null }: { alone?: Alone | null; kept?: Kept | null } = {},
): Promise<PilotRun> {
  const together = server.pairs === 'live' ? [arms] : arms.map((arm) => [arm]);
  const met: Met[] = [];
  let sliceSd: number | null = null;
  let scenario = loadedWith(asked, kept?.connections);
  let fit: Fit = kept?.fit ?? {};
  const probe = new RunnerProbe(context);
  const reference = arms.includes('base') ? 'base' : arms[0];
  const names = armNames(server);
  const step = (what: string) => context.remarks.step(what);
  const goOn: (GoesOn | null)[] = [];
  const meetAll = async (live: LiveArms, group: readonly Arm[]) => {
    for (const running of live.servers.values()) {
      assertOwnPrograms(context, server, running);
      tellDevelopment(context, server, running);
    }
    const rest = new AtRest(context, live, server.name);
    await rest.begin();
    await forEachArm(group, async (arm) => {
      step(`${names[arm]} is asked whether it answers as expected`);
      await askOf(context, live, scenario, arm);
    });
    // Once for both arms: where these are met one after the other, the first decides.
    const isFitted = Object.keys(fit).length > 0;
    if (kept === null)
      step(`a few ${workOf(scenario)}s at once show how many are worked on at a time`);
    const fitted: Fitted | null =
      kept === null ? await fitLoad(context, live, scenario, group, { reference, isFitted }) : null;
    if (fitted !== null) {
      fit = fitOf(fitted);
      scenario = loadedWith(scenario, connectionsIn(fit));
      const subject = subjectName({ server: server.name, scenario: asked.name });
      context.remarks.fitted(subject, fitted, names);
    }
    for (const arm of group) {
      probe.spin();
      step(`${names[arm]} gets its first load`);
      const one = await meet(context, live, { server, scenario }, arm);
      met.push(one);
      if (alone !== null) step(`${names[arm]} is loaded by itself for longer`);
      if (alone !== null) await show(context, live, scenario, one, alone);
      // Of a load command no short slice can be had.
      if (arm !== reference || one.speed.kind === 'runs') continue;
      step(`slices of ${names[arm]} show how noisy this machine is`);
      const estimate = sliceEstimateOf(scenario, one.speed);
      sliceSd = await measureSliceSd(context, live, { arm, estimate });
    }
    for (let i = 0; i < SPINS; i++) probe.spin();
    step(`${group.map((arm) => names[arm]).join(' and ')} must come to rest`);
    goOn.push(await rest.end());
    for (const arm of group) await askLater(context, live, arm);
    step(`${group.map((arm) => names[arm]).join(' and ')} must end`);
  };
  const start = (group: readonly Arm[]) => {
    step(`${group.map((arm) => names[arm]).join(' and ')} must become ready`);
    return startLive(context, server, scenario, {
      startOrder: group,
      connectOrder: group,
      look: (running, target) => {
        step(`${names[running.arm]} is asked on several connections at once`);
        return assertServesAtOnce(context, running, target);
      },
    });
  };
  const meetGroup = (groups: readonly (readonly Arm[])[], meetOne: typeof meetAll) =>
    meetGroups(groups, {
      start,
      startMs: (live) => Math.max(...live.startMs.values()),
      meet: (live, group) =>
        meetOne(live, group).catch((error: unknown) => {
          noteSurvival(live, error);
          throw error;
        }),
    });
  const startMs = await meetGroup(together, meetAll);
  const odd = server.warmUpMs === undefined ? oddOneOut(met, startMs) : null;
  if (odd !== null) {
    const asBefore = together.filter((group) => group.includes(odd.arm));
    await meetGroup(asBefore, async (live) => {
      step(`${names[odd.arm]} alone did not get steady: it is watched once more`);
      const again = await measureRate(context, live, { scenario, warmUpMs: 0 }, odd.arm);
      takeSteady(odd, again);
    });
  }
  const goesOn = allThatGoOn(goOn);
  return {
    pilot: {
      arms: Object.fromEntries(met.map(({ arm, seen }) => [arm, seen])),
      ...fit,
      sliceSd,
      ...(goesOn !== null && { goesOn }),
      runner: probe.observed(),
    },
    estimate: estimateOf(scenario, met, startMs),
  };
}

/** Of two looks at the first moments of an arm the one in which it got steady. */
function takeSteady(met: Met, again: Rate): void {
  if (again.kind === 'runs' || again.warmUp.steadyFrom === null) return;
  met.speed = again;
  const { rate, medianLatencyUs, inFlight, warmUp } = again;
  met.seen = { ...met.seen, rate, medianLatencyUs, inFlight, warmUp };
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
  const assertOwnAnswers = watchOwnAnswers(context, live, server, arm);
  // First of all, as a warm-up can be seen only once.
  const warmUpMs = server.warmUpMs ?? 0;
  const speed = await measureRate(context, live, { scenario, warmUpMs }, arm);
  const { rate, medianLatencyUs } = speed;
  const burst = hasBurst(scenario)
    ? await burstOf(context, live, { server, seconds: burstSeconds(medianLatencyUs) }, arm)
    : null;
  if (burst === null) lookBeside(context, live, server.name);
  assertOwnAnswers();
  if (burst !== null) noteBurst(live, arm, burst);
  live.assertAlive();
  return {
    arm,
    speed,
    seen: {
      startMs: live.startMs.get(arm) as number,
      engine: live.engines.get(arm) as string,
      rate,
      medianLatencyUs,
      inFlight: speed.kind === 'counted' ? speed.inFlight : null,
      warmUp: speed.kind === 'counted' ? speed.warmUp : null,
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
  { arm, speed }: Met,
  { survived, mostFailed }: Alone,
): Promise<void> {
  const unit = unitOf(scenario);
  const chunk = speed.kind === 'runs' ? 1 : unit * Math.ceil((speed.rate * CHUNK_S) / unit);
  const check = (sliced: Sliced) => void assertAnswered(live, scenario, arm, sliced);
  if (survived !== null) await outlast(context, live, arm, { survived, chunk, check });
  assertSound(live, arm, mostFailed);
}

function sliceEstimateOf(
  scenario: Scenario,
  { rate, medianLatencyUs }: Pick<Rate, 'rate' | 'medianLatencyUs'>,
): SliceEstimate {
  return {
    rate,
    medianLatencyUs,
    inFlight: inFlightOf(scenario),
    unit: unitOf(scenario),
    leastSliceMs: leastSliceMs(scenario),
  };
}

/** The reference arm is base, or head when it is alone. */
function estimateOf(
  scenario: Scenario,
  met: readonly Met[],
  startMs: number,
): CountedEstimate | RunsEstimate {
  const { speed } = met.find(({ arm }) => arm === 'base') ?? (met[0] as Met);
  const speeds = met.map((one) => one.speed);
  if (speed.kind === 'runs') {
    const { runMs } = speed;
    const others = speeds.filter((one) => one.kind === 'runs');
    return { kind: 'runs', startMs, runMs, slowness: mean(others.map((one) => one.runMs / runMs)) };
  }
  const others = speeds.filter((one) => one.kind === 'counted');
  return {
    kind: 'counted',
    startMs,
    ...sliceEstimateOf(scenario, speed),
    keepsTime: hasLatency(scenario),
    slowness: mean(others.map((one) => speed.rate / one.rate)),
    // The same for both arms: what one of them needs, the other gets.
    warmUpWork: Math.max(...others.map((one) => one.warmUpWork)),
  };
}
