/** Where the user's repository is: around the folder where we stand, or in one below it. */
import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../system/messages/problem.ts';
import { assertGit, GitError, git } from './git.ts';
import { holderOf } from './git-env.ts';

/**
 * Root of the work tree that holds `cwd`; servers' workdirs are relative to it. Where `cwd` is in
 * none, the only repository one or two levels below: actions/checkout with `path: app` makes that.
 * Null when there is no repository, and in a bare one.
 * @throws UserError when there are several below, or git cannot read the one that there is
 */
export async function repoRoot(cwd: string, signal?: AbortSignal): Promise<string | null> {
  await assertGit();
  return (await rootAround(cwd, signal)) ?? (await onlyOneBelow(await realpath(cwd)));
}

/** Null where `cwd` is in no work tree. */
export async function rootAround(
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    return await git(cwd, ['rev-parse', '--show-toplevel'], { signal });
  } catch (error) {
    // Other reasons are told in git's own words.
    if (!(error instanceof GitError)) throw error;
    if (/not a git repository|must be run in a work tree/i.test(error.stderr)) return null;
    throw new UserError({ where: cwd, message: error.message }, { cause: error });
  }
}

async function onlyOneBelow(cwd: string): Promise<string | null> {
  // Inside of a bare repository, or of a `.git`, nothing below is meant.
  if (existsSync(join(cwd, 'HEAD')) || holderOf(cwd) !== null) return null;
  const found = await repositoriesBelow(cwd, 2);
  if (found.length <= 1) return found[0] ?? null;
  throw new UserError({
    where: cwd,
    message: `This folder is not in a git repository, and below it there are several: ${found
      .map((path) => path.slice(cwd.length + 1))
      .sort()
      .join(', ')}.`,
    hint: 'Run it inside of the one that is meant. In a workflow, check the others out into a folder whose name begins with a dot (`path: .tools`): there nothing is looked for.',
  });
}

async function repositoriesBelow(folder: string, levels: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries
    .filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name))
    .map((entry) => join(folder, entry.name));
  const found: string[] = [];
  for (const path of folders) {
    if (existsSync(join(path, '.git'))) found.push(path);
    else if (levels > 1) found.push(...(await repositoriesBelow(path, levels - 1)));
  }
  return found;
}

/** Dependencies may be checkouts, too. */
const SKIPPED = /^(\.|node_modules$|vendor$|_)/;
