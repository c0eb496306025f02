/** HTTP/3 servers that behave well or badly on purpose, and the targets that go with them. */
import { readFileSync } from 'node:fs';
import type { QuicStream, ServerHttp3Stream } from '@currentspace/http3';
import type { HttpScenario, Tls } from '../../../src/config/experiment/scenario.ts';
import { type Http3Library, loadNative, loadWasm } from '../../../src/load/http3/library.ts';
import type { Target } from '../../../src/load/target.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { target, type Wanted } from '../servers.ts';

/** Reason to skip every test of HTTP/3; false where they can run. */
export const noHttp3 =
  Number.parseInt(process.versions.node, 10) < 24 ? 'HTTP/3 needs Node.js 24' : false;

/** The runtimes that this machine can load. */
export const libraries: Http3Library[] =
  noHttp3 === false ? [loadNative(), loadWasm()].filter((found) => found !== null) : [];

export const CERTIFICATE = readFileSync(ownFile('fixtures/tls/localhost.crt'), 'utf8');
const pair = {
  cert: Buffer.from(CERTIFICATE),
  key: readFileSync(ownFile('fixtures/tls/localhost.key')),
};
export const ANY: Tls = { acceptSelfSigned: true, ca: null, serverName: 'localhost' };
const options = { ...pair, runtimeMode: 'portable', disableRetry: true } as const;

export interface Http3Server extends AsyncDisposable {
  port: number;
  /** Connections accepted so far. */
  accepted: number;
  requests: number;
}

export type OnStream = (
  stream: ServerHttp3Stream,
  headers: Record<string, unknown>,
  index: number,
) => void;

/** `index` counts requests from 0 over all connections. */
export async function serve(onStream: OnStream, more: More = {}): Promise<Http3Server> {
  for (let triesLeft = more.port === undefined ? 10 : 1; ; triesLeft--) {
    try {
      return await tryToServe(onStream, more);
    } catch (error) {
      // It takes the TCP port of the same number too, which somebody else may have.
      if (triesLeft === 1 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

interface More {
  port?: number;
  initialMaxStreamsBidi?: number;
}

async function tryToServe(onStream: OnStream, { port = 0, ...limits }: More): Promise<Http3Server> {
  const { createSecureServer } = await import('@currentspace/http3');
  const server = createSecureServer({ ...options, ...limits });
  const result: Http3Server = {
    port,
    accepted: 0,
    requests: 0,
    [Symbol.asyncDispose]: () => server.close(),
  };
  server.on('error', () => {});
  server.on('session', (session) => {
    result.accepted++;
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    onStream(stream, headers, result.requests++);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
      server.listen(port, '127.0.0.1');
    });
  } catch (error) {
    await server.close();
    throw error;
  }
  result.port = server.address()?.port ?? 0;
  return result;
}

/** Answers with exactly these bytes on the stream of each request, whether they are HTTP/3 or not. */
export async function serveRaw(
  onStream: (
    stream: QuicStream,
    session: { close(code: number, reason?: string): unknown },
  ) => void,
): Promise<Http3Server> {
  const { createQuicServer } = await import('@currentspace/http3');
  const server = createQuicServer({ ...options, alpn: ['h3'] });
  const result: Http3Server = {
    port: 0,
    accepted: 0,
    requests: 0,
    [Symbol.asyncDispose]: () => server.close(),
  };
  server.on('error', () => {});
  server.on('session', (session) => {
    result.accepted++;
    session.on('error', () => {});
    session.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.resume();
      // The others are HTTP/3's own, for settings and header compression.
      if (stream.id % 4 !== 0) return;
      result.requests++;
      onStream(stream, session);
    });
  });
  result.port = (await server.listen(0, '127.0.0.1')).port;
  return result;
}

/** HEADERS with `:status: 200` from QPACK's static table. */
export const STATUS_200 = Buffer.from([1, 3, 0, 0, 0xd9]);

export function data(text: string): Buffer {
  return Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
}

export function hello(stream: ServerHttp3Stream): void {
  stream.respondWithBody({ ':status': '200', 'content-length': '5' }, 'hello');
}

/** As `target` of HTTP/1.1, for HTTP/3 with any certificate. */
export function target3(port: number, wanted: Wanted = {}): Target<HttpScenario> {
  return target(port, { protocol: 'http3', tls: ANY, connections: 2, streams: 3, ...wanted });
}

/** On a busy machine this process may itself be too late for so short a timeout; what is late is opened again. */
export async function inTime<T>(open: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await open();
    } catch (error) {
      if (tries === 50 || !/no answer to the QUIC handshake/.test(String(error))) throw error;
    }
  }
}
