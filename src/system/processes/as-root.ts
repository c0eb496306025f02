/** Signals to processes of other users: a command that went by way of `sudo` has started them. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** It asks for no password, so it is done at once, or hangs for reasons of its own. */
const DONE_WITHIN_MS = 1000;

/** By the same `sudo`, where that needs no password, as on GitHub's runners. Does nothing where there is none. */
export async function signalAsRoot(pids: readonly number[], signal: NodeJS.Signals): Promise<void> {
  // Nobody keeps root from sending them itself.
  if (process.platform === 'win32' || process.getuid?.() === 0) return;
  const args = ['-n', '--', 'kill', '-s', signal.slice('SIG'.length), ...pids.map(String)];
  const child = spawn('sudo', args, { stdio: 'ignore' });
  const done = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  await Promise.race([done, sleep(DONE_WITHIN_MS, undefined, { ref: false })]);
}
