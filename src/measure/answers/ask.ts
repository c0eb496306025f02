/** Asks a server for whole answers, one after the other, on a connection that is not one of the load's. */
import { createHash } from 'node:crypto';
import http from 'node:http';
import type http2 from 'node:http2';
import https from 'node:https';
import type { HttpScenario } from '../../config/scenario.ts';
import { authority, uncheckedTls } from '../../load/address.ts';
import { requestHeaders } from '../../load/http1/request.ts';
import { connectHttp2 } from '../../load/node-http2.ts';
import type { PreparedRequest } from '../../load/sequence.ts';
import type { Target } from '../../load/target.ts';
import {
  type Answer,
  type Asked,
  bytesWithoutOwnPlace,
  NOT_IN_TIME,
  type OwnPlace,
  withoutOwnPlace,
} from './answer.ts';
import { decoded } from './decode.ts';

/** What is kept of a body; more of it is known by its hash. */
const KEPT_BYTES = 256 * 1024;
/** A body that is longer than this is not read to its end. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Its connection stays open from one call to the next. */
export interface Asker extends Disposable {
  /** Never rejects, and takes no longer than `timeoutMs`. */
  ask(request: PreparedRequest, timeoutMs: number): Promise<Asked>;
}

/** Null where no client of ours speaks the protocol. `dir`: of the arm's tree; null: answers are left as they are. */
export function askerFor(target: Target<HttpScenario>, dir: string | null): Asker | null {
  const { port, socketPath } = target;
  const place = dir === null ? NOWHERE : { port, socketPath, dir };
  switch (target.scenario.protocol) {
    case 'http1':
      return new Http1Asker(target, place);
    case 'http2':
      return new Http2Asker(target, place);
    case 'http3':
      return null;
  }
}

const NOWHERE: OwnPlace = { port: -1, socketPath: null, dir: '' };

class Http1Asker implements Asker {
  readonly #target: Target<HttpScenario>;
  readonly #place: OwnPlace;
  readonly #agent: http.Agent;

  constructor(target: Target<HttpScenario>, place: OwnPlace) {
    this.#target = target;
    this.#place = place;
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = target.scenario.tls === null ? new http.Agent(options) : new https.Agent(options);
  }

