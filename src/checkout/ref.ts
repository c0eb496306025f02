/** `--base REF`: which commit the user means. */
import { distance } from 'fastest-levenshtein';
import { UserError } from '../system/messages/problem.ts';
import { commitOf, deepenUntil, ensureCommit, isShallow } from './commits.ts';
import { fetchCure } from './fetch-cure.ts';
import { lackingCommits, newestFork, type Tip } from './fork.ts';
import { askGit, GitError, git } from './git.ts';
import { askOrigin, type Clone, hasOrigin } from './origin.ts';
import { settingOf } from './settings.ts';
import { FLAGS } from './side-names.ts';
import { askUser } from './user.ts';

/**
 * A branch means where HEAD left it, so that what landed on it since is not blamed on HEAD;
 * anything else (id, tag, `HEAD~1`) means exactly that commit. Fetched from origin when missing. Of
 * a local branch and the one that it follows at origin, the one that HEAD left later counts: a local
 * `main` is often weeks old.
 * @throws UserError when there is no such name, with the nearest ones
 */
export async function resolveRef(
  clone: Clone,
  ref: string,
): Promise<{ commit: string; description: string }> {
  const branch = await localBranch(clone, ref);
  if (branch !== null) {
    const followed = await followedAtOrigin(clone, ref);
    return fork(clone, [{ name: ref, commit: branch }, ...followed]);
  }

  // Reports show a description as it stands, marks of code and all.
  const name = (clone.names ?? FLAGS).base.replaceAll('`', '');
  const exact = { description: `${name} ${ref}` };
  const here = await localCommit(clone, ref);
  if (here !== null) return { commit: here, ...exact };

  const remote = await askRemote(clone);
  const remoteBranch = remote.refs.get(`refs/heads/${ref.replace(/^(refs\/heads|origin)\//, '')}`);
  if (remoteBranch !== undefined) {
    await ensureCommit(clone, remoteBranch);
    return fork(clone, [{ name: ref, commit: remoteBranch }]);
  }
  const id = remote.refs.get(`refs/tags/${ref.replace(/^refs\/tags\//, '')}`) ?? fullId(ref);
  const there = id === null || !remote.exists ? null : await fetchCommit(clone, id, remote);
  if (there !== null) return { commit: there, ...exact };

  const older = remote.exists ? await deepCommit(clone, ref) : null;
  if (older !== null) return { commit: older, ...exact };
  throw await unknownRef(clone, ref, remote);
}

/** What origin has, and what went wrong when asked. */
interface Remote {
  exists: boolean;
  /** Heads and tags, full name to id. */
  refs: Map<string, string>;
  failure: GitError | null;
}

