/** The user's repository: looked at, never written to. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GitError, type GitOptions, git } from './git.ts';
import type { Setting } from './git-env.ts';
import { parseSettings } from './settings.ts';

export interface UserRepository {
  /** Where git is run: root of the work tree; for a submodule that is not checked out, its git folder. */
  root: string;
  /** There is no work tree in `root`. */
  isBare: boolean;
  /** Of all its worktrees together, absolute. */
  commonDir: string;
  /** Null: nothing of it is on this machine. */
  objects: string | null;
  /** Everything that `git config` knows there, in order; includes are resolved. */
  settings: readonly Setting[];
  hash: 'sha1' | 'sha256';
  /** Files that a clone must have too, to see the same files and history. Null: there is none. */
  files: Record<
    'shallow' | 'info/exclude' | 'info/attributes' | 'info/sparse-checkout',
    Buffer | null
  >;
  /** `refs/heads/main`, or a commit's id. Null: no commit yet. */
  head: { ref: string | null; commit: string | null };
  refs: { id: string; name: string; symbolic: string | null }[];
}

const FILES = ['shallow', 'info/exclude', 'info/attributes', 'info/sparse-checkout'] as const;

/**
 * Reads all that a clone must know of it.
 * @param gitDir where the repository is no work tree's own: that of a submodule
 */
export async function readUserRepository(
  root: string,
  { signal, gitDir }: { signal?: AbortSignal | undefined; gitDir?: string },
): Promise<UserRepository> {
  const ask = (...args: string[]) => askUser({ root, gitDir }, args, { signal });
  const [common, own, settings, hash, ref, commit, refs] = await Promise.all([
    ask('rev-parse', '--git-common-dir'),
    ask('rev-parse', '--git-dir'),
    ask('config', '--list', '-z', '--includes'),
    ask('rev-parse', '--show-object-format'),
    orNull(ask('symbolic-ref', '-q', 'HEAD')),
    orNull(ask('rev-parse', '--verify', '--quiet', 'HEAD^{commit}')),
    ask('for-each-ref', '--format=%(objectname) %(refname) %(symref)'),
  ]);
  const commonDir = resolve(root, common);
  const ownDir = resolve(root, own);
  const content = async (name: (typeof FILES)[number]) => {
    // A linked worktree has its own part of the tree; all else is shared.
    const folder = name === 'info/sparse-checkout' ? ownDir : commonDir;
    return [name, await contentOf(join(folder, name))] as const;
  };
  return {
    root,
    isBare: gitDir !== undefined,
    commonDir,
    objects: join(commonDir, 'objects'),
    settings: parseSettings(settings),
    hash: hash === 'sha256' ? 'sha256' : 'sha1',
    files: Object.fromEntries(await Promise.all(FILES.map(content))) as UserRepository['files'],
    head: { ref, commit },
    refs: parseRefs(refs),
  };
}

/** Runs git there. What it would write, it must not: so no missing objects are fetched. */
export function askUser(
  { root, gitDir }: { root: string; gitDir?: string | undefined },
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const env = {
    GIT_NO_LAZY_FETCH: '1',
    ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
    ...options.env,
  };
  return git(root, args, { ...options, env });
}

async function orNull(answer: Promise<string>): Promise<string | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

async function contentOf(file: string): Promise<Buffer | null> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? readFile(file) : null;
}

/** What a stash, a bisection or a rebase notes down is nobody else's business. */
const PRIVATE = /^refs\/(stash|bisect|rewritten|worktree)(\/|$)/;

function parseRefs(text: string): UserRepository['refs'] {
  return text
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, name]) => name !== undefined && !PRIVATE.test(name))
    .map(([id = '', name = '', symbolic]) => ({ id, name, symbolic: symbolic || null }));
}
