/** Asks the generator for load, and says whose fault it is when none comes. */

import { sum } from 'simple-statistics';
import { workOf } from '../../config/experiment/describe-load.ts';
import { echoOf } from '../../config/experiment/echo-of.ts';
import { onlyRequestOf } from '../../config/experiment/only-request.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import { GeneratorGone } from '../../load/client.ts';
import type {
  BurstResult,
  ErrorCounts,
  ErrorSample,
  OpenLoopResult,
  SliceResult,
  SteadyResult,
} from '../../load/results.ts';
import type { Target } from '../../load/target.ts';
import { isOfHandshake } from '../../load/unexpected.ts';
import { GeneratorStopped } from '../../load/worker/process.ts';
import { aside, excerptsOf, PrintedError } from '../../system/messages/printed.ts';
import type { Arm } from '../../terms/arm.ts';
import {
  type Asked,
  exitHeard,
  type LiveArms,
  noteBeside,
  serverFor,
} from '../arms/running-arms.ts';
import type { RunServices } from '../context/run-context.ts';
import { ArmsFailed } from '../failures/fates.ts';
import { ServerFailure, type Symptoms } from '../failures/server-failure.ts';

export interface Sliced {
  slices: SliceResult[];
  samples: ErrorSample[];
}

/**
 * Slices in this order. A load that could not even be tried (a load command that fails) is blamed on
 * a server that has ended, else on no arm: it may be the tool.
 */
export async function loadSlices(
  context: Pick<RunServices, 'generator'>,
  live: LiveArms,
  order: Arm[],
  work: number,
  expectedMs?: number,
): Promise<Sliced> {
  const sliced = await blaming(live, order, context.generator.slices(order, work, expectedMs));
  note(live, sliced.slices, sliced.samples);
  return sliced;
}

/** Open loop: so much work at this rate. Fails as slices do. */
export async function loadOpenLoop(
  context: Pick<RunServices, 'generator'>,
  live: LiveArms,
  arm: Arm,
  { work, perSecond }: { work: number; perSecond: number },
): Promise<{ result: OpenLoopResult; samples: ErrorSample[] }> {
  const openLoop = await blaming(live, [arm], context.generator.openLoop(arm, work, perSecond));
  note(live, [openLoop.result], openLoop.samples);
  return openLoop;
}

/** Closed loop without a break. Fails as slices do. */
export async function loadSteady(
  context: Pick<RunServices, 'generator'>,
  live: LiveArms,
  arm: Arm,
  durationMs: number,
): Promise<{ result: SteadyResult; samples: ErrorSample[] }> {
  const steady = await blaming(live, [arm], context.generator.steady(arm, durationMs));
  note(live, [steady.result], steady.samples);
  return steady;
}

async function blaming<Result>(
  live: LiveArms,
  arms: readonly Arm[],
  loading: Promise<Result>,
): Promise<Result> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof GeneratorGone || error instanceof GeneratorStopped) throw error;
    await exitHeard();
    live.assertAlive();
    const message = error instanceof Error ? error.message : String(error);
    throw new PrintedError(`${[...new Set(arms)].join(' and ')}: ${message}`, excerptsOf(error));
  }
}

const NOTHING: Asked = { work: 0, good: 0, failed: 0, goodUntilMs: null, sample: null };

export function askedOf({ asked }: LiveArms, arm: Arm): Asked {
  return asked.get(arm) ?? NOTHING;
}

function note(
  live: LiveArms,
  loads: readonly { arm: Arm; good: number; errors: ErrorCounts }[],
  samples: readonly ErrorSample[],
): void {
  for (const { arm, good, errors } of loads) {
    const before = askedOf(live, arm);
    const failed = sum(Object.values(errors));
    // The last of it was spent on waiting for what did not come.
    const waitedMs = errors.timeout > 0 ? (live.targets.get(arm)?.scenario.timeoutMs ?? 0) : 0;
    const goodUntilMs = good === 0 ? before.goodUntilMs : performance.now() - waitedMs;
    live.asked.set(arm, {
      work: before.work + good + failed,
      good: before.good + good,
      failed: before.failed + failed,
      goodUntilMs,
      sample: samples.find((sample) => sample.arm === arm) ?? before.sample,
    });
  }
}

