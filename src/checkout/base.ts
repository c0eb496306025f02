/** The baseline: which commit head is compared with. */

import { UserError } from '../system/problem.ts';
import { shortCommit } from '../terms/short-commit.ts';
import { commitOf, ensureCommit, mergeBase, parentsOf } from './commits.ts';
import { askGit, GitError, git } from './git.ts';
import { type Home, isElsewhere } from './home.ts';
import { askOrigin, type Clone, hasOrigin, remoteOf } from './origin.ts';
import { resolveRef } from './ref.ts';

/**
 * How to find the baseline.
 * `ref`: what the user named. `merge-commit`: the first parent of the merge that GitHub made of a
 * pull request; when HEAD is not that merge (not `sha`, or not a merge at all), as `merge-base`.
 * `merge-base`: where HEAD left `branch`, a branch of origin. `commit`: this one, named by an
 * event; when it is all zeros or gone, HEAD's first parent. `auto`: where HEAD left the default
 * branch; on that branch itself, HEAD when there are uncommitted changes, else its first parent.
 */
export type BaseRequest =
  | { kind: 'ref'; ref: string }
  | { kind: 'merge-commit'; branch: string; sha?: string | undefined; home?: Home | undefined }
  | { kind: 'merge-base'; branch: string }
  | { kind: 'commit'; sha: string; description?: string | undefined }
  | { kind: 'auto' };

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
        hint: 'Let the checkout keep its credentials, or fetch all history (actions/checkout: fetch-depth: 0).',
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
      return leftDefaultBranch(clone, uncommitted);
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
    return isFork ? leftHome(clone, branch, home) : leftBranch(clone, branch);
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
  return leftTip(there, `${home.repository}'s ${branch}`, tip ?? home.sha);
}

async function leftBranch(clone: Clone, branch: string): Promise<Base> {
  const tip =
    (await commitOf(clone, `refs/remotes/origin/${branch}`)) ??
    (await tipAtOrigin(clone, branch)) ??
    (await commitOf(clone, `refs/heads/${branch}`));
  if (tip === null) return { commit: null, reason: `there is no branch ${branch} to compare with` };
  return leftTip(clone, branch, tip);
}

async function leftTip(clone: Clone, branch: string, tip: string): Promise<Base> {
  const commit = await mergeBase(clone, tip, await headCommit(clone));
  if (commit !== null) return { commit, description: `merge base of ${branch} and HEAD` };
  return { commit: null, reason: `${branch} and HEAD have no common ancestor` };
}

async function tipAtOrigin(clone: Clone, branch: string): Promise<string | null> {
  if (!hasOrigin(clone)) return null;
  const name = `refs/heads/${branch}`;
  const answer = await askOrigin(clone, ['ls-remote', remoteOf(clone), name]);
  // git matches the end of names, too: `refs/heads/x/refs/heads/main` is another branch.
  const tip = answer
    .split('\n')
    .find((line) => line.endsWith(`\t${name}`))
    ?.split('\t')[0];
  if (tip === undefined) return null;
  await ensureCommit(clone, tip);
  return tip;
}

async function namedCommit(clone: Clone, sha: string, description: string): Promise<Base> {
  if (/^0+$/.test(sha)) return firstParent(clone);
  try {
    await ensureCommit(clone, sha);
    return { commit: sha, description };
  } catch (error) {
    // A forced push may have left nothing that leads to it.
    if (!(error instanceof GitError)) throw error;
    clone.log?.(`${error.message}; using HEAD's first parent instead`);
    return firstParent(clone);
  }
}

async function leftDefaultBranch(clone: Clone, uncommitted: boolean): Promise<Base> {
  const head = await headCommit(clone);
  const branch = await defaultBranch(clone);
  if (branch !== null) {
    const commit = await mergeBase(clone, branch.tip, head);
    if (commit === null) {
      return { commit, reason: `${branch.name} and HEAD have no common ancestor` };
    }
    if (commit !== head) return { commit, description: `merge base of ${branch.name} and HEAD` };
  }
  return uncommitted ? { commit: head, description: 'HEAD' } : firstParent(clone);
}

async function defaultBranch(clone: Clone): Promise<{ name: string; tip: string } | null> {
  const { repo, signal } = clone;
  const named = await askGit(repo, ['symbolic-ref', '-q', 'refs/remotes/origin/HEAD'], { signal });
  const usual = ['remotes/origin/main', 'remotes/origin/master', 'heads/main', 'heads/master'];
  for (const ref of [named, ...usual.map((name) => `refs/${name}`)]) {
    const tip = ref === null ? null : await commitOf(clone, ref);
    if (ref !== null && tip !== null) {
      return { name: ref.replace(/^refs\/(heads|remotes)\//, ''), tip };
    }
  }
  return defaultAtOrigin(clone);
}

/** A clone of one branch does not know which one is the default. */
async function defaultAtOrigin(clone: Clone): Promise<{ name: string; tip: string } | null> {
  if (!hasOrigin(clone)) return null;
  const answer = await askOrigin(clone, ['ls-remote', '--symref', 'origin', 'HEAD']);
  const name = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1];
  const tip = /^([0-9a-f]+)\tHEAD$/m.exec(answer)?.[1];
  if (name === undefined || tip === undefined) return null;
  await ensureCommit(clone, tip);
  return { name: `origin/${name}`, tip };
}

async function firstParent(clone: Clone): Promise<Base> {
  const [parent] = await parentsOf(clone, await headCommit(clone));
  if (parent === undefined) return { commit: null, reason: 'HEAD is the first commit' };
  await ensureCommit(clone, parent);
  return { commit: parent, description: 'first parent of HEAD' };
}

function headCommit({ repo, signal }: Clone): Promise<string> {
  return git(repo, ['rev-parse', '--verify', 'HEAD'], { signal });
}
