/** Tries again what passes by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Trouble, troubleOf } from './api-errors.ts';

/** Time and chance, so that tests need not wait. */
export interface RetryClock {
  sleep: (ms: number) => Promise<unknown>;
  /** 0 ≤ x < 1. */
  random: () => number;
  now: () => number;
}

export const REAL_CLOCK: RetryClock = { sleep, random: Math.random, now: Date.now };

/** For whoever has no time for another: it waits for ever, and so must be given up from outside. */
export const ONE_TRY: RetryClock = { ...REAL_CLOCK, sleep: () => new Promise(() => {}) };

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 1000;
/** A job is not held for longer than GitHub asks here: the report is in the summary anyway. */
const LONGEST_ASKED_MS = 60_000;

/**
 * Runs `attempt` until it succeeds, up to four times, with growing jittered pauses, never shorter
 * than GitHub asks for. `attempt` must be safe to repeat after a call whose answer was lost.
 *
 * @returns its value, or the trouble that remained.
 * @throws only what did not come from a call to GitHub.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  clock: RetryClock = REAL_CLOCK,
): Promise<{ ok: true; value: T } | { ok: false; trouble: Trouble }> {
  for (let tries = 1; ; tries++) {
    try {
      return { ok: true, value: await attempt() };
    } catch (error) {
      const trouble = troubleOf(error, clock.now());
      if (trouble === null) throw error;
      const pauseMs =
        trouble.kind === 'transient' ? pauseAfter(tries, trouble.waitMs, clock) : null;
      if (pauseMs === null) return { ok: false, trouble };
      await clock.sleep(pauseMs);
    }
  }
}

/** Null: give up. */
function pauseAfter(tries: number, askedMs: number | null, { random }: RetryClock): number | null {
  if (tries >= ATTEMPTS) return null;
  const jitteredMs = FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + random());
  const leastMs = askedMs ?? 0;
  return leastMs > LONGEST_ASKED_MS ? null : Math.round(leastMs + jitteredMs);
}
