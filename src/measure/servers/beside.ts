/** A short command beside a server: one that asks whether it is ready, or that ends it. */

import { noteLeft } from '../../system/cleanup/leftovers.ts';
import { pinned } from '../../system/cpus/cores.ts';
import { MARKER } from '../../system/processes/mark.ts';
import { patience } from '../../system/program/patience.ts';
import { launch } from '../../system/start/launch.ts';
import { shellCommand } from '../../system/start/shell.ts';

export interface BesideTerms {
  cwd: string;
  cores: readonly number[] | null;
  /** With a marker that is not the server's own. */
  env: NodeJS.ProcessEnv;
}

export interface BesideLimits {
  limitMs: number;
  signal: AbortSignal | null;
  /** Where it prints; null: nowhere. */
  to: number | null;
}

/** Time to end after SIGTERM. */
const GRACE_MS = 500;
const LOOK_MS = 25;

/** Commands so far, of all runs of this process. */
let count = 0;

/**
 * The run's marker with words of its own behind it: the command does not count as the server's, and ending it ends no other
 * one, such as the other arm's, which runs at the same time.
 */
function nextMarker(marker: string): string {
  count += 1;
  return `${marker.split('.')[0]}.beside${String(count).padStart(6, '0')}.`;
}

/** So begins what is said of one that was ended, as its time was over. */
export const NOT_DONE = 'not done after';

/** Null when it succeeded, else how it ended: "exit code 1", "not done after 2 s". What it leaves behind is ended. */
export async function runBeside(
  command: string,
  { cwd, cores, env }: BesideTerms,
  { limitMs, signal, to }: BesideLimits,
): Promise<string | null> {
  signal?.throwIfAborted();
  const marked = { ...env, [MARKER]: nextMarker(env[MARKER] ?? '') };
  const argv = pinned(cores, shellCommand(command, marked)) as [string, ...string[]];
  const out = to ?? 'ignore';
  const started = await launch(argv, { cwd, env: marked, stdio: ['ignore', out, out] }).catch(
    (error: Error) => error.message,
  );
  if (typeof started === 'string') return started;
  const { child } = started;
  let isLate = false;
  const ended = new Promise<string | null>((resolve) => {
    const asText = (code: number | null, killer: string | null) =>
      code === 0 ? null : (killer ?? `exit code ${code}`);
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve(asText(child.exitCode, child.signalCode));
    }
    child.once('exit', (code, killer) => resolve(asText(code, killer)));
  });
  const end = () => void started.end(GRACE_MS);
  const beganMs = performance.now();
  // A signal to the gate shortens it while it runs.
  const limit = setInterval(() => {
    if (isLate || performance.now() - beganMs < patience(limitMs)) return;
    isLate = true;
    end();
  }, LOOK_MS);
  signal?.addEventListener('abort', end, { once: true });
  const how = await ended;
  clearInterval(limit);
  signal?.removeEventListener('abort', end);
  for (const what of await started.end(GRACE_MS)) noteLeft(what);
  signal?.throwIfAborted();
  return isLate ? `${NOT_DONE} ${limitMs / 1000} s` : how;
}
