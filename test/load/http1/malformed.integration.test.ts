/** HTTP/1.1 sessions against servers that break the protocol: src/load/http1/. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe } from 'node:test';
import { Http1Session } from '../../../src/load/http1/session.ts';
import type { ErrorKind } from '../../../src/load/results.ts';
import { fc } from '../../support/properties.ts';
import { it } from '../../support/unless-late.ts';
import {
  ALONE,
  assertComplete,
  HELLO,
  sendEndlessly,
  serve,
  TRUSTING,
  target,
  type Wanted,
} from '../servers.ts';

const HELLO_ONLY = { expect: { status: 200, body: 'hello' } };

function open(port: number, wanted: Wanted): Http1Session {
  return new Http1Session(target(port, { ...HELLO_ONLY, ...wanted }), ALONE, () => {});
}

/** What a server may do with a request, and how that must count; null: good. */
const MISDEEDS: { name: string; kind: ErrorKind | null; act: (socket: Socket) => void }[] = [
  { name: 'answers', kind: null, act: (socket) => socket.write(HELLO) },
  {
    name: 'answers in pieces',
    kind: null,
    act: (socket) => {
      socket.write(HELLO.slice(0, 20));
      setImmediate(() => socket.write(HELLO.slice(20)));
    },
  },
  { name: 'closes', kind: 'closed', act: (socket) => socket.end() },
  { name: 'resets', kind: 'closed', act: (socket) => socket.destroy() },
  { name: 'stops in the head', kind: 'closed', act: (socket) => socket.end(HELLO.slice(0, 30)) },
  { name: 'stops in the body', kind: 'closed', act: (socket) => socket.end(HELLO.slice(0, -1)) },
  { name: 'answers twice', kind: 'protocol', act: (socket) => socket.write(HELLO + HELLO) },
  { name: 'says one byte more', kind: 'protocol', act: (socket) => socket.write(`${HELLO}!`) },
  { name: 'speaks no HTTP', kind: 'protocol', act: (socket) => socket.write('SSH-2.0-x\r\n') },
  {
    name: 'sends two lengths',
    kind: 'protocol',
    act: (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!'),
  },
  {
    name: 'sends a head without an end',
    kind: 'protocol',
    act: (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(70_000)}`),
  },
  {
    name: 'breaks off chunks',
    kind: 'protocol',
    act: (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloXX'),
  },
  {
    name: 'switches protocols',
    kind: 'protocol',
    act: (socket) => socket.write('HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n'),
  },
  {
    name: 'fails',
    kind: 'status',
    act: (socket) => socket.write('HTTP/1.1 500 Oh\r\ncontent-length: 5\r\n\r\nhello'),
  },
  {
    name: 'answers something else',
    kind: 'body',
    act: (socket) => socket.write(HELLO.replace('hello', 'hallo')),
  },
  {
    name: 'ends a wrong body by closing',
    kind: 'body',
    act: (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nhell'),
  },
  { name: 'does not answer', kind: 'timeout', act: () => {} },
];

/** Not with TLS, which Node.js can end in no such way. */
const RESETS_AN_ENDLESS_BODY: (typeof MISDEEDS)[number] = {
  name: 'resets a body that only an end would complete',
  kind: 'closed',
  act: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\nhello');
    // Later, so that the bytes are read before it comes.
    setTimeout(() => socket.resetAndDestroy(), 2);
  },
};

describe('an HTTP/1.1 session against malformed peers', () => {
  it('An HTTP/1.1 session against malformed peers counts every mixture of misdeeds exactly', async () => {
    // One connection, so that the order of the deeds is the order of the requests. Waiting is left
    // out: two waits without an answer between them would end the slice.
    const prompt = MISDEEDS.filter(({ kind }) => kind !== 'timeout');
    prompt.push(RESETS_AN_ENDLESS_BODY);
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...prompt), { minLength: 40, maxLength: 60 }),
        async (deeds) => {
          cases += deeds.length;
          await using server = await serve((socket, index) => deeds[index]?.act(socket));
          // What may not be sent twice, so that each request meets one deed.
          using session = open(server.port, { connections: 1, method: 'POST' });
          await session.open();
          const slice = await session.slice(deeds.length);
          assertComplete(slice, deeds.length);
          const counted = (kind: ErrorKind | null) =>
            deeds.filter((deed) => deed.kind === kind).length;
          assert.equal(slice.gaveUp, null);
          assert.equal(slice.good, counted(null), deeds.map(({ name }) => name).join(', '));
          for (const [kind, count] of Object.entries(slice.errors)) {
            assert.equal(count, counted(kind as ErrorKind), kind);
          }
        },
      ),
      { numRuns: 250 },
    );
    assert.ok(cases >= 10_000, `${cases} misdeeds`);
  });

  it('An HTTP/1.1 session against malformed peers takes an end for the end of an answer, and a reset for none, whatever body is expected', async () => {
    for (const [body, expected] of [
      ['hal', null],
      ['hello', 'hello'],
      ['', null],
    ] as const) {
      for (const isReset of [false, true]) {
        await using server = await serve((socket) => {
          socket.write(`HTTP/1.1 200 OK\r\n\r\n${body}`);
          setTimeout(() => (isReset ? socket.resetAndDestroy() : socket.end()), 5);
        });
        using session = open(server.port, { expect: { status: 200, body: expected } });
        await session.open();
        const slice = await session.slice(8);
        assertComplete(slice, 8);
        assert.deepEqual([slice.good, slice.errors.closed], isReset ? [0, 8] : [8, 0]);
      }
    }
  });

  it('An HTTP/1.1 session against malformed peers never counts more than was answered, over several connections, with and without TLS', async () => {
    for (const tls of [null, TRUSTING]) {
      let state = 12_345;
      const random = (below: number) => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return Math.floor((state / 2_147_483_648) * below);
      };
      let answered = 0;
      const misbehave = (socket: Socket) => {
        const dice = random(MISDEEDS.length * 2);
        const deed = MISDEEDS[dice];
        if (dice === 20) {
          socket.write(Buffer.from(Array.from({ length: 30 }, () => random(256))));
        } else if (deed === undefined || deed.kind === null) {
          answered++;
          socket.write(HELLO);
        } else if (deed.kind !== 'timeout' || random(4) === 0) deed.act(socket);
        else socket.end(HELLO.slice(0, random(HELLO.length)));
      };
      await using server = await serve(misbehave, { secure: tls !== null });
      using session = open(server.port, { tls, timeoutMs: 150, connections: 8 });
      await session.open();
      let good = 0;
      for (let i = 0; i < 4; i++) {
        const slice = await session.slice(200);
        assertComplete(slice, 200);
        good += slice.good;
      }
      assert.ok(good > 0 && good <= answered, `${good} good, ${answered} answered`);
    }
  });

  it('An HTTP/1.1 session against malformed peers ends on a body of 1 GiB, or without an end, and keeps none of it', async () => {
    for (const [head, secure] of [
      ['HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n', false],
      ['HTTP/1.1 200 OK\r\n\r\n', false],
      ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffff\r\n', true],
    ] as const) {
      await using server = await serve((socket) => sendEndlessly(socket, head), { secure });
      const tls = secure ? TRUSTING : null;
      using session = open(server.port, { tls, connections: 2, timeoutMs: 150 });
      await session.open();
      const before = process.memoryUsage().rss;
      const slice = await session.slice(4);
      assert.equal(slice.good, 0);
      assert.equal(slice.errors.timeout + slice.errors.body, 4);
      const grown = process.memoryUsage().rss - before;
      assert.ok(grown < 150e6, `${grown} bytes more after ${JSON.stringify(head)}`);
    }
  });

  it('An HTTP/1.1 session against malformed peers ends on chunks that never do, sent a byte at a time', async () => {
    await using server = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const timer = setInterval(() => socket.write('1\r\nx\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    using session = open(server.port, { connections: 2, timeoutMs: 60 });
    await session.open();
    const slice = await session.slice(100);
    assert.equal(slice.errors.timeout, 100);
    assert.equal(slice.gaveUp, 'timeout');
  });
});
