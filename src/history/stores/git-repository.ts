/** The repository of our own in which a history's branch is read and written: fetch, files, commit, push. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { GitError, type GitOptions, git, gitBytes } from '../../checkout/git.ts';
import type { Setting } from '../../checkout/git-env.ts';
import { parseSettings } from '../../checkout/settings.ts';
import { HISTORY_BRANCH } from '../../config/values/history-place.ts';
import { isStorePath } from '../paths.ts';
import { gitCure, isOthersFaster, isPassingTrouble } from './git-answers.ts';
import { withToken } from './git-token.ts';
import { lastWords, withoutSecret, withoutUser } from './git-words.ts';
import { PATIENCE, type Patience } from './patience.ts';
import { bytesOf, type Files, StoreError } from './store.ts';

/** Steps of a write, in the order in which they are taken; tests make each of them fail. */
export type GitStep = 'fetch' | 'hash' | 'tree' | 'commit' | 'push';

export interface BranchFiles extends Files {
  /** Names of what is there besides, which no store has. */
  readonly others: readonly string[];
}

export interface GitBranchOptions {
  /** Where the branch lives: `https://github.com/octo/app`, or what else git takes. No token in it. */
  readonly remote: string;
  readonly branch?: string;
  /** Of GitHub; null: whatever git itself finds, such as a key or a credential helper. */
  readonly token: string | null;
  readonly patience?: Patience;
  readonly signal?: AbortSignal | undefined;
  /** Called before each step. */
  readonly before?: (step: GitStep) => void;
}

/** Of the commits on the branch; nobody's address. */
const WHO = { name: 'throughput-gate', email: 'throughput-gate@users.noreply.github.com' };

interface Blob {
  readonly id: string;
  /** In bytes. */
  readonly size: number;
}

/** As much of several files is in memory at a time. */
const PIECE_BYTES = 16 * 1024 * 1024;

/** Neighbours that are so large together; one that is larger is alone. */
function inPieces<One>(all: readonly One[], sizeOf: (one: One) => number): One[][] {
  const pieces: One[][] = [];
  let room = 0;
  for (const one of all) {
    const size = sizeOf(one);
    if (size > room || pieces.length === 0) {
      pieces.push([]);
      room = PIECE_BYTES;
    }
    pieces.at(-1)?.push(one);
    room -= size;
  }
  return pieces;
}

export class Repository {
  readonly patience: Patience;
  #dir: string;
  #isSha256 = false;
  readonly #options: GitBranchOptions;
  readonly #settings: readonly Setting[];
  readonly #ref: string;

  constructor(dir: string, options: GitBranchOptions, settings: readonly Setting[]) {
    this.#dir = dir;
    this.#settings = settings;
    this.#options = options;
    this.patience = { ...(options.patience ?? PATIENCE), signal: options.signal };
    this.#ref = `refs/heads/${options.branch ?? HISTORY_BRANCH}`;
  }

