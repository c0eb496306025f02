/**
 * Fits the load to a slow server. Connections that wait for each other for seconds run into their timeout, or make slices that
 * last for seconds; fewer of them keep such a server as busy. What the user has asked for is not changed, but told why it fails.
 */
import { requestText } from '../../config/experiment/describe-load.ts';
import type { HttpRequest, HttpScenario, Scenario } from '../../config/experiment/scenario.ts';
import type { SliceResult } from '../../load/results.ts';
import type { Arm } from '../../terms/arm.ts';
import { shortTimeText } from '../../terms/time-text.ts';
import { reconnectWith } from '../arms/reconnect.ts';
import { type LiveArms, serverFor } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import { throwFailures } from '../failures/fates.ts';
import type { ServerFailure } from '../failures/server-failure.ts';
import { loadSlices } from '../loading/load-blame.ts';
import { inFlightOf } from '../loading/work-units.ts';
import type { Fitted, Lowered } from '../observed/fitted.ts';
import { findHeld, type Taken } from './held-connections.ts';
import {
  fewerConnections,
  isTooLong,
  longerTimeoutMs,
  mayQueue,
  mostConnections,
  type Queue,
  queueOf,
  togetherFor,
} from './queue.ts';
import { fitRoom } from './room-for-new.ts';

/** An answer that takes so long is not asked for twice. */
const SLOW_MS = 500;
/** Of a mix, of which one kind may be slow, so many are asked for by themselves, or as many as fit into this time. */
const OF_MIX = { most: 16, ms: 2000 };

/** Who decides for all arms, and whether that was done before: where arms are met one after the other, by the first of them. */
interface Deciding {
  reference?: Arm | undefined;
  isFitted?: boolean;
}

/**
 * Null: as it is. Else with how many connections all arms are loaded from now on, or should be; they are connected anew. Rejects with the
 * failure of each arm whose queue outlasts the timeout, or that has less room for new connections than the reference.
 */
export async function fitLoad(
  context: RunContext,
  live: LiveArms,
  scenario: Scenario,
  arms: readonly Arm[],
  { reference = 'base', isFitted = false }: Deciding = {},
): Promise<Fitted | null> {
  if (scenario.kind !== 'http') return null;
  const queues = new Map<Arm, Queue>();
  for (const arm of isFitted ? [] : arms) {
    const queue = await queueBefore(context, live, scenario, arm);
    if (queue !== null) queues.set(arm, queue);
  }
  const lowered = canBeLowered(scenario) ? loweredFor(scenario, [...queues.values()]) : null;
  if (lowered !== null) {
    for (const arm of arms) await reconnectWith(context, live, arm, lowered.to);
    return { kind: 'queue', lowered };
  }
  const failed = [...queues].flatMap(([arm, queue]): ServerFailure[] =>
    isTooLong(queue, scenario.timeoutMs) ? [failureOf(live, scenario, arm, queue)] : [],
  );
  throwFailures(failed);
  // What head alone does is head's own slowdown, and is measured.
  if (queues.size > 0 || !isOneEach(scenario)) return null;
  const mayLower = !isFitted && canBeLowered(scenario);
  const full = await fitRoom(context, live, scenario, { arms, reference, mayLower });
  if (full !== null || isFitted || !arms.includes(reference)) return full;
  return await heldIn(context, live, scenario, { arms, reference });
}

/** The gate's own load, and one connection carries one request at a time. */
function isOneEach({ engine, streams }: HttpScenario): boolean {
  return engine === 'builtin' && streams === 1;
}

async function heldIn(
  context: RunContext,
  live: LiveArms,
  scenario: HttpScenario,
  { arms, reference }: { arms: readonly Arm[]; reference: Arm },
): Promise<Fitted | null> {
  const { connections } = scenario;
  let open = connections;
  const reopen = async (count: number) => {
    if (count !== open) await reconnectWith(context, live, reference, count);
    open = count;
  };
  const takeFor = async (count: number, work: number): Promise<Taken | null> => {
    await reopen(count);
    const { slices } = await loadSlices(context, live, [reference], work);
    const { good, errors, durationUs } = slices[0] as SliceResult;
    const ms = durationUs / 1000;
    if (good === work) return { ms };
    return good > 0 && good + errors.timeout === work ? { ms, isCutOff: true } : null;
  };
  const held = await findHeld(takeFor, connections);
  const isNamed = scenario.connectionsNamed !== false;
  const from = held === null || isNamed ? connections : held.to;
  await reopen(from);
  if (held === null) return null;
  for (const arm of arms) {
    if (arm !== reference && from !== connections) await reconnectWith(context, live, arm, from);
  }
  return { kind: 'held', held: { ...held, isNamed } };
}

