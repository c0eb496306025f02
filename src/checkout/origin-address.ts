/** Where the user's repository was cloned from. */
import { resolve } from 'node:path';
import { askGit } from './git.ts';

/** As git itself would ask it; a path is whole. Null where there is no origin. */
export async function originAddress(root: string, signal?: AbortSignal): Promise<string | null> {
  // Git answers with the name itself where it knows no such remote.
  const url = await askGit(root, ['ls-remote', '--get-url', 'origin'], { signal });
  if (url === null || url === '' || url === 'origin') return null;
  const isPath = !url.includes('://') && !/^[^/]*:/.test(url);
  return isPath ? resolve(root, url) : url;
}
