/** A folder of results in somebody's work tree: it hides itself from git, so that the next run does not take it for a change. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../system/files/whole-file.ts';
import { LOCK } from '../system/results/results-lock.ts';
import { holderOf } from './git-env.ts';

/**
 * Only where it is all ours: what somebody else has put there, such as the sources of a project, is theirs to hide or to show.
 *
 * @param isOurs whoever has files there, as of a folder that only we give this name
 */
export function hideFromGit(dir: string, isOurs = false): void {
  const file = path.join(dir, '.gitignore');
  if (existsSync(file)) return;
  const isEmpty = readdirSync(dir).every((name) => name === LOCK);
  if (isOurs || (isEmpty && holderOf(dir) !== null)) writeWhole(file, '*\n');
}
