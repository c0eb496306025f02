/** git commands that talk to the clone's `origin`: tried again, and with the token when needed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { askGit, GitError, type GitOptions, git } from './git.ts';

/** The user's clone and the means to reach its origin. */
export interface Clone {
  /** Root of the work tree. */
  repo: string;
  /** Used only when the checkout's own credentials do not suffice. */
  token?: string | undefined;
  /** Web address whose token it is; the token goes nowhere else. Default: GitHub. */
  server?: string | undefined;
  signal?: AbortSignal | undefined;
  log?: ((line: string) => void) | undefined;
  /** Waits between tries after a network failure. */
  retryDelaysMs?: readonly number[] | undefined;
}

/**
 * Runs git with whatever credentials the checkout has; after an authentication failure once more
 * with the token; after a network failure a few times more.
 * @throws GitError with the words of the last try
 */
export async function askOrigin(clone: Clone, args: readonly string[], cwd = clone.repo) {
  const delays = [...(clone.retryDelaysMs ?? [1000, 4000, 10_000])];
  let auth: NonNullable<GitOptions['config']> = [];
  for (;;) {
    try {
      return await git(cwd, args, { signal: clone.signal, config: auth });
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      if (AUTH_FAILURE.test(error.stderr)) {
        const header = auth.length === 0 ? await authHeader(clone) : null;
        if (header === null) throw error;
        auth = header;
        continue;
      }
      const delayMs = NETWORK_FAILURE.test(error.stderr) ? delays.shift() : undefined;
      if (delayMs === undefined) throw error;
      clone.log?.(`${error.message}; trying again in ${delayMs / 1000} s`);
      await sleep(delayMs, undefined, { signal: clone.signal }).catch(() => undefined);
    }
  }
}

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

export async function hasOrigin({ repo, signal }: Clone): Promise<boolean> {
  return (await askGit(repo, ['remote', 'get-url', 'origin'], { signal })) !== null;
}

const AUTH_FAILURE =
  /authentication failed|could not read (username|password)|returned error: 40[13]|invalid username or|access denied|repository .*not found/i;

const NETWORK_FAILURE =
  /could not resolve host|couldn't resolve|failed to connect|couldn't connect|connection (was )?(timed out|reset|refused|closed)|timed out|early eof|rpc failed|returned error: (429|5\d\d)|hung up unexpectedly|unexpected disconnect|(ssl|tls|gnutls)[ _].*(error|failed|terminated)|empty reply from server/i;

/** Settings that send the token to origin; null when there is none, or origin is another's server. */
async function authHeader({ repo, token, server, signal }: Clone) {
  if (!token) return null;
  const origin = await askGit(repo, ['remote', 'get-url', 'origin'], { signal });
  if (origin === null || !URL.canParse(origin)) return null;
  const home = new URL(server ?? process.env.GITHUB_SERVER_URL ?? 'https://github.com').origin;
  if (new URL(origin).origin !== home) return null;
  const key = `http.${home}/.extraheader`;
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
  // The empty value drops a header that the checkout left behind: two of them are refused.
  return [
    [key, ''],
    [key, `AUTHORIZATION: basic ${credentials}`],
  ] as const;
}
