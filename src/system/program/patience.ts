/**
 * How long whoever is asked to end may take. GitHub cancels a job with SIGINT, sends SIGTERM 7.5 s later and
 * kills 2.5 s after that: all must be gone by then.
 */
import { setMaxListeners } from 'node:events';

/** From a first signal on: for `after` commands, all together. */
const COMMANDS_WITHIN_MS = 5000;
/** After a first signal: long enough for a server that closes its files. */
const WHEN_INTERRUPTED_MS = 1500;

const hurrying = new AbortController();
setMaxListeners(0, hurrying.signal);
let interruptedAtMs: number | null = null;

/** Aborted by a second signal: who is still there is killed at once, and no command is begun. */
export const hurry: AbortSignal = hurrying.signal;

/** After a first signal nobody gets long. */
export function shortenPatience(): void {
  interruptedAtMs ??= performance.now();
}

export function endPatience(): void {
  shortenPatience();
  hurrying.abort();
}

/** What is left of this time for whoever was asked to end. */
export function patience(usualMs: number): number {
  if (hurry.aborted) return 0;
  return interruptedAtMs === null ? usualMs : Math.min(usualMs, WHEN_INTERRUPTED_MS);
}

/** How long a command of the clean-up may run now; 0: not at all. */
export function timeForCommands(usualMs: number): number {
  if (hurry.aborted) return 0;
  if (interruptedAtMs === null) return usualMs;
  return Math.max(0, Math.min(usualMs, interruptedAtMs + COMMANDS_WITHIN_MS - performance.now()));
}