/** Null where the requests do not wait for each other for long, however they are served. */
async function queueBefore(
  context: RunContext,
  live: LiveArms,
  scenario: HttpScenario,
  arm: Arm,
): Promise<Queue | null> {
  const inFlight = inFlightOf(scenario);
  const take: Take = async (work) => {
    const { slices } = await loadSlices(context, live, [arm], work);
    return slices[0] as SliceResult;
  };
  const mayWait = (ms: number) => mayQueue(ms, inFlight, scenario.timeoutMs);
  const isMix = scenario.requests.length > 1;
  const aloneMs = isMix ? await meanOfMix(take) : await aloneOf(take, mayWait);
  if (aloneMs === null || !mayWait(aloneMs)) return null;
  const most = isMix ? OF_MIX.most : undefined;
  const together = togetherFor(aloneMs, inFlight, scenario.timeoutMs, most);
  const many = await take(together);
  if (many.good < together) return null;
  return queueOf({ aloneMs, together, togetherMs: many.durationUs / 1000 }, inFlight);
}

type Take = (work: number) => Promise<SliceResult>;

/** Null: it has no answer as expected. */
async function aloneOf(take: Take, mayWait: (ms: number) => boolean): Promise<number | null> {
  const first = await take(1);
  if (first.good === 0) return null;
  const firstMs = first.durationUs / 1000;
  // The first answer on a new connection may be slow by itself.
  if (!mayWait(firstMs) || firstMs >= SLOW_MS) return firstMs;
  const again = await take(1);
  return again.good > 0 ? Math.min(firstMs, again.durationUs / 1000) : firstMs;
}

/** Null: one of them has no answer as expected. */
async function meanOfMix(take: Take): Promise<number | null> {
  let [totalMs, count] = [0, 0];
  while (count < OF_MIX.most && totalMs < OF_MIX.ms) {
    const { good, durationUs } = await take(1);
    if (good === 0) return null;
    totalMs += durationUs / 1000;
    count += 1;
  }
  return totalMs / count;
}

/** Nobody asked for so many, and one connection carries one request at a time. */
function canBeLowered({ connectionsNamed, streams }: HttpScenario): boolean {
  return connectionsNamed === false && streams === 1;
}

/** By the arm that waits longest: both get the same. */
function loweredFor({ connections }: HttpScenario, queues: readonly Queue[]): Lowered | null {
  const [longest] = [...queues].sort((a, b) => b.waitMs - a.waitMs);
  const to = longest === undefined ? null : fewerConnections(longest, connections);
  if (longest === undefined || to === null) return null;
  const { answerMs, atOnce, waitMs } = longest;
  return { from: connections, to, answerMs, atOnce, waitMs };
}

function failureOf(live: LiveArms, scenario: HttpScenario, arm: Arm, queue: Queue): ServerFailure {
  const { connections, streams, timeoutMs, requests } = scenario;
  const inFlight = inFlightOf(scenario);
  const asked =
    streams === 1 ? `${inFlight} connections` : `${inFlight} streams (${connections} connections)`;
  const [only, ...others] = requests;
  const to = others.length === 0 ? ` to ${requestText(only as HttpRequest)}` : '';
  const mean = others.length === 0 ? '' : ' on average';
  const what = `an answer${to} takes ${shortTimeText(queue.answerMs)}${mean}, and the server works on ${atOnceText(queue)}: of ${asked} the last waits ${shortTimeText(queue.waitMs)}, and \`timeout\` is ${shortTimeText(timeoutMs)}`;
  const most = Math.max(1, Math.floor(mostConnections(queue, inFlight, timeoutMs) / streams));
  return serverFor(live, arm).failure('no-answer', what, {
    queue: { connections: Math.min(most, connections), timeoutMs: longerTimeoutMs(queue) },
  });
}

function atOnceText({ atOnce }: Queue): string {
  const whole = Math.round(atOnce);
  return whole <= 1 ? 'one request at a time' : `${whole} requests at a time`;
}
