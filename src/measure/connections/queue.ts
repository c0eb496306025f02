/**
 * The queue that a load makes of itself: more connections than a slow server works on at a time wait for each other, and the
 * last of them may wait longer than its timeout. Found by a few requests, before the whole load fails of it.
 */

/** What a few requests have shown. */
export interface Tried {
  /** One by itself, in milliseconds. */
  aloneMs: number;
  /** So many at once. */
  together: number;
  /** Until all of these were answered. */
  togetherMs: number;
}

export interface Queue {
  /** How long one answer takes, in milliseconds. */
  answerMs: number;
  /** Requests that the server works on at a time, as far as was tried. */
  atOnce: number;
  /** How long the last of a whole load waits. */
  waitMs: number;
}

/** Of the timeout: a wait that is nearer to it fails now and then. */
const SAFE = 0.8;
/** A load whose requests wait longer makes its slices too long to follow the machine's noise. */
const LONGEST_WAIT_MS = 1000;
/** In line behind each one that is worked on, so that the server never rests. */
const IN_LINE = 2;
/** Of the requests at once, such a share answered in the time of one means that nothing queues yet. */
const SIDE_BY_SIDE = 0.75;
const TOGETHER_AT_MOST = 8;

/** Whether it could be so: each of the requests in flight after the other. */
export function mayQueue(aloneMs: number, inFlight: number, timeoutMs: number): boolean {
  return inFlight > 1 && aloneMs * inFlight > Math.min(SAFE * timeoutMs, LONGEST_WAIT_MS);
}

/** How many to send at once, so that none of them runs into its timeout: at least two. */
export function togetherFor(
  aloneMs: number,
  inFlight: number,
  timeoutMs: number,
  most = TOGETHER_AT_MOST,
): number {
  const safe = Math.floor((SAFE * timeoutMs) / aloneMs);
  return Math.min(most, inFlight, Math.max(2, safe));
}

/** Of a load with so much in flight. */
export function queueOf({ aloneMs, together, togetherMs }: Tried, inFlight: number): Queue {
  const atOnce = Math.min(together, Math.max(1, (together * aloneMs) / togetherMs));
  if (atOnce >= SIDE_BY_SIDE * together) {
    // As far as was tried, they do not wait for each other.
    return { answerMs: aloneMs, atOnce: together, waitMs: togetherMs };
  }
  return { answerMs: aloneMs, atOnce, waitMs: (inFlight * togetherMs) / together };
}

export function isTooLong({ waitMs }: Queue, timeoutMs: number): boolean {
  return waitMs > SAFE * timeoutMs;
}

/** As many connections as keep the server busy and wait no longer than that; null: those asked for do. */
export function fewerConnections(queue: Queue, connections: number): number | null {
  const { answerMs, atOnce, waitMs } = queue;
  // However few there are, an answer takes its own time: that is no queue.
  if (waitMs <= Math.max(LONGEST_WAIT_MS, answerMs / SIDE_BY_SIDE)) return null;
  const short = Math.floor((connections * LONGEST_WAIT_MS) / waitMs);
  const fewer = Math.max(short, IN_LINE * Math.ceil(atOnce));
  return fewer < connections ? fewer : null;
}

/** A timeout that the whole load would keep, in whole seconds. */
export function longerTimeoutMs({ waitMs }: Queue): number {
  return 1000 * Math.ceil((2 * waitMs) / 1000);
}

/** As many connections as the timeout is long enough for. */
export function mostConnections(
  { waitMs, atOnce }: Queue,
  connections: number,
  timeoutMs: number,
): number {
  const most = Math.floor((connections * SAFE * timeoutMs) / waitMs);
  return Math.max(1, Math.min(connections - 1, Math.max(most, Math.ceil(atOnce))));
}
