/** The gate's end of the watchdog: tells it what to clean if the gate dies. */
import { spawn } from 'node:child_process';
import { ownProgram } from './runtime.ts';

/** What the watchdog does when the gate is gone; sent as one line of JSON each. */
export type Duty =
  /** End every process whose marker begins so. */
  | { kill: string }
  /** Remove this folder. */
  | { remove: string }
  /** Forget git's records of worktrees inside this folder. */
  | { forget: string; records: string };

export interface Guard extends AsyncDisposable {
  add(duty: Duty): void;
}

/** Starts the watchdog. Disposing lets it do its duties (normally nothing is left) and waits for it. */
export function startGuard(): Guard {
  const child = spawn(process.execPath, [ownProgram('watchdog')], {
    detached: true,
    // GitHub's runner ends, with a job, every process that inherited its value of this variable.
    env: { ...process.env, RUNNER_TRACKING_ID: '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // A watchdog that died leaves the gate's own cleaning in place; nothing else depends on it.
  child.stdin.on('error', () => {});
  return {
    add: (duty) => child.stdin.write(`${JSON.stringify(duty)}\n`),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
