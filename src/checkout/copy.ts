/** Plain folders as arms: copied, so that builds write into the copy alone. */
import { constants } from 'node:fs';
import { cp, lstat, realpath, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { UserError } from '../system/messages/problem.ts';

/**
 * Real path of a folder that the user gave.
 * @param where the flag's name
 * @throws UserError when it is missing or no folder
 */
export async function existingFolder(cwd: string, dir: string, where: string): Promise<string> {
  const path = resolve(cwd, dir);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return realpath(path);
  throw new UserError({
    where,
    message: `${found === null ? 'There is no folder' : 'This is not a folder:'} ${path}`,
    hint: 'Give the root of a source tree; a relative path starts at the current folder.',
  });
}

/**
 * Copies all of `from`, with installed dependencies and built files (a plain folder cannot say
 * what is ignored), but without `.git`, sockets and pipes. Symbolic links stay as they are.
 * @throws the signal's reason when aborted; the caller removes what was copied
 */
export async function copyFolder(from: string, to: string, signal?: AbortSignal): Promise<void> {
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    mode: constants.COPYFILE_FICLONE,
    async filter(source) {
      signal?.throwIfAborted();
      if (basename(source) === '.git') return false;
      const entry = await lstat(source);
      return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
    },
  });
}
