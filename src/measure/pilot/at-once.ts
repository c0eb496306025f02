/**
 * Whether a server answers on several connections at once. One that serves the next only when the last has closed would keep all
 * others waiting for their whole time, in every slice; that is told here, in seconds and by its name.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { workText } from '../../config/experiment/describe-load.ts';
import { echoOf } from '../../config/experiment/echo-of.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { ErrorCounts, SliceResult } from '../../load/results.ts';
import type { Target } from '../../load/target.ts';
import type { Arm } from '../../terms/arm.ts';
import { plural } from '../../terms/plural.ts';
import { secondsText } from '../../terms/time-text.ts';
import { connect, exitHeard, type LiveArms, serverFor } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import type { ServerFailure } from '../failures/server-failure.ts';
import { askedOf, type Sliced } from '../loading/load-blame.ts';
import type { RunningServer } from '../servers/server.ts';

/** Connections that are tried: few enough that the shortest queue of a listener takes most of them. */
const TRIED = 4;
/**
 * How long a connection may wait while all others are idle; longer where an answer takes long, but both arms within seconds. Before
 * anything is told, it waits once more, for as long as that at most.
 */
const PATIENCE = { leastMs: 1500, answers: 3, mostMs: 3000 };
/** An answer that takes so long is as long again: nobody waits for a third. */
const SLOW_MS = 500;
/** What is made at the first request is there so much later, or it takes too long for any load. */
const FIRST_MS = 3000;
/** A server hears of the end of a connection a little later, and counts it until then. */
const HEARD_WITHIN_MS = 50;
/** So often as many as seem to be served must be served: one that loses an answer now and then would lose one of these. */
const SERVED_TIMES = 3;
/** What a server says that will not, now. */
export const UNAVAILABLE = 503;

/** Leaves nothing open. Rejects with the server's failure. What else may be wrong with its answers, others tell. */
export async function assertServesAtOnce(
  context: Pick<RunContext, 'generator'>,
  server: RunningServer,
  target: Target,
): Promise<void> {
  await assertServes(context, server, target, TRIED);
}

/**
 * The same for all connections of the load, once some of its requests had no answer: only then, as it costs a connection each. Leaves
 * the arm connected as it was.
 */
export async function assertServesAll(
  context: RunContext,
  live: LiveArms,
  arm: Arm,
): Promise<void> {
  const [server, target] = [serverFor(live, arm), live.targets.get(arm) as Target];
  await context.generator.close(arm);
  // A server that has crashed under the load has no limit.
  await exitHeard();
  live.assertAlive();
  await assertServes(
    context,
    server,
    target,
    connectionsOf(target.scenario),
    askedOf(live, arm).good,
  );
  live.assertAlive();
  await connect(context, server, target, { wasLoaded: true });
}

/**
 * A server that says 503 while all connections of this target are open, and each time that they are, and answers when there are
 * fewer: then it is their number. Leaves the arm connected to the target where that is not why.
 */
export async function assertNotTurnedAway(
  context: RunContext,
  live: LiveArms,
  arm: Arm,
  target: Target,
): Promise<void> {
  const server = serverFor(live, arm);
  const asked = connectionsOf(target.scenario);
  if (asked < 2) return;
  await context.generator.close(arm);
  const { timeoutMs } = target.scenario;
  for (let fewer = Math.floor(asked / 2); fewer >= 1; fewer = Math.floor(fewer / 2)) {
    await sleep(HEARD_WITHIN_MS);
    const { good } = await askOnEach(context, server, target, fewer, timeoutMs);
    if (good < fewer) continue;
    await sleep(HEARD_WITHIN_MS);
    // One that was not ready a moment ago, and is by now, answers however many there are.
    const again = await askOnEach(context, server, target, asked, timeoutMs);
    if (again.samples.every(({ answer }) => answer?.status !== UNAVAILABLE)) break;
    const what = `the server answers 503 while ${asked} connections are open, and as expected while there are ${fewer}`;
    throw server.failure('no-answer', what, { served: fewer });
  }
  await connect(context, server, target, { wasLoaded: true });
}

