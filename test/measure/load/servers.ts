/** Servers that behave well or badly on purpose, and the targets and checks that go with them. */
import assert from 'node:assert/strict';
import net from 'node:net';
import type { Scenario } from '../../../src/config/experiment.ts';
import type { SliceResult, Target } from '../../../src/measure/load/protocol.ts';

export interface TestServer extends AsyncDisposable {
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
  { port = 0, onConnection }: { port?: number; onConnection?: (socket: net.Socket) => void } = {},
): Promise<TestServer> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true }, (socket) => {
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
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const result: TestServer = {
    port: (server.address() as net.AddressInfo).port,
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

export function target(port: number, scenario: Partial<Scenario> = {}): Target {
  return {
    host: '127.0.0.1',
    port,
    scenario: {
      name: 'test',
      protocol: 'http1',
      method: 'GET',
      path: '/',
      headers: {},
      body: null,
      connections: 4,
      timeoutMs: 5000,
      expect: { status: 200, body: null },
      ...scenario,
    },
  };
}

/** Whatever happened: every request that was asked for has ended in exactly one way. */
export function assertComplete(slice: Omit<SliceResult, 'arm'>, requests: number): void {
  const errors = Object.values(slice.errors).reduce((sum, count) => sum + count, 0);
  assert.equal(slice.good + errors, requests, JSON.stringify(slice));
}
