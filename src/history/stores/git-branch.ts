/**
 * A history on a branch of its own, which shares no commit with the code. Only plumbing, in a repository of our own that is gone
 * afterwards: the user's work tree, index, settings and hooks are not touched, nor is anything of the branch ever checked out.
 *
 * A write is one push that names the commit which the branch must still be at (compare and swap): the server takes all of it or
 * nothing, and whoever was slower begins anew on top of the faster one.
 */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { git } from '../../checkout/git.ts';
import type { Setting } from '../../checkout/git-env.ts';
import { HISTORY_BRANCH, isBranchName } from '../../config/values/history-place.ts';
import { removeFolder } from '../../system/cleanup/remove.ts';
import { temporaryFolder } from '../../system/files/temporary-folder.ts';
import { linesPaths, PAGE_FILE } from '../paths.ts';
import {
  asStoreError,
  type BranchFiles,
  type GitBranchOptions,
  Repository,
  webSettings,
} from './git-repository.ts';
import { withoutUser } from './git-words.ts';
import { PATIENCE, patiently, WITHIN_MS } from './patience.ts';
import { type Change, type HistoryStore, realChanges, StoreError, type Updated } from './store.ts';
import { TimeLimit } from './time-limit.ts';

const README_TITLE = '# History of throughput-gate';

/** The message of the branch's first commit would else be the only hint at what it is. */
export const README = `${README_TITLE}

What the runs on the default branch found: a line of JSON for each subject of each run, in \`<server>/<scenario>.ndjson\`.
Written by throughput-gate; nothing here is part of the code. Do not merge this branch.
`;

export function gitBranchStore(options: GitBranchOptions): HistoryStore {
  const { branch = HISTORY_BRANCH } = options;
  assertBranch(branch);
  let known: Promise<readonly Setting[]> | null = null;
  const inRepository = <T>(
    work: (repository: Repository, limit: TimeLimit) => Promise<T>,
  ): Promise<T> => {
    known ??= options.token === null ? Promise.resolve([]) : webSettings(options.signal);
    const settings = known;
    return withinLimit(options, (limited, limit) =>
      inOwnRepository(limited, settings, (repository) => work(repository, limit)),
    );
  };
  return {
    name: `the branch ${branch}`,
    read: (look) =>
      inRepository(async (repository, limit) => {
        const tip = await patiently(
          repository.patience,
          async () => ({ commit: await repository.fetch() }),
          gaveUp(branch, 'read'),
        );
        const files = await repository.files(tip.commit);
        await assertOurs(branch, files);
        return limit.without(() => look(files));
      }),
    check: (wish) =>
      inRepository(async (repository) => {
        const tip = await repository.fetch();
        await assertOurs(branch, await repository.files(tip));
        if (wish === 'write') await repository.assertWritable();
      }),
    update: (change, message) =>
      inRepository((repository, limit) => {
        const uncounted: Change = (files) => limit.without(() => change(files));
        return patiently(
          repository.patience,
          (retries) => attempt(repository, branch, { change: uncounted, message }, retries),
          gaveUp(branch, 'written'),
        );
      }),
  };
}

/**
 * However long one question to the server may take: all of them together end, and so does the last one. What is made of the answers, such as
 * the page of a long history, does not count.
 */
async function withinLimit<T>(
  options: GitBranchOptions,
  work: (limited: GitBranchOptions, limit: TimeLimit) => Promise<T>,
): Promise<T> {
  const { signal, branch = HISTORY_BRANCH, remote, patience = PATIENCE } = options;
  const { withinMs = WITHIN_MS } = patience;
  using limit = new TimeLimit(withinMs);
  const either = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
  // The signal ends all tries, by the one clock that stands still meanwhile.
  const limited = { ...options, patience: { ...patience, withinMs: Infinity }, signal: either };
  try {
    return await work(limited, limit);
  } catch (error) {
    if (!limit.signal.aborted || signal?.aborted || error instanceof StoreError) throw error;
    const whose = `the branch ${branch} of ${withoutUser(remote)}`;
    throw new StoreError(`${whose}: no end after ${withinMs / 1000} s, so it was given up`, {
      cure: 'the server is slow or out of reach: run the job again later',
      isPassing: true,
      cause: error,
    });
  }
}

/** Null: somebody else was faster. */
async function attempt(
  repository: Repository,
  branch: string,
  { change, message }: { change: Change; message: string },
  retries: number,
): Promise<Updated | null> {
  const tip = await repository.fetch();
  const files = await repository.files(tip);
  await assertOurs(branch, files);
  const changes = await realChanges(files, await change(files));
  if (changes.size === 0) return { changed: false, retries };
  if (tip === null) changes.set('README.md', README);
  const commit = await repository.commit(tip, changes, message);
  return (await repository.push(commit, tip)) ? { changed: true, retries } : null;
}

async function inOwnRepository<T>(
  options: GitBranchOptions,
  settings: Promise<readonly Setting[]>,
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  const temp = temporaryFolder();
  let dir: string | null = null;
  try {
    try {
      dir = await mkdtemp(path.join(temp, 'throughput-gate-history-'));
      // The kind of ids is named, as the user's git may make the other kind by itself; see `Repository.fetch`.
      const kind = ['--bare', '--template=', '--object-format=sha1'];
      await git(dir, ['init', '--quiet', ...kind, '.'], { signal: options.signal });
    } catch (error) {
      throw asStoreError(error);
    }
    return await work(new Repository(dir, options, await settings));
  } finally {
    if (dir !== null) await removeFolder(dir);
  }
}

function gaveUp(branch: string, done: 'read' | 'written'): (last: unknown) => StoreError {
  return (last) => {
    if (last instanceof StoreError) return last;
    return new StoreError(
      `the branch ${branch} could not be ${done}: others were faster each time`,
      {
        cure: 'give the workflow a `concurrency` group, so that fewer of its runs end at the same moment',
      },
    );
  };
}

/**
 * Nobody who wrote the name of a branch with code on it wants files of a history there. Code may have files of lines, too, and a history may have
 * lost all of its own: the README tells, and where that is gone or another one, that there is nothing beside what a history has.
 */
async function assertOurs(branch: string, files: BranchFiles): Promise<void> {
  const { paths, others } = files;
  const strange = paths.filter((name) => !mayBeOurs(name));
  const isHistory = linesPaths(paths).length > 0 || paths.every((name) => name === 'README.md');
  if (paths.length > 0 && strange.length === 0 && isHistory) return;
  if (paths.length === 0 && others.length === 0) return;
  if ((await files.text('README.md'))?.startsWith(README_TITLE)) return;
  const [first = ''] = [...strange, ...others, ...paths];
  const count = strange.length || paths.length + others.length;
  throw new StoreError(
    `the branch ${branch} is there and is no history: it holds ${count} other ${count === 1 ? 'file' : 'files'}, such as ${first}`,
    {
      cure: `name a branch that does not exist yet, such as ${HISTORY_BRANCH}: it is made by the first run. If it is a history all the same, let its README.md begin with \`${README_TITLE}\``,
    },
  );
}

/** Lines, what was set aside, the page and the badges. */
function mayBeOurs(name: string): boolean {
  return (
    ['README.md', PAGE_FILE].includes(name) ||
    /^(badges\/.+\.json|.+\.(ndjson|damaged))$/.test(name)
  );
}

function assertBranch(branch: string): void {
  if (isBranchName(branch)) return;
  throw new StoreError(`${JSON.stringify(branch)} cannot be the name of a branch`, {
    cure: `write a name such as ${HISTORY_BRANCH}`,
  });
}
