/** A commit's files in a folder of their own, beside the user's work tree. */
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { askGit, GitError, git } from './git.ts';
import { askOrigin, type Clone } from './origin.ts';
import { removeFolder } from './remove.ts';

/**
 * Makes a detached worktree of `commit` at `dir`, which must not exist. Submodules are filled as
 * far as the user's own checkout has them initialised. Disposing removes the folder and git's
 * record of it, whatever the builds did to either; it may be disposed twice.
 * @throws GitError, or the signal's reason; nothing is left behind then
 */
export async function addWorktree(
  clone: Clone,
  commit: string,
  dir: string,
): Promise<AsyncDisposable> {
  const records = await worktreeRecords(clone);
  const remove = () => removeWorktree(clone.repo, records, dir);
  try {
    // A partial clone fetches files only now: hence through origin's credentials.
    await askOrigin(clone, ['worktree', 'add', '--quiet', '--detach', dir, commit]);
    await fillSubmodules(clone, dir);
  } catch (error) {
    await remove();
    throw error;
  }
  let removed: Promise<void> | undefined;
  return {
    [Symbol.asyncDispose]() {
      removed ??= remove();
      return removed;
    },
  };
}

/** The folder in which git keeps one record per worktree. */
export async function worktreeRecords({ repo, signal }: Clone): Promise<string> {
  const common = await git(repo, ['rev-parse', '--git-common-dir'], { signal });
  return join(resolve(repo, common), 'worktrees');
}

/**
 * Drops git's records of worktrees inside `root`, at once: what is left to do for a program that
 * exits. Other worktrees' records are left alone, as `git worktree prune` would not.
 */
export function forgetWorktreesSync(records: string, root: string): void {
  for (const name of listOf(records)) {
    const record = join(records, name);
    if (gitFileOf(record).startsWith(join(root, '/'))) {
      rmSync(record, { recursive: true, force: true });
    }
  }
  try {
    rmdirSync(records);
  } catch {
    // Other worktrees are in it, or it never was.
  }
}

/** No abort signal here: an aborted run is the one that must be cleaned up. */
async function removeWorktree(repo: string, records: string, dir: string): Promise<void> {
  try {
    await git(repo, ['worktree', 'remove', '--force', '--force', dir]);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  await removeFolder(dir);
  forgetWorktreesSync(records, dir);
}

async function fillSubmodules(clone: Clone, dir: string): Promise<void> {
  const declared = await access(join(dir, '.gitmodules')).then(
    () => true,
    () => false,
  );
  if (!declared) return;
  const pattern = '^submodule\\..*\\.(url|active)$';
  const used = await askGit(dir, ['config', '--get-regexp', pattern], { signal: clone.signal });
  if (used === null) return;
  try {
    await askOrigin(clone, ['submodule', '--quiet', 'update', '--recursive'], dir);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    clone.log?.(`Submodules are missing in ${dir}: ${error.message}`);
  }
}

function listOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Path of the worktree's `.git` file, which the record points back to. */
function gitFileOf(record: string): string {
  try {
    return readFileSync(join(record, 'gitdir'), 'utf8').trim();
  } catch {
    return '';
  }
}
