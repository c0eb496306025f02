/**
 * GitHub's cache service (version 2), as far as a history needs it: reserve, upload, finish, look up, download. GitHub's own
 * library is not used, because it turns every failure into "there is nothing" (docs/adr/0066-history-stores.md): a history
 * would begin anew after each hiccup of the network, and its newest entry would be without what was before.
 */
import * as z from 'zod';
import { StoreError } from './store.ts';

/** What the runner hands to an action, not to the commands of a step. */
export interface CacheAccess {
  /** Ends with a slash. */
  readonly url: string;
  readonly token: string;
  /** `read`, `write`, `write-only`, `none`; anything else permits all. */
  readonly mode: string;
  /** How a server is asked; absent: as Node does it. */
  readonly ask?: Ask | undefined;
}

export type Ask = (url: string, options: RequestInit) => Promise<Response>;

/** The most that one answer may take: entries are small. */
const ANSWER_WITHIN_MS = 60_000;
/** A history that is larger does not belong into a cache. */
const BYTES_AT_MOST = 512 * 1024 * 1024;
/** As GitHub begins its refusals where a run may only read, or not even that. */
const DENIED = /cache (write|read) denied/i;
/** In 2026: "You have reached your configured budget, your cache is now read only to prevent additional charges." */
const USED_UP = /budget|quota|read.only|storage limit/i;
const EXISTS = /already.exists/i;

const Reserved = z.object({
  ok: z.boolean(),
  signed_upload_url: z.string().optional(),
  message: z.string().optional(),
});
const Finished = z.object({ ok: z.boolean(), message: z.string().optional() });
const Found = z.object({
  ok: z.boolean(),
  signed_download_url: z.string().optional(),
  matched_key: z.string().optional(),
  message: z.string().optional(),
});

/** @throws StoreError where this is no action on GitHub's servers */
export function cacheAccess(
  env: Readonly<Record<string, string | undefined>>,
  ask?: Ask,
): CacheAccess {
  const { ACTIONS_RESULTS_URL: url, ACTIONS_RUNTIME_TOKEN: token } = env;
  if (!url || !token) {
    throw new StoreError(
      'there is no Actions cache here: only the action on a GitHub runner has one',
      {
        cure: 'outside of it, write `history: branch`, or `directory:PATH`',
      },
    );
  }
  if (isEnterpriseServer(env.GITHUB_SERVER_URL)) {
    throw new StoreError(
      'the cache of GitHub Enterprise Server has another interface, which is not spoken',
      {
        cure: 'write `history: branch`',
      },
    );
  }
  const mode = (env.ACTIONS_CACHE_MODE ?? '').trim().toLowerCase();
  const access = { url: url.endsWith('/') ? url : `${url}/`, token, mode };
  return ask === undefined ? access : { ...access, ask };
}

function isEnterpriseServer(server: string | undefined): boolean {
  if (!server || !URL.canParse(server)) return false;
  const { hostname } = new URL(server);
  return !/(^github\.com|\.ghe\.com|\.localhost)$/i.test(hostname);
}

/** Who wants to write a history wants to read it first. */
export function assertMode({ mode }: CacheAccess, wish: 'read' | 'write'): void {
  const permits: Readonly<Record<string, readonly string[]>> = {
    none: [],
    read: ['read'],
    write: ['read', 'write'],
    'write-only': ['write'],
  };
  const wanted = wish === 'read' ? ['read'] : ['read', 'write'];
  const permitted = permits[mode];
  if (permitted === undefined || wanted.every((one) => permitted.includes(one))) return;
  throw new StoreError(
    `the workflow's \`cache-mode: ${mode}\` does not permit to ${wish} the cache`,
    {
      cure: wish === 'read' ? 'set it to `read` or `write`' : 'set it to `write`',
    },
  );
}

/** Null: somebody else has this key, whether or not that is uploaded yet. */
export async function reserve(
  access: CacheAccess,
  key: string,
  version: string,
): Promise<string | null> {
  const { status, body } = await call(access, 'CreateCacheEntry', { key, version });
  if (status === 409) return null;
  const answer = Reserved.safeParse(body).data;
  if (answer?.ok && answer.signed_upload_url) return answer.signed_upload_url;
  // Without a word it is taken for what happens every day. With one, whoever is told "somebody was faster" would wait for nothing.
  const isTaken = answer !== undefined && (!answer.message || EXISTS.test(answer.message));
  if (!isTaken) throw refused(status, body, 'write');
  return null;
}

