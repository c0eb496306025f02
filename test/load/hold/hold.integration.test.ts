/**
 * Many connections, held by processes of their own, against servers that keep and that lose them.
 * Runs alone: it asserts the pace at which connections open and are used.
 */
import assert from 'node:assert/strict';
import net from 'node:net';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HoldScenario } from '../../../src/config/experiment/scenario.ts';
import { LatencyHistogram } from '../../../src/load/histogram.ts';
import { type Hold, openHold } from '../../../src/load/hold/hold.ts';
import { mergeSegments, segmentSizeOf } from '../../../src/load/hold/segments.ts';
import { until } from '../../measure/servers/sandbox.ts';
import { it } from '../../support/unless-late.ts';
import { HELLO, type OnRequest, request, serve } from '../servers.ts';
import { echo, servePeer } from '../websocket/peer.ts';

const linux = { skip: process.platform === 'linux' ? false : 'loopback addresses are Linux only' };

function scenario(wanted: Partial<HoldScenario> = {}): HoldScenario {
  return {
    kind: 'hold',
    name: 'many',
    protocol: 'http1',
    tls: null,
    connections: 300,
    openPerSecond: 3000,
    holdMs: 400,
    perSecond: 1000,
    timeoutMs: 10_000,
    request: request({ expect: { status: 200, body: 'hello' } }),
    socket: null,
    serverCores: null,
    ...wanted,
  };
}

async function hold(port: number, wanted: Partial<HoldScenario> = {}): Promise<Hold> {
  return await openHold({
    arm: 'head',
    target: {
      host: '127.0.0.1',
      port,
      socketPath: null,
      scenario: scenario(wanted),
      root: import.meta.dirname,
      env: null,
      processes: null,
    },
    cores: null,
    signal: new AbortController().signal,
  });
}

const hello: OnRequest = (socket) => socket.write(HELLO);

describe('a hold', linux, () => {
  it('A hold opens every connection at its rate, uses them all, and loses none', async () => {
    await using server = await serve(hello);
    await using held = await hold(server.port);
    const opened = await held.open();
    assert.deepEqual([opened.opened, opened.refused, opened.timedOut], [300, 0, 0]);
    assert.ok(opened.openMs >= 99, 'no faster than its rate');
    assert.equal(opened.connects.count, 300);
    // A connection is open to us before the server has accepted it.
    while (server.accepted < 300) await sleep(1);
    const { scheduled, good, errors, segments } = await held.hold();
    assert.deepEqual([scheduled, good], [400, 400]);
    assert.ok(Object.values(errors).every((count) => count === 0));
    assert.deepEqual(
      segments.map(({ scheduled: own, latencies }) => [own, latencies.count]),
      [
        [200, 200],
        [200, 200],
      ],
    );
    assert.equal(server.requests, 400);
    assert.equal((await held.close()).dropped, 0);
  });

  it('A hold counts each connection that the server closes once, and opens none again', async () => {
    let accepted = 0;
    let closed = 0;
    await using server = await serve(hello, {
      onConnection: (socket) => {
        if (++accepted % 10 !== 0) return;
        socket.once('close', () => closed++);
        setTimeout(() => socket.destroy(), 20);
      },
    });
    await using held = await hold(server.port);
    const { opened } = await held.open();
    assert.equal(opened, 300);
    const { scheduled, good, errors } = await held.hold();
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    assert.equal(good + failed, scheduled);
    await until('all are closed', () => closed === 30);
    assert.equal((await held.close()).dropped, 30);
    assert.equal(server.accepted, 300);
  });

  it('A hold counts what is refused', async () => {
    const spare = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => spare.once('listening', resolve));
    const { port } = spare.address() as net.AddressInfo;
    await new Promise((resolve) => spare.close(resolve));
    await using held = await hold(port, { connections: 50 });
    const opened = await held.open();
    assert.deepEqual([opened.opened, opened.refused + opened.timedOut], [0, 50]);
    assert.match(opened.samples[0]?.message ?? '', /refused/i);
  });

  it('A hold counts every request that is never answered, and keeps the connections', async () => {
    await using server = await serve(() => {});
    await using held = await hold(server.port, { timeoutMs: 150, perSecond: 200 });
    await held.open();
    const { scheduled, good, errors } = await held.hold();
    assert.deepEqual([good, errors.timeout], [0, scheduled]);
    assert.equal((await held.close()).dropped, 0);
  });

  it('A hold times every request that waited for a stalled server from its moment', async () => {
    let untilMs = 0;
    await using server = await serve((socket, index) => {
      if (index === 100) untilMs = performance.now() + 200;
      setTimeout(() => socket.write(HELLO), Math.max(0, untilMs - performance.now()));
    });
    await using held = await hold(server.port, { connections: 20, holdMs: 600 });
    await held.open();
    const { good, segments } = await held.hold();
    assert.equal(good, 600);
    const all = new LatencyHistogram();
    for (const { latencies } of segments) all.add(latencies);
    assert.ok(all.max >= 180_000, `${all.max}`);
    // A third of all requests became due in the stall.
    assert.ok(all.quantile(0.8) >= 20_000, `${all.quantile(0.8)}`);
  });

  it('A hold echoes messages over WebSockets', async () => {
    await using peer = await servePeer({ onMessage: echo });
    const socket = {
      path: '/ws',
      headers: {},
      subprotocol: null,
      message: { bytes: 64, binary: false },
    };
    await using held = await hold(peer.port, { protocol: 'websocket', request: null, socket });
    assert.equal((await held.open()).opened, 300);
    const { scheduled, good } = await held.hold();
    assert.deepEqual([scheduled, good], [400, 400]);
    assert.equal((await held.close()).dropped, 0);
  });

  it('A hold counts a handshake that never ends as timed out', async () => {
    const silent = net.createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    await using _ = { [Symbol.asyncDispose]: async () => void silent.close() };
    const { port } = silent.address() as net.AddressInfo;
    const socket = {
      path: '/ws',
      headers: {},
      subprotocol: null,
      message: { bytes: 64, binary: false },
    };
    const wanted = { protocol: 'websocket', request: null, socket, connections: 20 } as const;
    await using held = await hold(port, { ...wanted, timeoutMs: 100 });
    const opened = await held.open();
    assert.deepEqual([opened.opened, opened.timedOut], [0, 20]);
  });
});

describe('segments of a hold', () => {
  it('Segments of a hold have at least 200 requests, and a tenth of a second', () => {
    assert.deepEqual([100, 2000, 2001, 50_000].map(segmentSizeOf), [200, 200, 201, 5000]);
  });

  it('Segments of a hold of several processes are put together by their place; a short rest joins the last', () => {
    const part = (index: number, scheduled: number, firstMs: number) => {
      const latencies = new LatencyHistogram();
      for (let i = 0; i < scheduled; i++) latencies.record(100);
      const lastMs = firstMs + 10;
      return { index, scheduled, late: 1, firstMs, lastMs, latencies: latencies.encode() };
    };
    const merged = mergeSegments([
      part(1, 100, 50),
      part(0, 100, 0),
      part(0, 100, 5),
      part(1, 99, 60),
      part(2, 10, 100),
    ]);
    assert.deepEqual(
      merged.map(({ scheduled, late, durationUs, latencies }) => [
        scheduled,
        late,
        durationUs,
        latencies.count,
      ]),
      [
        [200, 2, 15_000, 200],
        [209, 3, 60_000, 209],
      ],
    );
  });
});
