/** How often and after which pauses a write is tried again when others were faster, or the network failed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from './store.ts';

export interface Patience {
  /** The first one included. */
  readonly tries: number;
  /** The longest first pause; each later one may be twice as long, up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly signal?: AbortSignal | undefined;
  /** In all; after that no try is begun. Default: five minutes. */
  readonly withinMs?: number | undefined;
}

/** A job waits no longer than this for a server that does not answer: its verdict is out, and its time costs money. */
export const WITHIN_MS = 5 * 60_000;

/** The pauses come to about a minute and a half at the most: by then 40 jobs at once have had their turn. */
export const PATIENCE: Patience = {
  tries: 24,
  firstMs: 200,
  longestMs: 8000,
  random: Math.random,
};

/**
 * `attempt` says null when it has to be begun anew, as somebody else was faster. A pause is drawn from all lengths up to the
 * longest ("full jitter"), so that those who met once do not meet again.
 */
export async function patiently<Done>(
  { tries, firstMs, longestMs, random, signal, withinMs = WITHIN_MS }: Patience,
  attempt: (retries: number) => Promise<Done | null>,
  gaveUp: (last: unknown) => StoreError,
): Promise<Done> {
  const endMs = performance.now() + withinMs;
  let last: unknown = null;
  for (let retries = 0; retries < tries && performance.now() < endMs; retries++) {
    signal?.throwIfAborted();
    if (retries > 0) {
      const longest = Math.min(longestMs, firstMs * 2 ** Math.min(retries - 1, 16));
      // The reason of the signal says who interrupted, and that of the timer only that somebody did.
      await sleep(random() * longest, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
    try {
      const done = await attempt(retries);
      if (done !== null) return done;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof StoreError) || !error.isPassing) throw error;
      last = error;
    }
  }
  throw gaveUp(last);
}
