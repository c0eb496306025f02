/** Sessions against a server of Node, or against one that writes what a test wants. */

import http2 from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { Http2Session } from '../../../src/load/http2/session.ts';
import type { ErrorCounts } from '../../../src/load/results.ts';
import { noErrors, type SessionSlice } from '../../../src/load/session.ts';
import type { Target } from '../../../src/load/target.ts';
import { complaint } from '../../../src/load/unexpected.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { ALONE, assertComplete, CERTIFICATE, target, type Wanted } from '../servers.ts';
import { type OnRequest, type RawServer, serveRaw } from './peer.ts';

export interface Harness extends Disposable {
  session: Http2Session;
  /** What the session said about its failures. */
  heard: string[];
  /** The error codes of these, where the server gave one. */
  codes: string[];
  slice(requests: number): Promise<SessionSlice>;
}

/** A session that has opened nothing yet. */
export function sessionOn(port: number, wanted: Wanted = {}, more: Partial<Target> = {}): Harness {
  const heard: string[] = [];
  const codes: string[] = [];
  const whole = target(port, { protocol: 'http2', streams: 4, connections: 2, ...wanted });
  const session = new Http2Session(
    { ...whole, ...more, scenario: whole.scenario },
    ALONE,
    (kind, message) => {
      heard.push(unmarked(`${kind}: ${message}`));
      const { code } = complaint(kind, message);
      if (code !== undefined) codes.push(code);
    },
  );
  return {
    session,
    heard,
    codes,
    async slice(requests) {
      const result = await session.slice(requests);
      assertComplete(result, requests);
      return result;
    },
    [Symbol.dispose]: () => session[Symbol.dispose](),
  };
}

export interface RawHarness extends Harness, AsyncDisposable {
  server: RawServer;
}

/** An opened session against a server that does this with each request. */
export async function rawHarness(
  onRequest: OnRequest,
  wanted: Wanted = {},
  greeting?: Buffer,
): Promise<RawHarness> {
  const server = await serveRaw(onRequest, greeting === undefined ? {} : { greeting });
  const harness = sessionOn(server.port, wanted);
  const close = async () => {
    harness[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  };
  try {
    await harness.session.open();
  } catch (error) {
    await close();
    throw error;
  }
  return { ...harness, server, [Symbol.asyncDispose]: close };
}

export type OnStream = (
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
) => void;

export interface NodeServer extends AsyncDisposable {
  port: number;
  sessions: Set<http2.ServerHttp2Session>;
}

/** A server of Node's own. `where`: a path of a Unix socket, or 0 for any port. */
export async function serveNode(
  onStream: OnStream,
  {
    secure = false,
    where = 0,
    settings = {},
  }: { secure?: boolean; where?: number | string; settings?: http2.Settings } = {},
): Promise<NodeServer> {
  const server = secure
    ? http2.createSecureServer({ ...CERTIFICATE, settings })
    : http2.createServer({ settings });
  const sessions = new Set<http2.ServerHttp2Session>();
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    onStream(stream, headers);
  });
  await new Promise<void>((resolve) => {
    if (typeof where === 'string') server.listen(where, resolve);
    else server.listen(where, '127.0.0.1', resolve);
  });
  return {
    port: typeof where === 'string' ? 0 : (server.address() as AddressInfo).port,
    sessions,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export function errors(some: Partial<ErrorCounts>): ErrorCounts {
  return { ...noErrors(), ...some };
}
