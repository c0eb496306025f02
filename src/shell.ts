/** How a command of the user's becomes a process. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Program and arguments that run `command` as a GitHub step without `shell:` would: bash, where
 * PATH has it, else sh; stopping at the first line that fails.
 */
export function shellCommand(
  command: string,
  env: Record<string, string | undefined>,
): [file: string, ...args: string[]] {
  return [hasBash(env.PATH ?? '') ? 'bash' : 'sh', '-e', '-c', command];
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
