/** How a command of the user's becomes a process. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MARKER, markingWords } from '../processes/mark.ts';

export interface ShellOptions {
  /** The kernel takes its processes, and not the gate, when the machine runs out of memory. */
  diesFirst?: boolean;
}

/** Any process may make itself the first to be taken; only root may undo it. */
const DIE_FIRST = '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null';

/**
 * Program and arguments that run `command` as a GitHub step without `shell:` would: bash, where
 * PATH has it, else sh; stopping at the first line that fails. Where the environment has a marker, the
 * processes are marked with it in the second way as well.
 */
export function shellCommand(
  command: string,
  env: Record<string, string | undefined>,
  { diesFirst = false }: ShellOptions = {},
): [file: string, ...args: string[]] {
  const shell = shellIn(env.PATH ?? '');
  const run: [string, ...string[]] = [shell, '-e', '-c', command];
  const marker = env[MARKER];
  if (process.platform !== 'linux' || marker === undefined) return run;
  const first = [markingWords(marker), ...(diesFirst ? [DIE_FIRST] : [])];
  return [shell, '-c', `${first.join('; ')}; exec "$@"`, shell, ...run];
}

/** Which shell runs commands, where programs are looked for in these folders. */
export function shellIn(path: string): 'bash' | 'sh' {
  return hasBash(path) ? 'bash' : 'sh';
}

function hasBash(path: string): boolean {
  return path.split(delimiter).some((folder) => {
    if (folder === '') return false;
    try {
      accessSync(join(folder, 'bash'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