/** autocannon's opening burst is work too. */
export function noteBurst(
  live: LiveArms,
  arm: Arm,
  { completed, errors }: Pick<BurstResult, 'completed' | 'errors'>,
): void {
  const before = askedOf(live, arm);
  live.asked.set(arm, { ...before, work: before.work + completed + errors });
}

/** Throws the failure of an arm that did not answer more than this share of its requests as expected. */
export function assertSound(live: LiveArms, arm: Arm, mostFailed: number): void {
  const { good, failed, sample } = askedOf(live, arm);
  if (failed <= mostFailed * (good + failed)) return;
  const seen = sample === null ? '' : `; for example: ${sample.message}`;
  const scenario = live.targets.get(arm)?.scenario;
  const work = scenario === undefined ? 'request' : workOf(scenario);
  const what = `${failed} of ${good + failed} ${work}s were not answered as expected${seen}`;
  const samples = sample === null ? [] : [sample];
  throw serverFor(live, arm).failure('no-answer', what, symptomsOf(live, { samples }, arm));
}

/** Tells the arm's failure how long the arm had survived, and beside whom: one that hangs, without the time in which it was waited for. */
export function noteSurvival(live: LiveArms, error: unknown): void {
  if (live.servers.size > 1) noteBeside(error);
  for (const failure of error instanceof ArmsFailed ? error.errors : [error]) {
    if (!(failure instanceof ServerFailure)) continue;
    const running = live.servers.get(failure.arm);
    if (running === undefined) continue;
    const { work, goodUntilMs } = askedOf(live, failure.arm);
    const untilMs = goodUntilMs ?? performance.now();
    failure.survived = { work, ms: Math.max(0, untilMs - running.startedAtMs) };
  }
}

/** What is known of an arm's answers that were not as expected: one of them, and how many were before. */
export function symptomsOf(
  live: LiveArms,
  { samples }: { samples: readonly ErrorSample[] },
  arm: Arm,
): Symptoms {
  const own = samples.filter((sample) => sample.arm === arm);
  const sample = own.find(({ answer }) => answer !== null);
  const [first] = own;
  const { scenario } = live.targets.get(arm) as Target;
  const { good } = askedOf(live, arm);
  return {
    ...(first === undefined ? {} : { failed: failedOf(first, scenario) }),
    answer: sample?.answer ?? null,
    isHandshake: sample !== undefined && isOfHandshake(sample.message),
    hasCaptured: hasCaptured(scenario),
    ...onlyRequestOf(scenario),
    excerpt: sample?.excerpt ?? null,
    good,
    ...echoOf(scenario),
    peerCode: own.find(({ code }) => code !== undefined)?.code ?? null,
  };
}

/** Of a WebSocket and of a load tool something else says what breaks the rules. */
function failedOf({ kind, message }: ErrorSample, { kind: load, timeoutMs }: Target['scenario']) {
  return { message, timeoutMs, ...(kind === 'protocol' && load === 'http' && { isInvalid: true }) };
}

function hasCaptured(scenario: Scenario): boolean {
  const before = scenario.kind === 'command' ? [] : (scenario.beforeLoad ?? []);
  return before.some(({ capture }) => Object.keys(capture).length > 0);
}

/** Nothing at all came any more, in this load, from an arm that had answered before. */
export function hasFallenSilent(
  live: LiveArms,
  {
    slices,
    samples,
  }: { slices: readonly Pick<SliceResult, 'good' | 'errors'>[]; samples: readonly ErrorSample[] },
  arm: Arm,
): boolean {
  if (askedOf(live, arm).good === 0) return false;
  const isSilent = slices.every(({ good, errors }) => good === 0 && errors.timeout > 0);
  return isSilent && samples.every((sample) => sample.arm !== arm || sample.answer === null);
}

/** One answer that was not as expected, in words; what the server sent is marked as foreign. */
export function exampleOf(
  { samples }: { samples: readonly ErrorSample[] },
  arm: Arm,
): string | null {
  const sample = samples.find((one) => one.arm === arm);
  return sample?.message ?? null;
}

/** A failed request in words, with the beginning of the body that came. */
export function wholeOf({ message, excerpt }: Pick<ErrorSample, 'message' | 'excerpt'>): string {
  return excerpt ? `${message}${aside(` with body ${excerpt}`)}` : message;
}