  /** The branch's newest commit, without those before it; null where there is no such branch. */
  async fetch(): Promise<string | null> {
    this.#options.before?.('fetch');
    // Not by the error of a fetch: "no such branch" is an answer, and a failing network is none.
    // `HEAD` is asked for as well, so that a branch which is not there yet tells how ids are made, too.
    const listed = await this.#remote(['ls-remote', '--', this.#options.remote, this.#ref, 'HEAD']);
    if (/^[0-9a-f]{64}\t/m.test(listed)) await this.#useSha256();
    const found = listed.split('\n').find((line) => line.endsWith(`\t${this.#ref}`));
    if (found === undefined) return null;
    const local = 'refs/throughput-gate/tip';
    await this.#remote([
      ...[
        'fetch',
        '--quiet',
        '--no-tags',
        '--depth=1',
        '--no-recurse-submodules',
        '--no-write-fetch-head',
      ],
      ...['--', this.#options.remote, `+${this.#ref}:${local}`],
    ]);
    return this.#git(['rev-parse', '--verify', `${local}^{commit}`]);
  }

  /** Repositories of the two kinds of ids cannot fetch from each other. */
  async #useSha256(): Promise<void> {
    if (this.#isSha256) return;
    const dir = path.join(this.#dir, 'sha256');
    const kind = ['--bare', '--template=', '--object-format=sha256'];
    await this.#git(['init', '--quiet', ...kind, dir]);
    this.#dir = dir;
    this.#isSha256 = true;
  }

  async files(commit: string | null): Promise<BranchFiles> {
    const blobs = new Map<string, Blob>();
    const others: string[] = [];
    if (commit !== null) {
      const listed = await this.#git(['ls-tree', '-r', '-l', '-z', '--full-tree', commit]);
      for (const entry of listed.split('\0')) {
        const [, mode, id, size, name] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(entry) ?? [];
        // Neither links nor what no store of ours has.
        if (!mode?.startsWith('100') || !id || !name || !isStorePath(name)) {
          if (entry !== '') others.push(name ?? entry.slice(entry.indexOf('\t') + 1));
        } else blobs.set(name, { id, size: Number(size) });
      }
    }
    const texts = new Map<string, Promise<string>>();
    return {
      others,
      paths: [...blobs.keys()].sort(),
      text: async (name) => {
        const blob = blobs.get(name);
        if (blob === undefined) return null;
        const text = texts.get(blob.id) ?? this.#whole(blob.id);
        texts.set(blob.id, text);
        return text;
      },
      each: async (names, look) => {
        for (const some of inPieces(names, (name) => blobs.get(name)?.size ?? 0)) {
          const there = some.flatMap((name) => blobs.get(name) ?? []);
          const contents = await this.#contents(there);
          let at = 0;
          for (const name of some) {
            look(name, blobs.has(name) ? bytesOf(contents[at++] as Buffer) : null);
          }
        }
      },
    };
  }

  /** Of several by one process, in their order. */
  async #contents(blobs: readonly Blob[]): Promise<Buffer[]> {
    if (blobs.length === 0) return [];
    const input = blobs.map(({ id }) => `${id}\n`).join('');
    const told = await this.#git(['cat-file', '--batch'], { input }, gitBytes);
    let at = 0;
    return blobs.map(({ size }) => {
      // A line that names it, its content, and a line end.
      const from = told.indexOf('\n', at) + 1;
      at = from + size + 1;
      return told.subarray(from, from + size);
    });
  }

  /** Its line end included, which `git` leaves out where it is the last character. */
  async #whole(id: string): Promise<string> {
    const told = await this.#git(['cat-file', '--batch'], { input: `${id}\n` });
    return told.slice(told.indexOf('\n') + 1);
  }

  /** One commit with these changes on top of `parent`, in no branch yet. */
  async commit(
    parent: string | null,
    changes: ReadonlyMap<string, string | null>,
    message: string,
  ): Promise<string> {
    const { before } = this.#options;
    before?.('hash');
    const entries: string[] = [];
    for (const [name, text] of changes) {
      const none = '0'.repeat(this.#isSha256 ? 64 : 40);
      const id =
        text === null ? none : await this.#git(['hash-object', '-w', '--stdin'], { input: text });
      entries.push(`${text === null ? '0' : '100644'} ${id}\t${name}\0`);
    }
    before?.('tree');
    const env = { GIT_INDEX_FILE: path.join(this.#dir, `index-${randomBytes(6).toString('hex')}`) };
    await this.#git(['read-tree', parent === null ? '--empty' : parent], { env });
    await this.#git(['update-index', '-z', '--index-info'], { env, input: entries.join('') });
    const tree = await this.#git(['write-tree'], { env });
    before?.('commit');
    const parents = parent === null ? [] : ['-p', parent];
    return this.#git(['commit-tree', tree, ...parents], { input: `${message}\n`, env: IDENTITY });
  }

  /** False: the branch is no longer where it was. */
  async push(commit: string, expected: string | null): Promise<boolean> {
    this.#options.before?.('push');
    try {
      await this.#remote([
        // Without `--porcelain`, by which the server's reasons go to the output that nobody reads.
        ...['push', '--quiet', '--no-verify', '--no-follow-tags', '--recurse-submodules=no'],
        ...['--no-signed', `--force-with-lease=${this.#ref}:${expected ?? ''}`],
        ...['--', this.#options.remote, `${commit}:${this.#ref}`],
      ]);
      return true;
    } catch (error) {
      if (error instanceof StoreError && isOthersFaster(error.cause)) return false;
      throw error;
    }
  }

  /**
   * Whether it could be written: the server is asked as for a push, and is sent nothing. What its rules say of the branch it
   * tells only when it is sent something.
   */
  async assertWritable(): Promise<void> {
    const commit = await this.commit(null, new Map([['README.md', '']]), 'Nothing');
    await this.#remote([
      ...['push', '--quiet', '--dry-run', '--no-verify', '--recurse-submodules=no', '--no-signed'],
      ...['--', this.#options.remote, `+${commit}:${this.#ref}`],
    ]);
  }

  async #git(args: readonly string[], more?: GitOptions): Promise<string>;
  async #git(args: readonly string[], more: GitOptions, run: typeof gitBytes): Promise<Buffer>;
  async #git(
    args: readonly string[],
    more: GitOptions = {},
    run: typeof git | typeof gitBytes = git,
  ): Promise<string | Buffer> {
    try {
      return await run(this.#dir, args, { ...this.#shared(), ...more });
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** What talks with the remote. @throws StoreError with git's reason, and never with the token */
  async #remote(args: readonly string[]): Promise<string> {
    const { token, remote, branch = HISTORY_BRANCH } = this.#options;
    try {
      return await withToken({ token, remote }, (means) =>
        git(this.#dir, args, {
          ...this.#shared(),
          ...means,
          config: [...this.#settings, ...CONFIG, ...means.config],
        }),
      );
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      const words = withoutSecret(error.stderr, token);
      const cause = new GitError([args[0] ?? ''], error.exitCode, words);
      throw new StoreError(`the branch ${branch} of ${withoutUser(remote)}: ${lastWords(words)}`, {
        cure: gitCure(words, token === null ? 'git' : 'token'),
        isPassing: isPassingTrouble(words),
        cause,
      });
    }
  }

  #shared(): GitOptions {
    const { signal, token } = this.#options;
    return { signal, config: [...this.#settings, ...CONFIG], sealed: token !== null };
  }
}

const IDENTITY = {
  GIT_AUTHOR_NAME: WHO.name,
  GIT_AUTHOR_EMAIL: WHO.email,
  GIT_COMMITTER_NAME: WHO.name,
  GIT_COMMITTER_EMAIL: WHO.email,
};

/** A server that says nothing for long is gone; submodules and signatures are nobody's business here. */
const CONFIG: readonly Setting[] = [
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
  ['push.gpgSign', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['fetch.recurseSubmodules', 'no'],
  ['core.autocrlf', 'false'],
  ['core.logAllRefUpdates', 'false'],
];

/** Of what git does on this machine alone: a full disk, as a rule. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const words = error instanceof GitError ? error.stderr : error.message;
  if (!(error instanceof GitError) && (error as NodeJS.ErrnoException).code !== 'ENOSPC')
    return error;
  return new StoreError(`git on this machine: ${lastWords(words)}`, {
    cure: gitCure(words, 'git'),
    cause: error,
  });
}

/**
 * How the user's git reaches the web, such as a proxy or an authority of their own. Read before anything is built: a build may
 * change git's settings, and nothing that it has changed may see the token.
 */
export async function webSettings(signal: AbortSignal | undefined): Promise<Setting[]> {
  const listed = await git('/', ['config', '--list', '-z', '--includes'], { signal });
  return parseSettings(listed).filter(
    ([key]) => /^http\./.test(key) && !/\.(extraheader|cookiefile)$/.test(key),
  );
}
