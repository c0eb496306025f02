/** GitHub's cache service on a port of this machine: immutable entries, keys that are given once, signed addresses. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import type { CacheAccess } from '../../src/history/stores/cache-service.ts';
import { serveWeb } from './web-server.ts';

interface Entry {
  key: string;
  version: string;
  content: Buffer | null;
  /** Counts up; 0: not yet. */
  finished: number;
}

const SERVICE = '/twirp/github.actions.results.api.v1.CacheService/';

/** `instead`: may answer in the service's place, and then says true. */
export async function fakeCache(
  t: TestContext,
  instead: (method: string, response: ServerResponse) => boolean = () => false,
) {
  const entries: Entry[] = [];
  const token = 'runtime-token';
  const seen: string[] = [];
  let finished = 0;
  const methods: Record<
    string,
    (asked: Record<string, string>) => { status?: number; body: unknown }
  > = {
    CreateCacheEntry: ({ key = '', version = '' }) => {
      if (entries.some((one) => one.key === key && one.version === version)) {
        return { status: 409, body: { code: 'already_exists', msg: 'cache entry already exists' } };
      }
      entries.push({ key, version, content: null, finished: 0 });
      return {
        body: { ok: true, signed_upload_url: `${address}/blob/${entries.length - 1}?sig=s3cret` },
      };
    },
    FinalizeCacheEntryUpload: ({ key, version, size_bytes }) => {
      const entry = entries.find((one) => one.key === key && one.version === version);
      const isWhole = entry?.content?.length === Number(size_bytes);
      if (entry === undefined || !isWhole) return { body: { ok: false, message: 'size differs' } };
      entry.finished = ++finished;
      return { body: { ok: true, entry_id: String(entries.indexOf(entry) + 1) } };
    },
    GetCacheEntryDownloadURL: ({ key = '', version }) => {
      const isSuch = (one: Entry) =>
        one.finished > 0 && one.version === version && one.key.startsWith(key);
      // The one that was finished last, though another may have been reserved later: the worse case for who counts up.
      const last = entries.filter(isSuch).sort((a, b) => b.finished - a.finished)[0];
      const index = last === undefined ? -1 : entries.indexOf(last);
      if (index < 0) return { body: { ok: false, signed_download_url: '', matched_key: '' } };
      const url = `${address}/blob/${index}?sig=s3cret`;
      return { body: { ok: true, signed_download_url: url, matched_key: entries[index]?.key } };
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const content = Buffer.concat(await request.toArray());
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host');
    const name = pathname.startsWith(SERVICE)
      ? pathname.slice(SERVICE.length)
      : request.method === 'PUT'
        ? 'upload'
        : 'download';
    seen.push(name);
    if (instead(name, response)) return;
    if (pathname.startsWith('/blob/')) {
      const entry = entries[Number(pathname.slice('/blob/'.length))];
      if (entry === undefined || searchParams.get('sig') !== 's3cret')
        response.writeHead(404).end();
      else if (request.method === 'GET') response.end(entry.content ?? '');
      else if (request.headers['x-ms-blob-type'] !== 'BlockBlob') response.writeHead(400).end();
      else {
        entry.content = content;
        response.writeHead(201).end();
      }
      return;
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end('{"code":"unauthenticated","msg":"bad token"}');
      return;
    }
    const { status = 200, body } = methods[name]?.(JSON.parse(content.toString())) ?? {
      status: 404,
      body: {},
    };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const port = await serveWeb(t, (request, response) => void answer(request, response));
  const address = `http://127.0.0.1:${port}`;
  const access: CacheAccess = { url: `${address}/`, token, mode: '' };
  return { access, entries, seen };
}
