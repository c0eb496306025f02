/** SIGINT and SIGTERM → one abort, so that every stage cleans up on its own way out. */
import { constants } from 'node:os';
import { endPatience, shortenPatience } from './patience.ts';

export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * One press of Ctrl-C may come twice: from the terminal and from the program that started us (npm). Nothing
 * that comes so soon is meant as a second signal.
 */
const ECHO_MS = 700;
/** What a clean-up that was told to hurry has before the program ends all the same. */
const HURRY_MS = 1500;

/**
 * The first signal aborts: everything is ended and removed, and `after` commands have a few seconds. A
 * second one (GitHub cancels with SIGINT, then SIGTERM 7.5 s later) cuts that short: commands are killed,
 * and so is whoever was given time to end. What is not done within a moment, or at a third signal, is left
 * to the watchdog, which goes on without us. The exit code stays that of the first.
 */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  let count = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let exitCode = 0;
  const leave = () => {
    process.stderr.write('not waiting for the clean-up any longer: the watchdog goes on with it\n');
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const isEcho = performance.now() - lastMs < ECHO_MS;
      if (isEcho) return;
      lastMs = performance.now();
      count++;
      if (count === 1) {
        const reason = new Interrupted(signal);
        exitCode = reason.exitCode;
        shortenPatience();
        controller.abort(reason);
      } else if (count === 2) {
        endPatience();
        setTimeout(leave, HURRY_MS).unref();
      } else {
        leave();
      }
    });
  }
  return controller.signal;
}
