/** The baseline: which commit head is compared with. */

import { UserError } from '../system/messages/problem.ts';
import { shortCommit } from '../terms/short-commit.ts';
import { commitOf, ensureCommit, parentsOf } from './commits.ts';
import { defaultBranch, tipAtOrigin } from './default-branch.ts';
import { fetchCure } from './fetch-cure.ts';
import { headCommit, newestFork } from './fork.ts';
import { GitError } from './git.ts';
import { type Home, isElsewhere } from './home.ts';
import type { Clone } from './origin.ts';
import { resolveRef } from './ref.ts';

/**
 * How to find the baseline.
 * `ref`: what the user named. `merge-commit`: the first parent of the merge that GitHub made of a
 * pull request; when HEAD is not that merge (not `sha`, or not a merge at all), as `merge-base`.
 * `merge-base`: where HEAD left `branch`, a branch of origin. `commit`: this one, named by an
 * event; when it is gone, HEAD's first parent. `auto`: where HEAD left the default branch (`branch`,
 * where an event names it); on that branch itself, HEAD when there are uncommitted changes, else its
 * first parent.
 */
export type BaseRequest =
  | { kind: 'ref'; ref: string }
  | { kind: 'merge-commit'; branch: string; sha?: string | undefined; home?: Home | undefined }
  | { kind: 'merge-base'; branch: string }
  | { kind: 'commit'; sha: string; description?: string | undefined }
  | { kind: 'auto'; branch?: string | undefined };

export type Base = { commit: string; description: string } | { commit: null; reason: string };

/**
 * Finds the baseline's commit and makes sure that the clone has it.
 * @param uncommitted head holds changes that no commit has (matters to `auto` alone)
 * @returns a null commit with the reason where there is nothing to compare with
 * @throws UserError when it is not known or cannot be fetched
 */
export async function resolveBase(
  clone: Clone,
  request: BaseRequest,
  { uncommitted = false } = {},
): Promise<Base> {
  try {
    return await resolve(clone, request, uncommitted);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new UserError(
      {
        message: `Cannot get the baseline's commit. ${error.message}`,
        hint: fetchCure(error.trouble, clone.token),
      },
      { cause: error },
    );
  }
}

async function resolve(clone: Clone, request: BaseRequest, uncommitted: boolean): Promise<Base> {
  switch (request.kind) {
    case 'ref':
      return resolveRef(clone, request.ref);
    case 'merge-commit':
      return mergeParent(clone, request);
    case 'merge-base':
      return leftBranch(clone, request.branch);
    case 'commit':
      return namedCommit(
        clone,
        request.sha,
        request.description ?? `commit ${shortCommit(request.sha)}`,
      );
    case 'auto':
      return leftDefaultBranch(clone, request.branch, uncommitted);
  }
}

async function mergeParent(
  clone: Clone,
  { branch, sha, home }: BaseRequest & { kind: 'merge-commit' },
): Promise<Base> {
  const head = await headCommit(clone);
  const [first, second] = await parentsOf(clone, head);
  // A pull request's own head may be a merge too, and its first parent is no baseline.
  const isTheMerge = sha === undefined || sha === head;
  if (first === undefined || second === undefined || !isTheMerge) {
    const isFork = home !== undefined && (await isElsewhere(clone, home));
    return isFork ? leftHome(clone, branch, home) : leftBranch(clone, branch, home?.sha);
  }
  await ensureCommit(clone, first);
  return { commit: first, description: 'first parent of the merge commit' };
}

/** The checkout is of a fork, whose own branches may be years behind those of the repository that the change goes to. */
async function leftHome(clone: Clone, branch: string, home: Home): Promise<Base> {
  const there = { ...clone, remote: home.address };
  let tip: string | null = null;
  try {
    tip = await tipAtOrigin(there, branch);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    clone.log?.(`${error.message}; using the base that the event names`);
  }
  if (tip === null) await ensureCommit(there, home.sha);
  return leftTips(there, `${home.repository}'s ${branch}`, [tip ?? home.sha]);
}

/** `sha`: where an event says that the branch was. What the clone remembers of origin may be older, on a machine that keeps it. */
async function leftBranch(clone: Clone, branch: string, sha?: string): Promise<Base> {
  const tracked = await commitOf(clone, `refs/remotes/origin/${branch}`);
  if (tracked !== null) {
    const isThere = sha !== undefined && (await canHave(clone, sha));
    return leftTips(clone, branch, isThere ? [tracked, sha] : [tracked]);
  }
  const tip = (await tipAtOrigin(clone, branch)) ?? (await commitOf(clone, `refs/heads/${branch}`));
  if (tip !== null) return leftTips(clone, branch, [tip]);
  // Merged and deleted since the event, as the base of a stacked pull request is.
  if (sha !== undefined && (await canHave(clone, sha))) {
    return leftTips(clone, `${branch} (gone at origin by now)`, [sha]);
  }
  return { commit: null, reason: `there is no branch ${branch} to compare with` };
}

async function leftTips(clone: Clone, branch: string, tips: readonly string[]): Promise<Base> {
  const fork = await newestFork(
    clone,
    tips.map((commit) => ({ name: branch, commit })),
  );
  if (fork !== null) {
    return { commit: fork.commit, description: `merge base of ${branch} and HEAD` };
  }
  return { commit: null, reason: `${branch} and HEAD have no common ancestor` };
}

/** False: nothing leads to it any more, such as after a forced push. */
async function canHave(clone: Clone, sha: string): Promise<boolean> {
  try {
    await ensureCommit(clone, sha);
    return true;
  } catch (error) {
    // A network that fails, or a token that may not, says nothing of the commit.
    if (error instanceof GitError && error.trouble === 'gone') return false;
    throw error;
  }
}

async function namedCommit(clone: Clone, sha: string, description: string): Promise<Base> {
  if (await canHave(clone, sha)) return { commit: sha, description };
  const gone = `${description} (${shortCommit(sha)}) is gone at origin`;
  clone.warn?.(`${gone}; HEAD's first parent is taken for base instead.`);
  const base = await firstParent(clone);
  if (base.commit === null) return base;
  return { ...base, description: `${base.description}, as ${gone}` };
}

async function leftDefaultBranch(
  clone: Clone,
  named: string | undefined,
  uncommitted: boolean,
): Promise<Base> {
  const head = await headCommit(clone);
  const branch = await defaultBranch(clone, named);
  if (branch !== null) {
    const { name } = branch;
    const fork = await newestFork(clone, [branch]);
    if (fork === null) return { commit: null, reason: `${name} and HEAD have no common ancestor` };
    const guess = branch.isGuess ? ` (that ${name} is the default branch is a guess)` : '';
    const description = `merge base of ${name} and HEAD${guess}`;
    if (fork.commit !== head) return { commit: fork.commit, description };
  }
  return uncommitted ? { commit: head, description: 'HEAD' } : firstParent(clone);
}

async function firstParent(clone: Clone): Promise<Base> {
  const [parent] = await parentsOf(clone, await headCommit(clone));
  if (parent === undefined) return { commit: null, reason: 'HEAD is the first commit' };
  await ensureCommit(clone, parent);
  return { commit: parent, description: 'first parent of HEAD' };
}
