/** Whether a path of the config leads to something inside the repository, symbolic links followed. */
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isInside } from '../../system/files/inside.ts';

/** What is allowed in place of a path that does not do; null when it does. */
export async function problemWith(
  path: string,
  root: string,
  kind: 'file' | 'folder',
): Promise<string | null> {
  const full = resolve(root, path);
  try {
    const found = await stat(full);
    if (kind === 'folder' && !found.isDirectory()) return 'a folder (this is a file)';
    if (kind === 'file' && found.isDirectory()) return 'a file (this is a folder)';
    if (kind === 'file' && !found.isFile()) return 'a regular file';
    const [real, realRoot] = await Promise.all([realpath(full), realpath(root)]);
    return isInside(realRoot, real)
      ? null
      : `a ${kind} inside the repository (this is a link that leads out of it)`;
  } catch {
    return `a ${kind} that exists`;
  }
}
