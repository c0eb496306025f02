/**
 * Servers that close after each answer, and have a short queue of new connections (Python's `http.server`: 5). Whoever finds it full is not told:
 * its request waits until the kernel tries again, after 1, 3 and 7 seconds, and a few in a hundred run into their timeout.
 */
import type { Endpoint } from './servers/address.ts';

export interface FullQueue {
  from: number;
  /** As many connections as may wait: these always find room. */
  to: number;
  /** Connections that found it full, while so many requests were sent on `from` connections. */
  overflows: number;
  requests: number;
}

/** What the kernel says, of its tables. */
export interface QueueReader {
  lengthAt: (port: number) => number | null;
  overflows: () => number | null;
}

/** Rounds of one request for each connection: the first finds all of them open. */
const ROUNDS = 4;
/** A server that is cold at first accepts slowly, and has room for all of them once it is warm. */
const LOADS = 2;

/** `load`: sends so many requests on all `connections`. Null where every connection has room, or where that is not known. */
export async function findFullQueue(
  { lengthAt, overflows }: QueueReader,
  endpoint: Endpoint,
  connections: number,
  load: (requests: number) => Promise<void>,
): Promise<FullQueue | null> {
  if (endpoint.kind !== 'tcp') return null;
  const length = lengthAt(endpoint.port);
  // The kernel lets one more in than was asked for.
  if (length === null || length + 1 >= connections) return null;
  const requests = ROUNDS * connections;
  let seen = 0;
  for (let i = 0; i < LOADS; i++) {
    const before = overflows();
    if (before === null) return null;
    await load(requests);
    seen = (overflows() ?? before) - before;
    if (seen <= 0) return null;
  }
  return { from: connections, to: Math.max(1, length), overflows: seen, requests };
}
