import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { runBurst } from '../../../src/measure/load/burst.ts';
import { BurstResult } from '../../../src/measure/load/protocol.ts';
import { serve, target } from './servers.ts';

const DURATION_S = 0.3;

describe("autocannon's burst", () => {
  it("sends the scenario's own request and reports what was answered", async () => {
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

  it('leaves informational answers out', async () => {
    await using server = await serve((socket) =>
      socket.write('HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    );
    const result = await runBurst(target(server.port), DURATION_S);
    assert.deepEqual(Object.keys(result.statuses), ['200']);
    assert.equal(result.statuses[200], result.completed);
  });

  it('counts connections that break as errors', async () => {
    await using server = await serve((socket) => socket.resetAndDestroy());
    const result = await runBurst(target(server.port), DURATION_S);
    assert.equal(result.completed, 0);
    assert.equal(result.requestsPerSecond, 0);
    assert.ok(result.errors > 0);
  });

  it('refuses what cannot be sent', async () => {
    await assert.rejects(runBurst(target(1, { path: '/a b' }), DURATION_S), /path/);
    await assert.rejects(runBurst(target(1, { method: 'FROB' }), DURATION_S), /FROB/);
  });
});
