/** A commit's files in a clone of their own, as the user's checkout would have them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { writeRepository } from './borrow.ts';
import { fillFiltered, turnedOff } from './filtered.ts';
import { GitError } from './git.ts';
import type { Setting } from './git-env.ts';
import { askOrigin, type Clone } from './origin.ts';
import { configText } from './quoting.ts';
import { keepable, settingOf } from './settings.ts';
import { fillSubmodules } from './submodules.ts';

/**
 * Makes a clone at `dir`, which must not exist or be empty, with HEAD detached at `commit`. It borrows objects;
 * configuration, hooks, index and refs are its own. Sparse as the user's checkout is; submodules
 * as far as that has them; files of Git LFS with content where that has it.
 * @param gitDir another place than `<dir>/.git`: that of a submodule
 * @throws GitError, or the signal's reason; the caller removes what is there then
 */
export async function placeCommit(
  clone: Clone,
  commit: string,
  dir: string,
  gitDir = join(dir, '.git'),
): Promise<void> {
  const { user, repo } = clone;
  const own: Setting[] = [['core.bare', 'false']];
  if (gitDir !== join(dir, '.git')) own.push(['core.worktree', relative(gitDir, dir)]);
  const borrowed = join(repo, 'objects');
  await mkdir(dir, { recursive: true });
  await writeRepository(gitDir, {
    user,
    objects: user.objects === null ? [borrowed] : [borrowed, user.objects],
    head: commit,
    shallow: await readFile(join(repo, 'shallow')).catch(() => null),
    config: [...own, ...sparseness(clone)],
  });
  if (gitDir !== join(dir, '.git')) {
    await writeFile(join(dir, '.git'), `gitdir: ${relative(dir, gitDir)}\n`);
  }
  const broken = await writeFiles(clone, dir);
  await fillFiltered(clone, dir, broken);
  await fillSubmodules(clone, dir, gitDir, placeCommit);
  // Only now: the addresses in it come without the passwords that fetching may have needed.
  const config = configText(keepable(user.settings, user.root));
  await writeFile(join(gitDir, 'config'), config, { flag: 'a' });
}

/**
 * A partial clone fetches contents only now: hence through origin's credentials. A filter that
 * fails and is required would end it all; it is told and turned off.
 * @returns the names of filters that were turned off
 */
async function writeFiles(clone: Clone, dir: string): Promise<string[]> {
  const broken: string[] = [];
  for (;;) {
    try {
      await askOrigin(clone, ['reset', '--hard', '--quiet'], {
        cwd: dir,
        // What the user has not downloaded, we do not either.
        env: { GIT_LFS_SKIP_SMUDGE: '1' },
        config: broken.flatMap(turnedOff),
      });
      return broken;
    } catch (error) {
      const name = error instanceof GitError ? failedFilter(error.stderr) : null;
      if (name === null || broken.includes(name)) throw error;
      broken.push(name);
    }
  }
}

function failedFilter(stderr: string): string | null {
  return /smudge filter '?([^\s']+)'? failed/.exec(stderr)?.[1] ?? null;
}

/** Of a sparse checkout, the same part of the tree: builds work in it, and a partial clone has no more. */
function sparseness({ user: { settings } }: Clone): Setting[] {
  return ['core.sparsecheckout', 'core.sparsecheckoutcone'].flatMap((key): Setting[] => {
    const value = settingOf(settings, key);
    return value === null ? [] : [[key, value]];
  });
}
