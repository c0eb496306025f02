/** Commits of a clone that may be shallow: asking for them, and fetching what is missing. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { shortCommit } from '../terms/short-commit.ts';
import { askGit, git } from './git.ts';
import { askOrigin, type Clone, FETCH, remoteOf } from './origin.ts';

/** Id of the commit that `revision` names; null when this clone has none. */
export async function commitOf({ repo, signal }: Clone, revision: string): Promise<string | null> {
  return askGit(repo, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], { signal });
}

/**
 * A commit's parents as the commit itself names them. A shallow clone hides parents that it does
 * not have from `rev-parse HEAD^1`; the commit object still tells.
 */
export async function parentsOf({ repo, signal }: Clone, commit: string): Promise<string[]> {
  const header = await headerOf({ repo, signal }, commit);
  return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, id = '']) => id);
}

/** Id of the tree of a commit that the clone has. */
export async function treeOf({ repo, signal }: Clone, commit: string): Promise<string> {
  // `rev-parse COMMIT^{tree}` would want the tree itself, which a treeless clone has not got.
  return /^tree ([0-9a-f]+)$/m.exec(await headerOf({ repo, signal }, commit))?.[1] ?? '';
}

/** When it was committed, in seconds. Not by `git show`, which says what it thinks of signatures where the user has switched that on. */
export async function committedAt(
  { repo, signal }: Pick<Clone, 'repo' | 'signal'>,
  commit: string,
): Promise<number> {
  const header = await headerOf({ repo, signal }, commit);
  return Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(header)?.[1] ?? 0);
}

async function headerOf({ repo, signal }: Pick<Clone, 'repo' | 'signal'>, commit: string) {
  const text = await git(repo, ['cat-file', 'commit', commit], { signal });
  return text.split('\n\n', 1)[0] ?? '';
}

/**
 * Fetches just this commit, unless it is there.
 * @throws GitError when origin does not have it or cannot be reached
 */
export async function ensureCommit(clone: Clone, commit: string): Promise<void> {
  if ((await commitOf(clone, commit)) !== null) return;
  // In a complete clone a depth would cut the user's history short: only a shallow one gets it.
  const depth = (await isShallow(clone)) ? ['--depth=1'] : [];
  clone.log?.(`Fetching commit ${shortCommit(commit)} from ${remoteOf(clone)}`);
  await askOrigin(clone, [...FETCH, ...depth, remoteOf(clone), commit]);
}

/**
 * The best common ancestor of two commits; null when they have none. A shallow clone is deepened,
 * step by step, until there is one.
 */
export async function mergeBase(clone: Clone, one: string, other: string): Promise<string | null> {
  const find = () => askGit(clone.repo, ['merge-base', one, other], { signal: clone.signal });
  return (await find()) ?? deepenUntil(clone, [one, other], find);
}

/**
 * Fetches more and more history of `tips` until `find` finds.
 * @returns what was found; null when the history is complete and there is still nothing
 */
export async function deepenUntil<T>(
  clone: Clone,
  tips: readonly string[],
  find: () => Promise<T | null>,
): Promise<T | null> {
  const wants = await cutsBelow(clone, tips);
  if (wants.length === 0) return null;
  for (const step of ['--deepen=50', '--deepen=200', '--deepen=1000', '--unshallow']) {
    if (!(await isShallow(clone))) break;
    clone.log?.(`Fetching more history from ${remoteOf(clone)} (${step.slice(2)})`);
    await askOrigin(clone, [...FETCH, step, remoteOf(clone), ...wants]);
    const found = await find();
    if (found !== null) return found;
  }
  return null;
}

export async function isShallow({ repo, signal }: Clone): Promise<boolean> {
  return (await git(repo, ['rev-parse', '--is-shallow-repository'], { signal })) === 'true';
}

/**
 * Where the history of `tips` is cut. These commits came from origin, so origin can be asked for
 * them; a tip itself may be local.
 */
async function cutsBelow(clone: Clone, tips: readonly string[]): Promise<string[]> {
  if (!(await isShallow(clone))) return [];
  const { repo, signal } = clone;
  const path = await git(repo, ['rev-parse', '--git-path', 'shallow'], { signal });
  const cuts = new Set((await readFile(resolve(repo, path), 'utf8')).split('\n'));
  const reachable = await git(repo, ['rev-list', ...tips], { signal });
  return reachable.split('\n').filter((commit) => cuts.has(commit));
}