async function localBranch(clone: Clone, ref: string): Promise<string | null> {
  // `origin` alone is git's word for origin's default branch.
  const names = ref.startsWith('refs/')
    ? [ref].filter((name) => /^refs\/(heads|remotes)\//.test(name))
    : [`refs/heads/${ref}`, `refs/remotes/${ref}`, `refs/remotes/${ref}/HEAD`];
  for (const name of names) {
    const args = ['show-ref', '--verify', '--hash', name];
    const commit = await askGit(clone.repo, args, { signal: clone.signal });
    if (commit !== null) return commit;
  }
  return null;
}

async function localCommit(clone: Clone, ref: string): Promise<string | null> {
  // git would take a leading dash for a flag.
  if (ref.startsWith('-') || ref.trim() === '') return null;
  return (await theirCommit(clone, ref)) ?? commitOf(clone, ref);
}

/** Only the user's repository knows `HEAD@{1}`, `@{upstream}` and the like. */
async function theirCommit({ user, signal }: Clone, ref: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`];
  try {
    return await askUser(user, args, { signal });
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

/** What the clone remembers of the branch of the same name that a local branch follows; none for a name that is no local branch. */
async function followedAtOrigin(clone: Clone, branch: string): Promise<Tip[]> {
  if ((await commitOf(clone, `refs/heads/${branch}`)) === null) return [];
  const setting = (name: string) => settingOf(clone.user.settings, `branch.${branch}.${name}`);
  const isFollowing = setting('merge') === `refs/heads/${branch}`;
  const remote = (isFollowing ? setting('remote') : null) ?? 'origin';
  const name = `${remote}/${branch}`;
  const commit = await commitOf(clone, `refs/remotes/${name}`);
  return commit === null ? [] : [{ name, commit }];
}

async function fork(clone: Clone, tips: readonly [named: Tip, ...followed: Tip[]]) {
  const [named] = tips;
  const found = await newestFork(clone, tips);
  if (found === null) {
    throw new UserError({
      where: `${(clone.names ?? FLAGS).base} ${named.name}`,
      message: `The branch ${named.name} and HEAD have no common ancestor.`,
      hint: 'Give a commit or a tag instead of a branch, to compare with exactly that.',
    });
  }
  const description = `merge base of ${found.tip.name} and HEAD`;
  if (found.tip === named) return { commit: found.commit, description };
  const lacking = await lackingCommits(clone, named.commit, found.tip.commit);
  const commits = lacking === 1 ? '1 commit' : `${lacking} commits`;
  return {
    commit: found.commit,
    description: `${description} (the local ${named.name} lacks ${commits} of it)`,
  };
}

async function askRemote(clone: Clone): Promise<Remote> {
  const none: Remote = { exists: false, refs: new Map(), failure: null };
  if (!hasOrigin(clone)) return none;
  try {
    const list = await askOrigin(clone, ['ls-remote', '--heads', '--tags', '--refs', 'origin']);
    const pairs = list.split('\n').map((line) => line.split('\t'));
    const refs = new Map(pairs.map(([id = '', name = '']) => [name, id]));
    return { exists: true, refs, failure: null };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { ...none, failure: error };
  }
}

async function fetchCommit(clone: Clone, id: string, remote: Remote): Promise<string | null> {
  try {
    await ensureCommit(clone, id);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    remote.failure = error;
  }
  return commitOf(clone, id);
}

/** `HEAD~3` in a clone of depth 1: there, once the history is deep enough. */
async function deepCommit(clone: Clone, ref: string): Promise<string | null> {
  const [start = ''] = ref.split(/[~^]/, 1);
  if (start === ref || !(await isShallow(clone))) return null;
  const tip = await localCommit(clone, start || 'HEAD');
  return tip === null ? null : deepenUntil(clone, [tip], () => localCommit(clone, ref));
}

function fullId(ref: string): string | null {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref) ? ref.toLowerCase() : null;
}

async function unknownRef(clone: Clone, ref: string, remote: Remote): Promise<UserError> {
  const { failure } = remote;
  const format = ['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/remotes'];
  const local = await git(clone.repo, [...format, 'refs/tags'], { signal: clone.signal });
  const there = [...remote.refs.keys()].map((name) => name.replace(/^refs\/(heads|tags)\//, ''));
  const names = [...local.split('\n'), ...there];
  const near = [...new Set([...nearest(ref, names), ...otherDefaults(ref, names)])].slice(0, 3);
  if (failure !== null && failure.trouble !== 'gone') return notGiven(clone, ref, failure, near);
  const places = remote.exists ? ', neither in this clone nor at origin' : ' in this clone';
  const words = failure === null ? '' : ` (${failure.message})`;
  const short = /^[0-9a-f]{4,39}$/i.test(ref) ? ' A commit of origin needs its full id.' : '';
  return new UserError({
    where: (clone.names ?? FLAGS).base,
    message: `There is no branch, tag or commit "${ref}"${places}${words}.`,
    hint:
      near.length > 0
        ? `Nearest: ${near.join(', ')}.${short}`
        : `Give a branch, a tag or a commit id; \`git branch --all\` lists the branches.${short}`,
  });
}

/** Nobody knows whether origin has it. */
function notGiven(
  clone: Clone,
  ref: string,
  failure: GitError,
  near: readonly string[],
): UserError {
  return new UserError({
    where: (clone.names ?? FLAGS).base,
    message: `There is no branch, tag or commit "${ref}" in this clone, and origin could not be asked for it (${failure.message}).`,
    hint: `${near.length > 0 ? `Nearest here: ${near.join(', ')}. Or: ` : ''}${fetchCure(failure.trouble, clone.token)}`,
  });
}

/** A default branch is known by one of few names, none of which is a slip of another. */
const DEFAULTS = ['main', 'master', 'trunk', 'develop'];

function otherDefaults(ref: string, names: readonly string[]): string[] {
  if (!DEFAULTS.includes(ref.replace(/^origin\//, ''))) return [];
  return DEFAULTS.filter((name) => names.includes(name));
}

/** Up to three names that a slip of the fingers away could have meant. */
function nearest(ref: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.ceil(ref.length / 3));
  return [...new Set(names)]
    .filter((name) => name !== '')
    .map((name) => ({ name, far: distance(ref.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= limit || name.endsWith(`/${ref}`))
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}