export async function upload(
  access: CacheAccess,
  url: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' };
  const request = { method: 'PUT', headers, body: content };
  const response = await send(access, 'the upload', url, request);
  if (!response.ok) throw failed('the upload', response.status);
}

export async function finish(
  access: CacheAccess,
  key: string,
  version: string,
  size: number,
): Promise<void> {
  const request = { key, version, size_bytes: String(size) };
  const { status, body } = await call(access, 'FinalizeCacheEntryUpload', request);
  if (Finished.safeParse(body).data?.ok !== true) throw refused(status, body, 'write');
}

/** The newest entry whose key begins with `prefix`; null: there is none. */
export async function newest(
  access: CacheAccess,
  prefix: string,
  version: string,
): Promise<{ key: string; url: string } | null> {
  const request = { key: prefix, restore_keys: [prefix], version };
  const { status, body } = await call(access, 'GetCacheEntryDownloadURL', request);
  if (status === 404) return null;
  const answer = Found.safeParse(body).data;
  const isRefused = !answer?.ok && [DENIED, USED_UP].some((one) => one.test(answer?.message ?? ''));
  if (status !== 200 || answer === undefined || isRefused) throw refused(status, body, 'read');
  if (!answer.ok || !answer.signed_download_url || !answer.matched_key) return null;
  return { key: answer.matched_key, url: answer.signed_download_url };
}

export async function download(access: CacheAccess, url: string): Promise<Uint8Array> {
  const response = await send(access, 'the download', url, {});
  if (!response.ok) throw failed('the download', response.status);
  const length = Number(response.headers.get('content-length') ?? 0);
  if (length > BYTES_AT_MOST) {
    throw new StoreError(`the entry has ${length} bytes, which no history has`, {
      cure: 'delete the caches that begin with `throughput-gate-history` (Actions, Caches)',
    });
  }
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw passing('the download', cause);
  }
}

async function call(
  access: CacheAccess,
  method: string,
  request: unknown,
): Promise<{ status: number; body: unknown }> {
  const { url, token } = access;
  const address = `${url}twirp/github.actions.results.api.v1.CacheService/${method}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify(request);
  const response = await send(access, method, address, { method: 'POST', headers, body });
  if (response.status === 429 || response.status >= 500) throw failed(method, response.status);
  try {
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  } catch (cause) {
    throw passing(method, cause);
  }
}

/** Addresses of uploads and downloads are signed, so they are in no message. */
async function send(
  { ask = fetch }: CacheAccess,
  what: string,
  url: string,
  options: RequestInit,
): Promise<Response> {
  try {
    return await ask(url, { ...options, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch (cause) {
    throw passing(what, cause);
  }
}

function passing(what: string, cause: unknown): StoreError {
  const { message, cause: deeper } = cause as Error;
  const why = deeper instanceof Error ? deeper.message || message : message;
  return new StoreError(`the Actions cache: ${what}: ${why}`, {
    isPassing: true,
    cure: 'the network failed each time: run the job again later',
    cause,
  });
}

function failed(what: string, status: number): StoreError {
  const isPassing = status === 408 || status === 429 || status >= 500;
  return new StoreError(`the Actions cache: ${what} was answered with ${status}`, {
    isPassing,
    cure: isPassing ? 'the service failed each time: run the job again later' : null,
  });
}

function refused(status: number, body: unknown, wish: 'read' | 'write'): StoreError {
  const said = z
    .object({ msg: z.string() })
    .or(z.object({ message: z.string() }))
    .safeParse(body);
  const words = said.success ? Object.values(said.data)[0]?.slice(0, 300) : undefined;
  return new StoreError(
    `the Actions cache cannot be ${wish === 'read' ? 'read' : 'written'}: ${words ?? `status ${status}`}`,
    { cure: cureOf(status, words ?? '') },
  );
}

function cureOf(status: number, words: string): string | null {
  if (USED_UP.test(words) && !DENIED.test(words)) {
    return 'raise the budget or the limit of the caches, or delete old ones (Actions, Caches); or keep the history on a branch: `history: branch`';
  }
  if (DENIED.test(words) || status === 401 || status === 403) {
    return 'runs of events that strangers can cause may only read the cache: run this job on `push` or `schedule`';
  }
  return null;
}
