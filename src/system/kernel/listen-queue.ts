/** The queue of new connections that a listener has not accepted yet, and how often it was full. Linux only. */
import { spawnSync } from 'node:child_process';

export interface ListenQueue {
  /** How many connections may wait, as the server asked of `listen`: the shortest, where several listen. */
  length: number;
  /** Connections that were dropped since then, nearly always as it was full; of all who listen. */
  dropped: number;
}

/** Of a TCP port. Null where nobody listens, or where there is no `ss` (iproute2), as no file of the kernel's tells it. */
export function listenQueueOf(port: number): ListenQueue | null {
  const { status, stdout } = spawnSync('ss', ['-ltnmH', `sport = :${port}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2000,
  });
  return status === 0 ? parseListenQueues(stdout) : null;
}

/**
 * Lines of `ss -ltnmH`: `LISTEN 0 5 127.0.0.1:8000 0.0.0.0:*`, of which the third column is how many may wait, each with one of its memory,
 * `skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d154)`, which ends with what was dropped.
 */
export function parseListenQueues(text: string): ListenQueue | null {
  const figures = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, one]) => Number(one));
  const lengths = figures(/^LISTEN +\d+ +(\d+) /gm);
  const dropped = figures(/skmem:\([^)]*,d(\d+)\)/g);
  if (lengths.length === 0 || dropped.length === 0) return null;
  return { length: Math.min(...lengths), dropped: dropped.reduce((sum, one) => sum + one, 0) };
}
