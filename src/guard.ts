/** The gate's end of the watchdog: tells it what to clean if the gate dies. */
import { spawn } from 'node:child_process';
import { ownProgram } from './runtime.ts';

export interface Guard extends AsyncDisposable {
  /** Kill every process that carries this marker. */
  marker(value: string): void;
  /** Remove this folder. */
  remove(path: string): void;
  /** Forget this repository's worktrees whose folders are gone. */
  prune(repository: string): void;
}

/** Starts the watchdog. Disposing lets it do its duties (normally nothing is left) and waits for it. */
export function startGuard(): Guard {
  const child = spawn(process.execPath, [ownProgram('watchdog')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // A watchdog that died leaves the gate's own cleaning in place; nothing else depends on it.
  child.stdin.on('error', () => {});
  const say = (line: string) => child.stdin.write(`${line}\n`);
  return {
    marker: (value) => say(`marker ${value}`),
    remove: (path) => say(`remove ${path}`),
    prune: (repository) => say(`prune ${repository}`),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
