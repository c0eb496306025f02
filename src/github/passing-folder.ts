/** Is the folder of a history gone when the job is over? */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { HistoryPlace } from '../config/values/history-place.ts';
import { isInside } from '../system/files/inside.ts';
import type { Env } from './event.ts';

/**
 * The folder, where nothing is in it yet and this runner empties what it is in: all of it on a machine of GitHub's, the workspace and the folder for
 * temporary files on any. One that has files already was brought back by a step before, and a later step may keep it again. Null: it stays, as far as
 * can be known.
 */
export function passingFolder(place: HistoryPlace, cwd: string, env: Env): string | null {
  if (place.kind !== 'directory') return null;
  const folder = path.resolve(cwd, place.path);
  const emptied = [env.GITHUB_WORKSPACE, env.RUNNER_TEMP].filter((one) => one);
  const isPassing =
    env.RUNNER_ENVIRONMENT === 'github-hosted' ||
    emptied.some((one) => isInside(path.resolve(one ?? ''), folder));
  return isPassing && isEmpty(folder) ? folder : null;
}

/** What is not there, or no folder, has nothing in it. */
function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return true;
  }
}
