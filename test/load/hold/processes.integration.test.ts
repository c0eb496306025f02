/** Several holder processes at once, and what becomes of them and of the counts when something breaks. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { HoldScenario } from '../../../src/config/experiment/scenario.ts';
import { GeneratorGone, ScenarioUnsendable } from '../../../src/load/client.ts';
import { type Hold, type HoldOptions, openHold } from '../../../src/load/hold/hold.ts';
import { readHoldLimits } from '../../../src/load/hold/limits.ts';
import { HOLDER_FILES_TO_SPARE } from '../../../src/load/hold/shares.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { until } from '../../measure/servers/sandbox.ts';
import { it } from '../../support/unless-late.ts';
import { HELLO, request, serve, type TestServer, TRUSTING } from '../servers.ts';
import { echo, frame, PING, servePeer } from '../websocket/peer.ts';

const linux = { skip: process.platform === 'linux' ? false : 'loopback addresses are Linux only' };

/** So that each process keeps 100. */
const FEW_FILES = { ...readHoldLimits(), openFiles: 100 + HOLDER_FILES_TO_SPARE };
const SOCKET = {
  path: '/ws',
  headers: {},
  subprotocol: null,
  message: { bytes: 32, binary: true },
};
const WEBSOCKET = { protocol: 'websocket', request: null, socket: SOCKET } as const;

interface Wanted extends Partial<HoldOptions> {
  scenario?: Partial<HoldScenario>;
  /** Of a Unix socket. */
  path?: string;
  host?: string;
}

async function hold(
  port: number,
  { scenario, path, host = '127.0.0.1', ...more }: Wanted = {},
): Promise<Hold> {
  return await openHold({
    arm: 'head',
    target: {
      host,
      port,
      socketPath: path ?? null,
      root: import.meta.dirname,
      env: null,
      processes: null,
      scenario: {
        kind: 'hold',
        name: 'many',
        protocol: 'http1',
        tls: null,
        connections: 300,
        openPerSecond: 3000,
        holdMs: 200,
        perSecond: 1000,
        timeoutMs: 5000,
        request: request({ expect: { status: 200, body: 'hello' } }),
        socket: null,
        serverCores: null,
        ...scenario,
      },
    },
    cores: null,
    signal: new AbortController().signal,
    limits: FEW_FILES,
    ...more,
  });
}

/** Alive, and no zombie. */
function living(hold: Hold): number[] {
  return hold.processes.flatMap(({ pid }) =>
    pid !== undefined && existsSync(`/proc/${pid}/exe`) ? pid : [],
  );
}

const total = (errors: object): number => Object.values(errors).reduce((a, b) => a + b, 0);

/** All have come to the server, and so many are left. */
const left = (server: Pick<TestServer, 'accepted' | 'sockets'>, accepted: number, open: number) =>
  until(
    'the others are closed',
    () => server.accepted === accepted && server.sockets.size === open,
  );

/** `ready`: what the server does by itself once all are open. */
async function whole(held: Hold, ready = async () => {}) {
  const opened = await held.open();
  await ready();
  const used = await held.hold();
  const closed = await held.close();
  const words = [opened, used, closed].flatMap(({ samples }) =>
    samples.map(({ message }) => message),
  );
  return { opened, used, closed, words };
}

