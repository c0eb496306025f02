/**
 * Servers that close after each answer, and have a short queue of new connections (Python's `http.server`: 5). Whoever finds it full is not told:
 * its request waits until the kernel tries again, after 1, 3 and 7 seconds, and a few in a hundred run into their timeout.
 */
import type { ListenQueue } from '../../system/kernel/listen-queue.ts';
import type { Endpoint } from '../listening/address.ts';

export interface FullQueue {
  from: number;
  /** As many connections as may wait: these always find room. */
  to: number;
  /** Connections that found it full, while so many requests were sent on `from` connections. */
  overflows: number;
  requests: number;
}

/** Rounds of one request for each connection: the first finds all of them open. */
const ROUNDS = 4;
/** A server that is cold at first accepts slowly, and has room for all of them once it is warm. */
const LOADS = 2;

/**
 * `queueOf`: what the kernel says of a port. `load`: sends so many requests on all `connections`. Null where every connection has room, or where
 * that is not known.
 */
export async function findFullQueue(
  queueOf: (port: number) => ListenQueue | null,
  endpoint: Endpoint,
  connections: number,
  load: (requests: number) => Promise<void>,
): Promise<FullQueue | null> {
  if (endpoint.kind !== 'tcp') return null;
  const requests = ROUNDS * connections;
  let full: FullQueue | null = null;
  for (let i = 0; i < LOADS; i++) {
    const before = queueOf(endpoint.port);
    // The kernel lets one more in than was asked for.
    if (before === null || before.length + 1 >= connections) return null;
    await load(requests);
    const overflows = (queueOf(endpoint.port)?.dropped ?? 0) - before.dropped;
    if (overflows <= 0) return null;
    full = { from: connections, to: Math.max(1, before.length), overflows, requests };
  }
  return full;
}