  ask(request: PreparedRequest, timeoutMs: number): Promise<Asked> {
    const { host, port, socketPath, scenario } = this.#target;
    return new Promise((resolve) => {
      const settle = (asked: Asked) => {
        clearTimeout(limit);
        resolve(asked);
        if (typeof asked === 'string') sent.destroy();
      };
      const where = socketPath === null ? { host, port } : { socketPath };
      const options = {
        ...where,
        method: request.method,
        path: request.path,
        agent: this.#agent,
        ...(scenario.tls === null ? {} : uncheckedTls(scenario.tls, ['http/1.1'])),
      };
      const sent = (scenario.tls === null ? http : https).request(options, (response) => {
        const fields = new Map<string, string>();
        const cookies = gather(fields, response.rawHeaders, '');
        new Body(response, (raw) => {
          gather(fields, response.rawTrailers, 'trailer ');
          settle(answerOf(response.statusCode as number, fields, raw, this.#place, cookies));
        });
        response.on('error', (error) => settle(error.message));
      });
      const headers = requestHeaders(this.#target, request);
      for (const [name, value] of headers) sent.setHeader(name, value);
      // The load sends no field of its own but `host`: a server must not be able to tell the two apart.
      if (!headers.some(([name]) => name.toLowerCase() === 'connection')) {
        sent.removeHeader('connection');
      }
      const limit = setTimeout(() => settle(`${NOT_IN_TIME} ${timeoutMs} ms`), timeoutMs);
      sent.on('error', (error) => settle(error.message));
      sent.end(request.body ?? undefined);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

class Http2Asker implements Asker {
  readonly #target: Target<HttpScenario>;
  readonly #place: OwnPlace;
  #client: http2.ClientHttp2Session | null = null;

  constructor(target: Target<HttpScenario>, place: OwnPlace) {
    this.#target = target;
    this.#place = place;
  }

  ask(request: PreparedRequest, timeoutMs: number): Promise<Asked> {
    return new Promise((resolve) => {
      let isSettled = false;
      const settle = (asked: Asked) => {
        // A stream closes after its answer too: that must not end the connection of the next one.
        if (isSettled) return;
        isSettled = true;
        clearTimeout(limit);
        client.off('error', failed);
        if (typeof asked === 'string') this[Symbol.dispose]();
        resolve(asked);
      };
      const failed = (error: Error) => settle(error.message);
      const client = this.#connected();
      const limit = setTimeout(() => settle(`${NOT_IN_TIME} ${timeoutMs} ms`), timeoutMs);
      client.once('error', failed);
      const stream = client.request(fieldsOf(this.#target, request), {
        endStream: request.body === null,
      });
      const fields = new Map<string, string>();
      let status = 0;
      let cookies: string[] = [];
      stream.once('response', (headers) => {
        status = headers[':status'] ?? 0;
        cookies = gather(fields, flat(headers), '');
      });
      stream.once('trailers', (headers) => gather(fields, flat(headers), 'trailer '));
      new Body(stream, (raw) => settle(answerOf(status, fields, raw, this.#place, cookies)));
      stream.on('error', (error) => settle(error.message));
      stream.once('close', () => settle('the server ended the request without an answer'));
      if (request.body !== null) stream.end(request.body);
    });
  }

  #connected(): http2.ClientHttp2Session {
    if (this.#client !== null && !this.#client.closed && !this.#client.destroyed)
      return this.#client;
    const client = connectHttp2(this.#target);
    // Of a connection that nobody waits for.
    client.on('error', () => {});
    this.#client = client;
    return client;
  }

  [Symbol.dispose](): void {
    this.#client?.destroy();
    this.#client = null;
  }
}

function fieldsOf(target: Target<HttpScenario>, request: PreparedRequest) {
  const headers = requestHeaders(target, request);
  const host = headers.find(([name]) => name.toLowerCase() === 'host');
  const own = headers.filter(([name]) => !['host', 'connection'].includes(name.toLowerCase()));
  return {
    ...Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), value])),
    ':method': request.method,
    ':path': request.path,
    ':authority': host?.[1] ?? authority(target),
  };
}

function flat(headers: http2.IncomingHttpHeaders): string[] {
  return Object.entries(headers)
    .filter(([name]) => !name.startsWith(':'))
    .flatMap(([name, value]) => [value ?? []].flat().flatMap((one) => [name, String(one)]));
}

/** Reads a body to its end, and keeps as much of it as may be unpacked. */
class Body {
  constructor(stream: NodeJS.ReadableStream & { destroy(): unknown }, done: (raw: Buffer) => void) {
    const parts: Buffer[] = [];
    let bytes = 0;
    stream.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > MOST_BYTES) stream.destroy();
      else parts.push(part);
    });
    stream.once('end', () => done(Buffer.concat(parts)));
  }
}

/** Of a field that comes several times all values; of cookies only their names, as each server draws its own. Returns these. */
function gather(fields: Map<string, string>, raw: readonly string[], prefix: string): string[] {
  const cookies: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = `${prefix}${(raw[i] as string).toLowerCase()}`;
    const value = raw[i + 1] as string;
    const kept = name === 'set-cookie' ? (value.split('=')[0] as string) : value;
    if (name === 'set-cookie') cookies.push(value);
    const before = fields.get(name);
    fields.set(name, before === undefined ? kept : `${before}, ${kept}`);
  }
  return cookies;
}

export function answerOf(
  status: number,
  fields: ReadonlyMap<string, string>,
  raw: Buffer,
  place: OwnPlace,
  cookies: readonly string[] = [],
): Asked {
  const encoding = fields.get('content-encoding') ?? '';
  // An answer to HEAD, a 304: the coding is that of a body which does not come.
  const unpacked = raw.length === 0 ? raw : decoded(raw, encoding);
  // A login needs what is in it.
  if (typeof unpacked === 'string' && place === NOWHERE) return unpacked;
  // Base's may be sound: a body that no client can read is an answer, and another one.
  const plain = typeof unpacked === 'string' ? Buffer.from(`(${unpacked})`) : unpacked;
  const body = bytesWithoutOwnPlace(plain, place);
  const own = [...fields].map(([name, value]): [string, string] => [
    name,
    withoutOwnPlace(value, place),
  ]);
  return {
    status,
    fields: new Map(own),
    // A copy: a slice would keep the whole.
    body: Buffer.from(body.subarray(0, KEPT_BYTES)),
    bytes: body.length,
    ...(typeof unpacked === 'string' && { isUnreadable: true }),
    sha256: createHash('sha256').update(body).digest('hex'),
    encoding: encoding.toLowerCase(),
    cookies,
  } satisfies Answer;
}
