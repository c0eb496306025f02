/** The change: the commit that is compared with the baseline. */
import { UserError } from '../problem.ts';
import { commitOf } from './commits.ts';
import { askGit, GitError, git } from './git.ts';
import type { Clone } from './origin.ts';
import { snapshotWorkTree } from './snapshot.ts';

export interface Head {
  commit: string;
  description: string;
  /** The commit is a snapshot with changes that HEAD does not have. */
  uncommitted: boolean;
}

/**
 * HEAD, or with `uncommitted` a snapshot of the work tree on top of it, where that differs.
 * @throws UserError when the repository has no commit yet
 */
export async function resolveHead(
  clone: Clone,
  { uncommitted }: { uncommitted: boolean },
): Promise<Head> {
  const head = await commitOf(clone, 'HEAD');
  if (head === null) {
    throw new UserError({
      where: clone.repo,
      message: 'The repository has no commit yet.',
      hint: 'Commit something, or compare two folders with --base-dir and --head-dir.',
    });
  }
  const branch = await askGit(clone.repo, ['symbolic-ref', '-q', '--short', 'HEAD'], {
    signal: clone.signal,
  });
  const name = branch === null ? 'HEAD' : `HEAD of ${branch}`;
  const commit = uncommitted ? await snapshotWorkTree(clone.repo, clone.signal) : head;
  return commit === head
    ? { commit, description: name, uncommitted: false }
    : { commit, description: `${name} with uncommitted changes`, uncommitted: true };
}

/**
 * Root of the work tree that holds `cwd`; servers' workdirs are relative to it. Null outside of a
 * repository and in a bare one.
 */
export async function repoRoot(cwd: string, signal?: AbortSignal): Promise<string | null> {
  try {
    return await git(cwd, ['rev-parse', '--show-toplevel'], { signal });
  } catch (error) {
    // Other reasons, such as a folder of another owner, are told in git's own words.
    if (!(error instanceof GitError)) throw error;
    if (/not a git repository|must be run in a work tree/i.test(error.stderr)) return null;
    throw new UserError({ where: cwd, message: error.message }, { cause: error });
  }
}
