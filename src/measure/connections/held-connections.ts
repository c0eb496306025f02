/**
 * Servers that keep a thread or a worker for an idle connection for a moment (Puma 0.2 s, Starman 1 s, Apache its KeepAliveTimeout): with
 * more connections than threads, each slice of a load that pauses waits until they are let go, and what is measured is a timer. With few
 * threads some requests wait for longer than their own time.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long so many requests take on so many connections, after a pause. Null: some failed, or none had an answer. Connects anew
 * where the number is another one than before.
 */
export type Take = (connections: number, requests: number) => Promise<Taken | null>;

export interface Taken {
  ms: number;
  /** Some were answered, and the others not within their time. */
  isCutOff?: true;
}

export interface Held {
  from: number;
  /** The most that do not wait. */
  to: number;
  /** As many requests as there are connections at first, on all of these and on the fewer. */
  roundMs: number;
  /** In that round some had no answer in their time. */
  isCutOff?: true;
  fewerRoundMs: number;
}

/** So many connections at once cost a server no more than one after the other, except by a wait. */
const SLOWER = 3;
/** Nearer to what is sought, where a busy machine makes a request alone slow. */
const SLOWER_AT_ONE_EACH = 2;
/** Less is the machine's own noise, or a delayed ACK. */
const LEAST_MS = 100;
const ROUNDS = 2;
/** Of several workers (Puma in cluster mode) each accepts as many connections as chance gives it: so often they are opened anew. */
const DEALS = 8;
/** As long as the other arm's slice, about. */
const PAUSE_MS = 20;

/** Null: they are not held, or fewer of them would be no better. */
export async function findHeld(
  take: Take,
  connections: number,
  pauseMs = PAUSE_MS,
): Promise<Held | null> {
  if (connections < 2) return null;
  // The quickest counts, as one alone may be late. The first that is quick enough ends it: most servers are asked once.
  const quickest = async (count: number, requests: number, enoughMs: number) => {
    let best: Taken = { ms: Number.POSITIVE_INFINITY };
    for (let i = 0; i < ROUNDS && best.ms >= enoughMs; i++) {
      await sleep(pauseMs);
      const taken = await take(count, requests);
      if (taken === null) return null;
      if (taken.ms < best.ms) best = taken;
    }
    return best;
  };
  const round = await quickest(connections, connections, LEAST_MS);
  if (round === null || round.ms < LEAST_MS) return null;
  // As many as before: of a mix of requests some are dear.
  const serial = await take(1, connections);
  if (serial === null || round.ms < SLOWER * serial.ms) return null;
  const aloneMs = serial.ms / connections;
  const isFree = async (tried: number) => {
    const enoughMs = Math.max(LEAST_MS, SLOWER_AT_ONE_EACH * tried * aloneMs);
    const taken = await quickest(tried, tried, enoughMs);
    return taken === null ? null : taken.ms < enoughMs;
  };
  let [free, held] = [1, connections];
  while (held - free > 1) {
    const tried = Math.floor((free + held) / 2);
    const is = await isFree(tried);
    if (is === null) return null;
    if (is) free = tried;
    else held = tried;
  }
  for (let deals = 0; deals < DEALS && free > 1; deals++) {
    // Another number in between has them opened anew.
    if ((await take(1, 1)) === null) return null;
    const is = await isFree(free);
    if (is === null) return null;
    if (is) continue;
    free--;
    deals = -1;
  }
  const fewer = await quickest(free, connections, round.ms / SLOWER);
  if (fewer === null || fewer.ms >= round.ms / SLOWER) return null;
  // A server that was cold at first is warm by now, and serves all of them as quickly.
  await sleep(pauseMs);
  const again = await take(connections, connections);
  if (again === null || again.ms < Math.max(LEAST_MS, SLOWER * fewer.ms)) return null;
  const { ms: roundMs, ...ofAll } = round;
  return { from: connections, to: free, roundMs, ...ofAll, fewerRoundMs: fewer.ms };
}
