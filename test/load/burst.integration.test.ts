import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { runBurst } from '../../src/load/burst.ts';
import { BurstResult } from '../../src/load/results.ts';
import { it } from '../support/unless-late.ts';
import { HELLO, request, sendEndlessly, serve, TRUSTING, target } from './servers.ts';

const DURATION_S = 0.3;

describe("autocannon's burst", () => {
  it("Autocannon's burst sends the scenario's own request and reports what was answered", async () => {
    const seen = new Set<string>();
    let status = 200;
    const server = http.createServer(async (request, response) => {
      const body = (await request.toArray()).join('');
      const { host, 'x-token': token, 'content-length': length } = request.headers;
      seen.add([request.method, request.url, host, token, length, body].join(' '));
      response.statusCode = status;
      response.end('hello');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      for (const [method, body, length] of [
        ['GET', null, ''],
        ['HEAD', null, ''],
        ['POST', 'grüße', '7'],
        ['POST', null, '0'],
      ] as const) {
        const path = `/${method}?length=${length}&`;
        const result = await runBurst(
          target(port, { method, body, path, headers: { 'X-Token': 'secret' } }),
          DURATION_S,
        );
        assert.ok(BurstResult.safeParse(result).success);
        // The first run's last requests may still arrive in the second: told apart by their path.
        const own = [...seen].filter((line) => line.includes(path));
        assert.deepEqual(own, [
          `${method} ${path} 127.0.0.1:${port} secret ${length} ${body ?? ''}`,
        ]);
        assert.ok(result.completed > 0, `${method}: nothing completed`);
        assert.deepEqual(result.statuses, { 200: result.completed });
        assert.equal(result.errors, 0);
        assert.ok(result.requestsPerSecond > 0);
        assert.ok(result.latencyP99Ms >= result.latencyP50Ms);
      }
      status = 503;
      const broken = await runBurst(target(port), DURATION_S);
      assert.deepEqual(broken.statuses, { 503: broken.completed });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("Autocannon's burst sends several requests in about their proportions, and counts each status", async () => {
    const seen: string[] = [];
    const server = http.createServer((asked, response) => {
      seen.push(`${asked.method} ${asked.url}`);
      response.statusCode = asked.method === 'POST' ? 201 : asked.method === 'HEAD' ? 204 : 200;
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const requests = [
      request({ path: '/{id}', weight: 6, ids: { from: 1, to: 5 } }),
      request({
        method: 'POST',
        path: '/',
        body: 'x',
        weight: 3,
        expect: { status: 201, body: null },
      }),
      request({ method: 'HEAD', path: '/', weight: 1, expect: { status: 204, body: null } }),
    ];
    try {
      const { port } = server.address() as AddressInfo;
      const { statuses, completed, errors } = await runBurst(
        target(port, { requests }),
        DURATION_S,
      );
      assert.deepEqual(Object.keys(statuses), ['200', '201', '204']);
      assert.equal(errors, 0);
      assert.ok((statuses[200] ?? 0) > (statuses[201] ?? 0) && completed > 100, `${completed}`);
      for (let id = 1; id <= 5; id++) assert.ok(seen.includes(`GET /${id}`));
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("Autocannon's burst copies large bodies of many requests only so often", async () => {
    await using server = await serve((socket) => socket.write(HELLO));
    const body = 'x'.repeat(4_000_000);
    const upload = request({ method: 'PUT', path: '/{id}', body, ids: { from: 1, to: 1_000_000 } });
    const before = process.memoryUsage().arrayBuffers;
    const result = await runBurst(target(server.port, { requests: [upload] }), DURATION_S);
    assert.equal(result.errors, 0);
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 1e9, `${grown} bytes`);
  });

  it("Autocannon's burst speaks TLS, also through a Unix socket", async () => {
    const path = join(tmpdir(), `burst-${process.pid}.sock`);
    for (const listener of [{ secure: true }, { secure: true, path }, { path }]) {
      await using server = await serve((socket) => socket.write(HELLO), listener);
      const tls = 'secure' in listener ? TRUSTING : null;
      const socketPath = 'path' in listener ? path : null;
      const result = await runBurst({ ...target(server.port, { tls }), socketPath }, DURATION_S);
      assert.deepEqual(result.statuses, { 200: result.completed });
      assert.ok(result.completed > 0);
      assert.equal(result.errors, 0);
    }
  });

  it("Autocannon's burst keeps nothing of a body without an end", async () => {
    await using server = await serve((socket) =>
      sendEndlessly(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 107374182400\r\n\r\n'),
    );
    const before = process.memoryUsage().rss;
    const result = await runBurst(target(server.port, { connections: 2 }), DURATION_S);
    assert.equal(result.completed, 0);
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 250e6, `${grown} bytes more`);
  });

  it("Autocannon's burst leaves informational answers out", async () => {
    await using server = await serve((socket) =>
      socket.write('HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    );
    const result = await runBurst(target(server.port), DURATION_S);
    assert.deepEqual(Object.keys(result.statuses), ['200']);
    assert.equal(result.statuses[200], result.completed);
  });

  it("Autocannon's burst counts connections that break as errors", async () => {
    await using server = await serve((socket) => socket.resetAndDestroy());
    const result = await runBurst(target(server.port), DURATION_S);
    assert.equal(result.completed, 0);
    assert.equal(result.requestsPerSecond, 0);
    assert.ok(result.errors > 0);
  });

  it("Autocannon's burst refuses what cannot be sent", async () => {
    await assert.rejects(runBurst(target(1, { path: '/a b' }), DURATION_S), /path/);
    await assert.rejects(runBurst(target(1, { method: 'FROB' }), DURATION_S), /FROB/);
  });
});
