/** The user's uncommitted work as a commit, without touching anything that is the user's. */
import { copyFile, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../problem.ts';
import { GitError, git } from './git.ts';

/**
 * Commits the work tree as it is: staged, unstaged and untracked, but not ignored, files. The
 * index, the stash, the branches and the files stay as they are; only loose objects are added,
 * which git clears away in time. The same content on the same HEAD gives the same id.
 * A submodule counts as the commit that is checked out in it; changes inside it do not count.
 * @returns HEAD's own id when nothing is changed
 * @throws UserError with git's words when a file cannot be read
 */
export async function snapshotWorkTree(repo: string, signal?: AbortSignal): Promise<string> {
  const root = await git(repo, ['rev-parse', '--show-toplevel'], { signal });
  const head = await git(root, ['rev-parse', '--verify', 'HEAD'], { signal });
  const folder = await mkdtemp(join(tmpdir(), 'throughput-gate-index-'));
  try {
    const index = join(folder, 'index');
    await copyIndex(root, index, signal);
    const tree = await writeTree(root, index, signal);
    if (tree === (await git(root, ['rev-parse', 'HEAD^{tree}'], { signal }))) return head;
    return await commitTree(root, tree, head, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The copy spares git from reading every unchanged file again. */
async function copyIndex(root: string, to: string, signal?: AbortSignal): Promise<void> {
  const path = await git(root, ['rev-parse', '--git-path', 'index'], { signal });
  const from = resolve(root, path);
  try {
    const { mtimeMs } = await stat(from);
    await copyFile(from, to);
    // git distrusts entries that are as young as the index: a younger copy would hide changes.
    const time = Math.floor(mtimeMs) / 1000;
    await utimes(to, time, time);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function writeTree(root: string, index: string, signal?: AbortSignal): Promise<string> {
  const options = { signal, env: { GIT_INDEX_FILE: index }, config: SNAPSHOT_CONFIG };
  try {
    await git(root, ['add', '--all'], options);
    return await git(root, ['write-tree'], options);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new UserError(
      {
        where: root,
        message: `Cannot take a snapshot of the uncommitted changes. ${error.message}`,
        hint: 'Commit the changes or have git ignore what it cannot read.',
      },
      { cause: error },
    );
  }
}

async function commitTree(
  root: string,
  tree: string,
  head: string,
  signal?: AbortSignal,
): Promise<string> {
  const date = await git(root, ['show', '--no-patch', '--format=%ct +0000', head], { signal });
  const who = { NAME: 'throughput-gate', EMAIL: 'throughput-gate@localhost', DATE: date };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const args = ['commit-tree', '-p', head, '-m', 'Work tree with uncommitted changes', tree];
  return git(root, args, { signal, env, config: [['commit.gpgSign', 'false']] });
}

const SNAPSHOT_CONFIG = [
  ['core.fsmonitor', 'false'],
  // A split index would leave a shared part in the user's repository.
  ['core.splitIndex', 'false'],
  ['core.safecrlf', 'false'],
  ['advice.addEmbeddedRepo', 'false'],
] as const;