/** `before`: good answers of the load before it. */
async function assertServes(
  context: Pick<RunContext, 'generator'>,
  server: RunningServer,
  target: Target,
  most: number,
  before = 0,
): Promise<void> {
  const tried = Math.min(most, connectionsOf(target.scenario));
  if (tried < 2) return;
  const { timeoutMs } = target.scenario;
  const ask = (connections: number, patienceMs: number) =>
    askOnEach(context, server, target, connections, patienceMs);
  const alone = await ask(1, timeoutMs);
  if (alone.good === 0) {
    // Whoever asks next would wait as long again, but where the server makes something when it is first asked for.
    if (alone.errors.timeout === 0) return;
    const isFirstAlone = before === 0 && (await ask(1, Math.min(timeoutMs, FIRST_MS))).good > 0;
    throw late(server, target, { ...alone, before, isFirstAlone });
  }
  const patienceMs = Math.min(
    timeoutMs,
    PATIENCE.mostMs,
    Math.max(PATIENCE.leastMs, (PATIENCE.answers * tried * alone.durationUs) / 1000),
  );
  // A server that works on one request after the other needs so long, or a half more: then silence says nothing.
  if ((1.5 * tried * alone.durationUs) / 1000 > patienceMs) return;
  const served = servedOf(await ask(tried, patienceMs), tried);
  if (served === null) return;
  for (let time = 0; time < SERVED_TIMES; time++) {
    await sleep(HEARD_WITHIN_MS);
    // So many are served again, and nothing is wrong with them: it is a limit, and no accident.
    if ((await ask(served, timeoutMs)).good < served) return;
  }
  await sleep(HEARD_WITHIN_MS);
  // A limit is the same number again. Workers that were cold at first are warm by now, or soon.
  const longerMs = Math.min(timeoutMs, PATIENCE.mostMs);
  const again = await ask(tried, longerMs);
  if (servedOf(again, tried) !== served) return;
  const what = limitText({ tried, good: served, ...again.errors }, secondsText(longerMs));
  throw server.failure('no-answer', what, { served });
}

/** Connections that are served where the others have no answer at all; null: all or none are, or something else is wrong. */
function servedOf({ good, errors }: SliceResult, tried: number): number | null {
  const unanswered = errors.timeout + errors.connect + errors.closed;
  return good === 0 || unanswered === 0 || good + unanswered < tried ? null : good;
}

/** One request on each of so many connections. Leaves none open. */
async function askOnEach(
  { generator }: Pick<RunContext, 'generator'>,
  server: RunningServer,
  target: Target,
  connections: number,
  timeoutMs: number,
): Promise<SliceResult & Pick<Sliced, 'samples'>> {
  const { arm } = server;
  const { scenario } = target;
  const own = { ...scenario, connections, streams: 1, timeoutMs } as typeof scenario;
  await connect({ generator } as RunContext, server, { ...target, scenario: own, processes: 1 });
  try {
    const load = async (work: number) => {
      const { slices, samples } = await generator.slices([arm], work);
      return { ...(slices[0] as SliceResult), samples };
    };
    // The first answer of a server may take long. One that has none is not asked again.
    if (connections === 1) {
      const first = await load(1);
      if (first.good === 0) return first;
    }
    const last = await load(connections);
    if (connections > 1 || last.good === 0 || last.durationUs > 1000 * SLOW_MS) return last;
    // The quicker of two: on a busy machine one alone may be late.
    const again = await load(1);
    return again.good > 0 && again.durationUs < last.durationUs ? again : last;
  } finally {
    await generator.close(arm);
  }
}

interface LateAnswer extends Pick<Sliced, 'samples'> {
  /** Good answers of the load before it. */
  before: number;
  isFirstAlone: boolean;
}

function late(
  server: RunningServer,
  { scenario }: Target,
  { samples, before, isFirstAlone }: LateAnswer,
): ServerFailure {
  const message = samples[0]?.message ?? 'no expected answer';
  const { timeoutMs } = scenario;
  const failed = { message, timeoutMs, isFirstAlone };
  if (before > 0) {
    const what = `${workText(scenario)} is answered no more, after ${plural(before, 'good answer')}: ${message}`;
    return server.failure('no-answer', what, { failed, hasFallenSilent: true });
  }
  const what = `${workText(scenario)} is not answered as expected: ${message}`;
  return server.failure('no-answer', what, { failed, ...echoOf(scenario) });
}

function limitText(
  { tried, good, closed, timeout, connect: refused }: { tried: number; good: number } & ErrorCounts,
  time: string,
): string {
  const limit = `the server serves ${good === 1 ? 'one connection' : `${good} connections`} at a time`;
  if (closed > timeout + refused) {
    return `${limit}: of ${tried} that were open it closed ${closed} without any answer, while it answered on the ${good === 1 ? 'other one' : 'others'}`;
  }
  const silent = timeout + refused + closed;
  return good === 1
    ? `${limit}: of ${tried} that were open, one was answered, and the others had no answer in ${time} while it was idle`
    : `${limit}: ${silent} of ${tried} that were open had no answer in ${time} while the others were idle`;
}

/** A load command opens what it likes, and a fan-out needs all of its connections: none. */
function connectionsOf(scenario: Scenario): number {
  if (scenario.kind === 'http' && scenario.engine === 'builtin') return scenario.connections;
  return scenario.kind === 'websocket' && scenario.mode === 'echo' ? scenario.connections : 0;
}
