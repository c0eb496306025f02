/** Where HEAD left a branch that is known in more than one state, such as the user's own and that of origin. */
import { mergeBase } from './commits.ts';
import { askGit, git } from './git.ts';
import type { Clone } from './origin.ts';

export interface Tip {
  /** As people call it: "origin/main". */
  name: string;
  commit: string;
}

export interface Fork {
  /** Of HEAD and the tip. */
  commit: string;
  tip: Tip;
}

/**
 * The newest commit that HEAD has in common with one of them, so that what landed on an older state since is not blamed on HEAD.
 * Of two that do not follow each other, the tip that stands first counts.
 * @returns null when HEAD has nothing in common with any
 */
export async function newestFork(clone: Clone, tips: readonly Tip[]): Promise<Fork | null> {
  const head = await headCommit(clone);
  let newest: Fork | null = null;
  for (const tip of tips) {
    const commit = await mergeBase(clone, tip.commit, head);
    if (commit === null) continue;
    if (newest === null || (await follows(clone, commit, newest.commit))) newest = { commit, tip };
  }
  return newest;
}

export function headCommit({ repo, signal }: Clone): Promise<string> {
  return git(repo, ['rev-parse', '--verify', 'HEAD'], { signal });
}

/** How many commits of `tip` the other one has not got. */
export async function lackingCommits(clone: Clone, other: string, tip: string): Promise<number> {
  const { repo, signal } = clone;
  return Number(await git(repo, ['rev-list', '--count', `${other}..${tip}`], { signal }));
}

async function follows({ repo, signal }: Clone, newer: string, older: string): Promise<boolean> {
  if (newer === older) return false;
  const args = ['merge-base', '--is-ancestor', older, newer];
  return (await askGit(repo, args, { signal })) !== null;
}