describe('a hold by several processes', linux, () => {
  it('A hold by several processes comes from an address of each, and counts as one', async () => {
    const sources = new Map<string, number>();
    await using server = await serve((socket) => socket.write(HELLO), {
      onConnection: ({ remoteAddress = '' }) =>
        sources.set(remoteAddress, (sources.get(remoteAddress) ?? 0) + 1),
    });
    await using held = await hold(server.port);
    assert.equal(held.processes.length, 3);
    const { opened, used, closed } = await whole(held);
    assert.deepEqual([opened.opened, opened.refused, opened.timedOut], [300, 0, 0]);
    assert.deepEqual([...sources.values()], [100, 100, 100]);
    assert.ok(!sources.has('127.0.0.1'));
    assert.deepEqual([used.scheduled, used.good, total(used.errors)], [200, 200, 0]);
    assert.equal(server.requests, 200);
    assert.equal(closed.dropped, 0);
    while (server.sockets.size > 0) await sleep(1);
    await held[Symbol.asyncDispose]();
    assert.deepEqual(living(held), []);
  });

  it('A hold by several processes opens 2,000, of which a server closes one in ten', async () => {
    await using server = await serve((socket) => socket.write(HELLO), {
      onConnection: (socket) => {
        if (server.accepted % 10 === 0) setTimeout(() => socket.end(), 5);
      },
    });
    const scenario = { connections: 2000, openPerSecond: 4000 };
    await using held = await hold(server.port, { scenario, limits: readHoldLimits() });
    const ready = () => left(server, 2000, 1800);
    const { opened, used, closed, words } = await whole(held, ready);
    assert.equal(opened.opened, 2000);
    assert.equal(used.good + total(used.errors), used.scheduled);
    assert.equal(closed.dropped, 200);
    assert.equal(server.accepted, 2000, 'none is opened again');
    assert.match(words.join(), /a connection was dropped: the server closed the connection/);
  });

  it('A hold by several processes counts the requests that were under way when the server closed, and its goodbyes', async () => {
    // Of every four requests: none, closed; a goodbye; two good ones.
    await using server = await serve((socket, index) => {
      if (index % 4 === 0) socket.destroy();
      else if (index % 4 === 1) {
        socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello');
      } else socket.write(HELLO);
    });
    await using held = await hold(server.port);
    const { used, closed } = await whole(held);
    assert.deepEqual([used.good, used.errors.closed], [150, 50]);
    assert.equal(closed.dropped, 100);
  });

  it('A hold by several processes sends what waits on no connection that the server is about to close', async () => {
    // A single connection with a queue of requests, each answer of which says goodbye.
    await using server = await serve((socket) => {
      setTimeout(() => {
        socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello');
      }, 50);
    });
    await using held = await hold(server.port, { scenario: { connections: 1 } });
    const { used, closed } = await whole(held);
    assert.deepEqual([used.good, used.errors.closed, closed.dropped], [1, 199, 1]);
    assert.equal(server.requests, 1);
    assert.ok(used.samples.some(({ message }) => /no connection is left/.test(message)));
  });

  it('A hold by several processes counts bytes that nobody asked for as a drop', async () => {
    await using server = await serve((socket) => socket.write(HELLO), {
      onConnection: (socket) => {
        if (server.accepted % 100 === 0) {
          setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n'), 5);
        }
      },
    });
    await using held = await hold(server.port, { scenario: { perSecond: 5 } });
    assert.equal((await whole(held, () => left(server, 300, 297))).closed.dropped, 3);
  });

  it('A hold by several processes judges answers as the closed loop does', async () => {
    await using server = await serve((socket, index) => {
      const status = index % 10 === 0 ? '500 Oh' : '200 OK';
      const body = index % 10 === 1 ? 'HELLO' : 'hello';
      socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 5\r\n\r\n${body}`);
    });
    await using held = await hold(server.port);
    const { used, closed } = await whole(held);
    assert.deepEqual([used.good, used.errors.status, used.errors.body], [160, 20, 20]);
    assert.equal(closed.dropped, 0);
  });

  it('A hold by several processes counts those that come after the server has stopped listening as refused', async () => {
    // The listener goes away when the 60th connection has come, without a queue of others behind.
    let accepted = 0;
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      if (++accepted === 60) server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    await using held = await hold(port, { scenario: { openPerSecond: 500, perSecond: 1 } });
    const opened = await held.open();
    assert.equal(opened.opened + opened.refused, 300);
    assert.ok(opened.opened >= 60 && opened.opened < 300, `${opened.opened}`);
    assert.ok(opened.samples.some(({ message }) => /ECONNREFUSED/.test(message)));
    // What was in the queue when the listener went has been reset.
    assert.equal((await held.close()).dropped, opened.opened - accepted);
  });

  it('A hold by several processes holds over TLS and over a Unix socket', async () => {
    await using secure = await serve((socket) => socket.write(HELLO), { secure: true });
    const tls = { scenario: { tls: TRUSTING, connections: 150 } };
    await using overTls = await hold(secure.port, tls);
    const first = await whole(overTls);
    assert.deepEqual([first.opened.opened, first.used.good, first.closed.dropped], [150, 200, 0]);

    const folder = await mkdtemp(join(tmpdir(), 'hold-'));
    try {
      const path = join(folder, 'x.sock');
      await using _unix = await serve((socket) => socket.write(HELLO), { path });
      await using overUnix = await hold(0, { path });
      const second = await whole(overUnix);
      assert.deepEqual([second.opened.opened, second.used.good], [300, 200]);
      assert.equal(second.closed.dropped, 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('A hold by several processes says why a certificate is refused', async () => {
    await using secure = await serve(() => {}, { secure: true });
    const tls = { ...TRUSTING, ca: null };
    await using held = await hold(secure.port, { scenario: { tls, connections: 10 } });
    const opened = await held.open();
    assert.deepEqual([opened.opened, opened.refused], [0, 10]);
    assert.match(opened.samples[0]?.message ?? '', /accept-self-signed/);
  });
});

describe('a hold of WebSockets', linux, () => {
  it('A hold of WebSockets answers pings, takes messages in parts, and counts closes as drops', async () => {
    let opened = 0;
    await using peer = await servePeer({
      onOpen: (stream) => {
        const number = opened++;
        setTimeout(() => {
          if (stream.destroyed) return;
          stream.write(frame('', { opcode: PING }));
          if (number % 10 === 0) stream.write(frame(Buffer.from([3, 233]), { opcode: 8 }));
        }, 5);
      },
      onMessage: (stream, { opcode, data }) => {
        stream.write(frame(data.subarray(0, 10), { opcode, fin: false }));
        setImmediate(() => stream.write(frame(data.subarray(10), { opcode: 0 })));
      },
    });
    await using held = await hold(peer.port, { scenario: WEBSOCKET });
    const all = await held.open();
    assert.equal(all.opened, 300);
    // All closes have come before the first message.
    await left(peer, 300, 270);
    const used = await held.hold();
    assert.deepEqual([used.scheduled, used.good], [200, 200]);
    const closed = await held.close();
    assert.equal(closed.dropped, 30);
    const words = [...all.samples, ...used.samples, ...closed.samples];
    assert.match(JSON.stringify(words), /closed the WebSocket with code 1001/);
  });

  it('A hold of WebSockets counts another answer to the handshake as refused', async () => {
    let asked = 0;
    await using peer = await servePeer({
      onMessage: echo,
      handshake: () => (++asked % 3 > 0 ? null : 'HTTP/1.1 503 Full\r\n\r\n'),
    });
    const scenario = { ...WEBSOCKET, connections: 90, timeoutMs: 300 };
    await using held = await hold(peer.port, { scenario });
    const opened = await held.open();
    // The two of three that get no answer at all time out.
    assert.deepEqual([opened.opened, opened.refused, opened.timedOut], [0, 30, 60]);
    assert.ok(opened.samples.some(({ message }) => /answered 503 to the WebSocket/.test(message)));
  });

  it('A hold of WebSockets tells a wrong echo from none', async () => {
    await using peer = await servePeer({
      onMessage: (stream, { opcode, data }, index) => {
        if (index % 4 === 0) stream.write(frame('wrong', { opcode }));
        else if (index % 4 > 1) stream.write(frame(data, { opcode }));
      },
    });
    await using held = await hold(peer.port, { scenario: { ...WEBSOCKET, timeoutMs: 200 } });
    const { used, closed } = await whole(held);
    assert.deepEqual([used.good, used.errors.body, used.errors.timeout], [100, 50, 50]);
    assert.equal(closed.dropped, 0);
  });
});

describe('when a hold breaks', linux, () => {
  it('A killed process ends the others, and the call', async () => {
    await using server = await serve((socket) => socket.write(HELLO));
    await using held = await hold(server.port, { scenario: { holdMs: 60_000 } });
    await held.open();
    const using = held.hold();
    process.kill(held.processes[1]?.pid as number, 'SIGKILL');
    await assert.rejects(using, (error: Error) => {
      assert.ok(error instanceof GeneratorGone);
      assert.match(error.message, /A holder of connections was killed by SIGKILL/);
      return true;
    });
    assert.deepEqual(living(held), []);
    await assert.rejects(held.close(), GeneratorGone);
    while (server.sockets.size > 0) await sleep(1);
  });

  it('An abort ends all, whatever they do, and leaves no listener', async () => {
    await using server = await serve((socket) => socket.write(HELLO));
    for (const moment of ['open', 'hold'] as const) {
      const stop = new AbortController();
      const scenario = { openPerSecond: moment === 'open' ? 1 : 3000, holdMs: 60_000 };
      await using held = await hold(server.port, { scenario, signal: stop.signal });
      if (moment === 'hold') await held.open();
      const under = held[moment]();
      setTimeout(() => stop.abort(), 50);
      await assert.rejects(under, /A holder of connections was stopped/);
      assert.deepEqual(living(held), []);
      assert.deepEqual(getEventListeners(stop.signal, 'abort'), []);
    }
    const stopped = AbortSignal.abort(new Error('no more'));
    await assert.rejects(hold(server.port, { signal: stopped }), /no more/);
  });

  it('What no server could get is nobody’s failure', async () => {
    const message = { ...SOCKET.message, bytes: 2 ** 30 };
    const scenario = { ...WEBSOCKET, socket: { ...SOCKET, message } };
    await assert.rejects(hold(1, { scenario }), ScenarioUnsendable);
    const wrong = { request: request({ path: 'no slash' }) };
    await assert.rejects(hold(1, { scenario: wrong }), /cannot be sent/);
  });

  it('A machine without ports is not a server that refuses', async () => {
    await using server = await serve((socket) => socket.write(HELLO));
    // Each address has the one port that the server listens on everywhere.
    const everywhere = net.createServer().listen(0, '0.0.0.0');
    await new Promise((resolve) => everywhere.once('listening', resolve));
    const { port } = everywhere.address() as net.AddressInfo;
    try {
      const limits = { ...FEW_FILES, ports: { from: port, to: port } };
      const scenario = { connections: 1 };
      await using held = await hold(server.port, { limits, scenario });
      await assert.rejects(held.open(), /this machine cannot open more than 0 connections/);
      assert.deepEqual(living(held), []);
    } finally {
      everywhere.close();
    }
  });

  it('A silent server is given up: it is not asked for every connection', async () => {
    let asked = 0;
    await using peer = await servePeer({
      handshake: () => {
        asked++;
        return null;
      },
    });
    const scenario = { ...WEBSOCKET, connections: 1000, openPerSecond: 100_000, timeoutMs: 100 };
    const limits = { ...FEW_FILES, openFiles: 1000 + HOLDER_FILES_TO_SPARE };
    await using slow = await hold(peer.port, {
      scenario: { ...scenario, openPerSecond: 40 },
      limits,
    });
    const opened = await slow.open();
    assert.equal(opened.timedOut, 1000);
    assert.ok(asked < 200, `${asked}`);
  });

  it('A hold works as a bundle, from any folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holder-bundle-'));
    try {
      await copyFile(ownFile('package.json'), join(folder, 'package.json'));
      await promisify(execFile)(process.execPath, ['scripts/build.ts', join(folder, 'dist')], {
        cwd: ownFile('.'),
      });
      await using server = await serve((socket) => socket.write(HELLO));
      const program = join(folder, 'dist/holder.cjs');
      await using held = await hold(server.port, { program });
      const { opened, used, closed } = await whole(held);
      assert.deepEqual([opened.opened, used.good, closed.dropped], [300, 200, 0]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
