/** The user's uncommitted work as a commit, without touching anything that is the user's. */
import { existsSync } from 'node:fs';
import { copyFile, readFile, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { namedFiles } from '../system/messages/named-files.ts';
import { UserError } from '../system/messages/problem.ts';
import { committedAt } from './commits.ts';
import { GitError, type GitOptions } from './git.ts';
import type { Setting } from './git-env.ts';
import type { Clone } from './origin.ts';
import { askUser } from './user.ts';

/** The index of the user's files as they are; there once a snapshot was taken. */
export function snapshotIndex({ repo }: Clone): string {
  return join(repo, 'snapshot-index');
}

/** Where Git LFS puts contents that it meets while we look at the user's files. */
export function snapshotLfs({ repo }: Clone): string {
  return join(repo, 'lfs');
}

/**
 * Commits the work tree as it is: staged, unstaged and untracked, but not ignored, files. The
 * index, the stash, the branches and the files stay as they are; the objects are added to our own
 * repository. The same content on the same HEAD gives the same id.
 * A submodule counts as the commit that is checked out in it; changes inside it do not count.
 * @returns HEAD's own id when nothing is changed
 * @throws UserError with git's words when a file cannot be read
 */
export async function snapshotWorkTree(clone: Clone): Promise<string> {
  const head = await ask(clone, ['rev-parse', '--verify', 'HEAD']);
  await copyIndex(clone);
  await refuseConflicts(clone);
  const tree = await writeTree(clone);
  if (tree === (await ask(clone, ['rev-parse', 'HEAD^{tree}']))) return head;
  return commitTree(clone, tree, head);
}

/** In the user's work tree, but what is written goes into our repository. */
async function ask(clone: Clone, args: readonly string[], options: GitOptions = {}) {
  const env = {
    GIT_INDEX_FILE: snapshotIndex(clone),
    GIT_OBJECT_DIRECTORY: join(clone.repo, 'objects'),
    // Also what a partial clone fetches goes there.
    GIT_NO_LAZY_FETCH: '0',
    ...options.env,
  };
  const config: Setting[] = [...SETTINGS, ['lfs.storage', snapshotLfs(clone)]];
  for (const path of await strangers(clone)) config.push(['safe.directory', path]);
  config.push(...(options.config ?? []));
  return askUser(clone.user, args, { signal: clone.signal, env, config });
}

/** Submodules of a work tree that is another user's: git looks into them, too, and would refuse. */
async function strangers({ user, signal }: Clone): Promise<string[]> {
  const { uid } = await stat(user.root);
  if (uid === process.geteuid?.()) return [];
  const index = await askUser(user, ['ls-files', '-s', '-z'], { signal });
  return index.split('\0').flatMap((line) => {
    const path = /^160000 \S+ \d\t(.+)$/s.exec(line)?.[1];
    return path === undefined ? [] : [join(user.root, path)];
  });
}

/** The copy spares git from reading every unchanged file again. */
async function copyIndex(clone: Clone): Promise<void> {
  const { root } = clone.user;
  const path = await askUser(clone.user, ['rev-parse', '--git-path', 'index']);
  const from = resolve(root, path);
  const to = snapshotIndex(clone);
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

/** Between the marks of a conflict stands code that nobody has chosen: what is built of it would fail, and say nothing of why. */
async function refuseConflicts(clone: Clone): Promise<void> {
  const { root } = clone.user;
  const unmerged = (await ask(clone, ['ls-files', '--unmerged', '-z'])).split('\0');
  const paths = new Set(unmerged.flatMap((entry) => /\t(.+)$/s.exec(entry)?.[1] ?? []));
  const marked: string[] = [];
  for (const path of paths) {
    const text = await readFile(join(root, path), 'latin1').catch(() => '');
    if (/^<{7} .*^={7}$.*^>{7} /ms.test(text)) marked.push(path);
  }
  if (marked.length === 0) return;
  throw new UserError({
    where: root,
    message: `There is a conflict that is not resolved yet, in ${namedFiles(marked)}.`,
    hint: `Resolve it first, or ${await waysOut(clone)}.`,
  });
}

/** What git keeps while it waits for a conflict to be resolved, and how that is given up. Of a stash that was applied it keeps nothing. */
const UNDER_WAY: readonly (readonly [path: string, abort: string])[] = [
  ['rebase-merge', 'give up the rebase (`git rebase --abort`)'],
  ['rebase-apply/applying', 'give up the patch (`git am --abort`)'],
  ['rebase-apply', 'give up the rebase (`git rebase --abort`)'],
  ['CHERRY_PICK_HEAD', 'give up the cherry-pick (`git cherry-pick --abort`)'],
  ['REVERT_HEAD', 'give up the revert (`git revert --abort`)'],
  ['MERGE_HEAD', 'give up the merge (`git merge --abort`)'],
];

async function waysOut({ user }: Clone): Promise<string> {
  for (const [name, abort] of UNDER_WAY) {
    const path = await askUser(user, ['rev-parse', '--git-path', name]);
    if (existsSync(resolve(user.root, path))) return abort;
  }
  return 'take the last commit of each such file again (`git checkout HEAD -- FILE`: a stash that was popped is still there)';
}

async function writeTree(clone: Clone): Promise<string> {
  try {
    await ask(clone, ['add', '--all']);
    return await ask(clone, ['write-tree']);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new UserError(
      {
        where: clone.user.root,
        message: `Cannot take a snapshot of the uncommitted changes. ${error.message}`,
        hint: 'Commit the changes or have git ignore what it cannot read.',
      },
      { cause: error },
    );
  }
}

async function commitTree(clone: Clone, tree: string, head: string): Promise<string> {
  const date = `${await committedAt(clone, head)} +0000`;
  const who = { NAME: 'throughput-gate', EMAIL: 'throughput-gate@localhost', DATE: date };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const args = ['commit-tree', '-p', head, '-m', 'Work tree with uncommitted changes', tree];
  return ask(clone, args, { env, config: [['commit.gpgSign', 'false']] });
}

const SETTINGS: readonly Setting[] = [
  // A split index would leave a shared part in the user's repository.
  ['core.splitIndex', 'false'],
  ['core.safecrlf', 'false'],
  ['advice.addEmbeddedRepo', 'false'],
];
