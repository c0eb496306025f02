/** Servers that behave well or badly on purpose, and the targets and checks that go with them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import type { HttpRequest, HttpScenario } from '../../src/config/experiment/scenario.ts';
import type { SliceResult } from '../../src/load/results.ts';
import type { Share } from '../../src/load/sequence.ts';
import type { Target } from '../../src/load/target.ts';

/** For 127.0.0.1 and localhost, signed by itself. */
export const CERTIFICATE = {
  cert: readFileSync(new URL('../../fixtures/tls/localhost.crt', import.meta.url), 'utf8'),
  key: readFileSync(new URL('../../fixtures/tls/localhost.key', import.meta.url), 'utf8'),
};

/** Of a scenario that trusts just this certificate. */
export const TRUSTING = {
  acceptSelfSigned: false,
  ca: CERTIFICATE.cert,
  serverName: 'localhost',
};

export interface TestServer extends AsyncDisposable {
  /** 0 for a Unix socket. */
  port: number;
  /** Connections accepted so far. */
  accepted: number;
  /** Requests seen so far: counted by the blank line that ends each head. */
  requests: number;
  sockets: Set<net.Socket>;
}

export type OnRequest = (socket: net.Socket, index: number) => void;

/** A server that calls `onRequest` for each request that has no body. `index` counts from 0 over all connections. */
export async function serve(
  onRequest: OnRequest,
  {
    port = 0,
    path,
    secure = false,
    onConnection,
  }: {
    port?: number;
    /** Of a Unix socket, in place of the port. */
    path?: string;
    /** With TLS and the test's certificate. */
    secure?: boolean;
    onConnection?: (socket: net.Socket) => void;
  } = {},
): Promise<TestServer> {
  const sockets = new Set<net.Socket>();
  const accept = (socket: net.Socket) => {
    result.accepted++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    onConnection?.(socket);
    let text = '';
    socket.setEncoding('latin1').on('data', (more: string) => {
      text += more;
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        text = text.slice(end + 4);
        onRequest(socket, result.requests++);
      }
    });
  };
  const options = { ...CERTIFICATE, ALPNProtocols: ['http/1.1'], noDelay: true };
  const server = secure ? tls.createServer(options, accept) : net.createServer(options, accept);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    if (path === undefined) server.listen(port, '127.0.0.1', resolve);
    else server.listen(path, resolve);
  });
  const result: TestServer = {
    port: path === undefined ? (server.address() as net.AddressInfo).port : 0,
    accepted: 0,
    requests: 0,
    sockets,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return result;
}

export const HELLO = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';

/** A head, then bytes as long as the peer takes them. */
export function sendEndlessly(socket: net.Socket, head: string): void {
  const bytes = Buffer.alloc(64 * 1024, 'x');
  socket.write(head);
  const send = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', send);
  send();
}

/** The parts of a scenario, and of its only request. */
export type Wanted = Partial<HttpScenario> & Partial<HttpRequest>;

export function target(port: number, wanted: Wanted = {}): Target<HttpScenario> {
  const { method, path, headers, body, bodyFile, weight, ids, expect, ...scenario } = wanted;
  const given = { method, path, headers, body, bodyFile, weight, ids, expect };
  return {
    host: '127.0.0.1',
    port,
    socketPath: null,
    scenario: {
      kind: 'http',
      name: 'test',
      protocol: 'http1',
      engine: 'builtin',
      tls: null,
      connections: 4,
      streams: 1,
      timeoutMs: 5000,
      requests: [request(given)],
      latency: null,
      steadyMs: null,
      serverCores: null,
      ...scenario,
    },
    root: import.meta.dirname,
    env: null,
    processes: null,
  };
}

/** A GET of `/` that must get a 200, but for what is given. */
export function request(
  given: { [Key in keyof HttpRequest]?: HttpRequest[Key] | undefined },
): HttpRequest {
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    method: 'GET',
    path: '/',
    headers: {},
    body: null,
    bodyFile: null,
    weight: 1,
    ids: null,
    expect: { status: 200, body: null },
    ...(Object.fromEntries(known) as Partial<HttpRequest>),
  };
}

export const ALONE: Share = { index: 0, of: 1 };

/** So often the same core: several processes of the generator also where there is one core only. */
export function coresFor(processes: number): number[] {
  const allowed = /Cpus_allowed_list:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Array(processes).fill(Number(allowed?.[1]));
}

/** Whatever happened: every request that was asked for has ended in exactly one way. */
export function assertComplete(slice: Omit<SliceResult, 'arm'>, requests: number): void {
  const errors = Object.values(slice.errors).reduce((sum, count) => sum + count, 0);
  assert.equal(slice.good + errors, requests, JSON.stringify(slice));
}
