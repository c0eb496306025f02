/** SIGINT and SIGTERM → one abort, so that every stage cleans up on its own way out. */
import { constants } from 'node:os';

export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * GitHub cancels with SIGINT, then SIGTERM 7.5 s later: the second signal finds the clean-up under
 * way and must not cut it short.
 */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort(new Interrupted(signal)));
  }
  return controller.signal;
}
