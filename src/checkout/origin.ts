/** git commands that talk to the clone's `origin`: tried again, with the token when needed, and not for ever. */
import { setTimeout as sleep } from 'node:timers/promises';
import { askGit, GitError, type GitOptions, git } from './git.ts';
import type { Setting } from './git-env.ts';
import type { GitTrouble } from './git-trouble.ts';
import { settingOf, usable, withoutPassword } from './settings.ts';
import type { SideNames } from './side-names.ts';
import type { UserRepository } from './user.ts';

/** A repository of our own that borrows from the user's, and the means to reach its origin. */
export interface Clone {
  /** Ours: here git is asked, and here it fetches into. */
  repo: string;
  /** Theirs. */
  user: UserRepository;
  /** Address of the repository that is asked for what is missing. Default: `origin`. */
  remote?: string | undefined;
  /** Used only when the checkout's own credentials do not suffice. */
  token?: string | undefined;
  /** Web address whose token it is; the token goes nowhere else. Default: GitHub. */
  server?: string | undefined;
  /** For messages. Default: the flags. */
  names?: SideNames | undefined;
  signal?: AbortSignal | undefined;
  log?: ((line: string) => void) | undefined;
  /** Told what changes the comparison without ending it. Default: `log`. */
  warn?: ((message: string) => void) | undefined;
  /** Waits between tries after a network failure. */
  retryDelaysMs?: readonly number[] | undefined;
  /** After so long one try is given up. Default: ten minutes. */
  networkLimitMs?: number | undefined;
}

const NETWORK_LIMIT_MS = 10 * 60_000;

/**
 * Runs git with the settings and credentials that the user's repository has; after an
 * authentication failure once more with the token; after a network failure a few times more.
 * @param options.cwd another repository of ours. Default: the clone itself
 * @throws GitError with the words of the last try, or that there was no end to it
 */
export async function askOrigin(
  clone: Clone,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; config?: readonly Setting[] } = {},
): Promise<string> {
  const delays = [...(clone.retryDelaysMs ?? [1000, 4000, 10_000])];
  let auth: readonly Setting[] = [];
  for (;;) {
    try {
      const config = [...PATIENCE, ...settingsOf(clone), ...auth, ...(options.config ?? [])];
      return await withinLimit(clone, args, {
        cwd: options.cwd ?? clone.repo,
        config,
        env: options.env ?? {},
      });
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      if (MAY_NOT.includes(error.trouble)) {
        const header = auth.length === 0 ? await authHeader(clone) : null;
        if (header === null) throw error;
        auth = header;
        continue;
      }
      const delayMs = error.trouble === 'passing' ? delays.shift() : undefined;
      if (delayMs === undefined) throw error;
      clone.log?.(`${error.message}; trying again in ${delayMs / 1000} s`);
      await sleep(delayMs, undefined, { signal: clone.signal }).catch(() => undefined);
    }
  }
}

/** A line that has gone dead ends a transfer; the user's own limits, which come later, win. */
const PATIENCE: readonly Setting[] = [
  ['http.lowspeedlimit', '1000'],
  ['http.lowspeedtime', '60'],
];

/** Flags of every fetch: no tags, no refs, nothing deleted, nothing in the background. */
export const FETCH = [
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-prune',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
] as const;

export function remoteOf({ remote }: Clone): string {
  return remote ?? 'origin';
}

export function hasOrigin({ user, remote }: Clone): boolean {
  return remote !== undefined || settingOf(user.settings, 'remote.origin.url') !== null;
}

/** Address of what is asked for missing commits, by git, which knows of `insteadOf`; null when there is none. */
export async function addressOf(clone: Clone): Promise<string | null> {
  if (!hasOrigin(clone)) return null;
  return askGit(clone.repo, ['ls-remote', '--get-url', remoteOf(clone)], {
    signal: clone.signal,
    config: settingsOf(clone),
    sealed: true,
  });
}

/** To be asked again with the token, which may do what the checkout's own credentials may not. */
const MAY_NOT: readonly GitTrouble[] = ['forbidden', 'unknown'];

async function withinLimit(
  clone: Clone,
  args: readonly string[],
  { cwd, ...options }: GitOptions & { cwd: string },
): Promise<string> {
  const { signal, user, networkLimitMs = NETWORK_LIMIT_MS } = clone;
  const limit = AbortSignal.timeout(networkLimitMs);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    return await git(cwd, args, { ...options, signal: either, sealed: true });
  } catch (error) {
    if (!limit.aborted || signal?.aborted || error instanceof GitError) throw error;
    const address = clone.remote ?? settingOf(user.settings, 'remote.origin.url') ?? 'origin';
    const url = withoutPassword(address);
    const words = `no end after ${duration(networkLimitMs)}, so it was stopped. Is ${url} slow or out of reach?`;
    throw new GitError(args, undefined, words);
  }
}

function duration(ms: number): string {
  return ms < 120_000 ? `${ms / 1000} s` : `${Math.round(ms / 60_000)} minutes`;
}

function settingsOf({ user }: Clone): Setting[] {
  // Another repository's refs are not asked for; ours has all of them.
  return [...usable(user.settings, user.root), ['core.alternaterefscommand', ':']];
}

/** Settings that send the token to origin; null when there is none, or origin is another's server. */
async function authHeader(clone: Clone): Promise<readonly Setting[] | null> {
  const { token, server } = clone;
  if (!token) return null;
  const origin = await addressOf(clone);
  if (origin === null || !URL.canParse(origin)) return null;
  const home = new URL(server ?? process.env.GITHUB_SERVER_URL ?? 'https://github.com').origin;
  if (new URL(origin).origin !== home) return null;
  const key = `http.${home}/.extraheader`;
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
  // The empty value drops a header that the checkout left behind: two of them are refused.
  return [
    [key, ''],
    [key, `AUTHORIZATION: basic ${credentials}`],
  ];
}
