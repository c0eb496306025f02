/** What a checkout says about where its HEAD came from. */
import { commitOf, ensureCommit, isShallow, mergeBase } from './commits.ts';
import { askGit, git } from './git.ts';
import { addressOf, askOrigin, type Clone } from './origin.ts';
import { repositoryAt } from './origin-repository.ts';

export interface CheckedOut {
  /** Full id of HEAD. */
  commit: string;
  /** `owner/name` of origin in lower case; null when it is not a repository of this GitHub server. */
  repository: string | null;
  /** Numbers of the pull requests whose refs in this clone are HEAD, as actions/checkout leaves them. */
  pulls: number[];
  /** Whether HEAD is this commit or has it in its history, as far as the clone reaches. */
  contains(commit: string): Promise<boolean>;
  /**
   * Refs at origin, by full name, with their commits. A name also asks for longer ones that end in it: of a tag that has a message, the one that it
   * stands on.
   * @throws GitError when origin cannot be reached
   */
  atOrigin(names: readonly string[]): Promise<Map<string, string>>;
  /** Whether HEAD is in the history of one of these commits of origin: all that the clone has, and `first` in any case. */
  isInHistoryOf(tips: readonly string[], first: string | undefined): Promise<boolean>;
  /** Whether the clone has the whole history of all of these. Else HEAD may be in that of one, and nobody sees it here. */
  hasHistoryOf(tips: readonly string[]): Promise<boolean>;
}

/** @returns null when HEAD is no commit. `server`: web address of the GitHub server. */
export async function readCheckedOut(clone: Clone, server: string): Promise<CheckedOut | null> {
  const { commit } = clone.user.head;
  if (commit === null) return null;
  const { repo, signal } = clone;
  const address = await addressOf(clone);
  const isAncestor = async (one: string, other: string) =>
    (await askGit(repo, ['merge-base', '--is-ancestor', one, other], { signal })) !== null;
  return {
    commit,
    repository: address === null ? null : repositoryAt(address, server),
    pulls: pullsAt(clone, commit),
    contains: async (other) =>
      (await commitOf(clone, other)) !== null && (await isAncestor(other, commit)),
    atOrigin: async (names) => refsIn(await askOrigin(clone, ['ls-remote', 'origin', ...names])),
    isInHistoryOf: async (tips, first) => {
      const format = ['for-each-ref', '--format=%(objectname)', '--contains', commit];
      const holders = (await git(repo, format, { signal })).split('\n');
      const known = new Set(tips);
      if (holders.some((holder) => known.has(holder))) return true;
      if (first === undefined) return false;
      await ensureCommit(clone, first);
      return (await mergeBase(clone, first, commit)) === commit;
    },
    hasHistoryOf: async (tips) => {
      if (tips.length === 0) return true;
      if (await isShallow(clone)) return false;
      // What a partial clone lacks must not be fetched to find that out.
      const env = { GIT_NO_LAZY_FETCH: '1' };
      const args = ['cat-file', '--batch-check=%(objecttype)'];
      const found = await git(repo, args, { signal, env, input: `${tips.join('\n')}\n` });
      return !/ missing$/m.test(found);
    },
  };
}

function pullsAt({ user }: Clone, commit: string): number[] {
  const numbers = user.refs
    .filter(({ id }) => id === commit)
    .map(({ name }) => Number(/^refs\/(?:remotes\/)?pull\/(\d+)\//.exec(name)?.[1]));
  return [...new Set(numbers)].filter(Number.isInteger);
}

function refsIn(list: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of list.split('\n')) {
    const [id = '', name = ''] = line.split('\t');
    // `refs/tags/v1^{}` comes after `refs/tags/v1`, and is the commit that its message stands on.
    if (name !== '') refs.set(name.replace(/\^\{\}$/, ''), id);
  }
  return refs;
}
