/** Servers of held connections that do not keep to the protocol: counted as what they are, never as good. */

import assert from 'node:assert/strict';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import { describe } from 'node:test';
import type { HoldScenario } from '../../../src/config/experiment/scenario.ts';
import { HoldLoad } from '../../../src/load/hold/load.ts';
import type { ErrorCounts } from '../../../src/load/results.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import { HELLO, request, serve } from '../servers.ts';
import {
  ALONE,
  accept,
  type Behaviour,
  echo,
  errors,
  type Frame,
  frame,
  type OnMessage,
  PING,
  servePeer,
} from '../websocket/peer.ts';

const GIB = 2 ** 30;
const CONNECTIONS = 10;
const SOCKET = { path: '/ws', headers: {}, subprotocol: null };
const WEBSOCKET: Partial<HoldScenario> = {
  protocol: 'websocket',
  request: null,
  socket: { ...SOCKET, message: { bytes: 32, binary: false } },
};

/** A whole hold of ten connections, each of which is used once. */
async function played(port: number, wanted: Partial<HoldScenario> = {}) {
  const scenario: HoldScenario = {
    kind: 'hold',
    name: 'few',
    protocol: 'http1',
    tls: null,
    connections: CONNECTIONS,
    openPerSecond: 1000,
    holdMs: 100,
    perSecond: 100,
    timeoutMs: 5000,
    request: request({}),
    socket: null,
    serverCores: null,
    ...wanted,
  };
  const where = { host: '127.0.0.1', port, socketPath: null, root: '/', env: null };
  using load = new HoldLoad({ ...where, processes: null, scenario }, ALONE, null);
  await load.ready;
  const opened = await load.open(0);
  const used = await load.hold(Number(process.hrtime.bigint()) / 1e6);
  const { dropped, samples } = await load.close();
  const failed = Object.values(used.errors).reduce((sum, count) => sum + count, 0);
  assert.equal(used.good + failed, used.scheduled, JSON.stringify(used));
  assert.equal(opened.opened + opened.refused + opened.timedOut, CONNECTIONS);
  const all = [...opened.samples, ...used.samples, ...samples];
  return { opened, used, dropped, words: all.map(({ message }) => message).join('\n') };
}

const ended = (count: number): Partial<ErrorCounts> => ({ closed: count });
const broken = (count: number): Partial<ErrorCounts> => ({ protocol: count });

/** What a peer answers to each message, what ten of them count as, how many connections are lost, and why. */
const answers: [
  string,
  (stream: Duplex, message: Frame) => void,
  Partial<ErrorCounts>,
  number,
  RegExp,
][] = [
  ['garbage', (s) => s.write('\xff\xfe\xfd no frame'), broken(10), 10, /reserved bits/],
  [
    'half a frame, and ends',
    (s, { data }) => s.end(frame(data).subarray(0, -3)),
    ended(10),
    10,
    /closed the connection; no echo/,
  ],
  ['a reset', (s) => void (s as net.Socket).resetAndDestroy(), ended(10), 10, /ECONNRESET/],
  [
    '1 GiB announced',
    (s) => s.write(frame('x', { length: GIB })),
    broken(10),
    10,
    /is longer than/,
  ],
  ['2^62 bytes', (s) => s.write(frame('x', { length: 2 ** 62 })), broken(10), 10, /is longer than/],
  [
    'a flipped byte',
    (s, { data }) => s.write(frame(flipped(data))),
    { body: 10 },
    0,
    /byte 9 diff/,
  ],
  [
    'an end of no reason',
    (s) => s.write(frame('', { opcode: 8 })),
    ended(10),
    10,
    /gave no reason/,
  ],
];

/** Answers to the handshake that open nothing. */
const refusals: [string, (key: string, stream: Duplex) => string | null, RegExp][] = [
  ['garbage', () => '\x00\x01\x02 what\r\n\r\n', /not of HTTP\/1\.1/],
  ['a wrong accept key', () => accept('another'), /wrong `sec-websocket-accept`/],
  [
    'a line without a colon',
    (key) => accept(key).replace('\r\n\r\n', '\r\nx\r\n\r\n'),
    /malformed line: "x"/,
  ],
  ['endless interim answers', () => 'HTTP/1.1 103 x\r\n\r\n'.repeat(99), /more than 16 interim/],
  [
    'half of it',
    (key, stream) => {
      stream.end(accept(key).slice(0, 40));
      return null;
    },
    /the server closed the connection/,
  ],
];

describe('a hold of WebSockets against a peer that', () => {
  for (const [what, onMessage, counts, lost, says] of answers) {
    it(`A hold of WebSockets against a peer that answers ${what}: none is good`, async () => {
      await using peer = await servePeer({ onMessage });
      const { opened, used, dropped, words } = await played(peer.port, WEBSOCKET);
      assert.equal(opened.opened, CONNECTIONS);
      assert.deepEqual([used.good, used.errors, dropped], [0, errors(counts), lost]);
      assert.match(unmarked(words), says);
    });
  }

  for (const [what, handshake, says] of refusals) {
    it(`A hold of WebSockets against a peer that answers the handshake with ${what}: none is opened`, async () => {
      await using peer = await servePeer({ handshake, onMessage: echo });
      const { opened, used, words } = await played(peer.port, WEBSOCKET);
      assert.deepEqual([opened.refused, used.errors], [CONNECTIONS, errors(ended(10))]);
      assert.match(unmarked(words), says);
    });
  }

  it('A hold of WebSockets against a peer that gives hints first, and writes its list on two lines: all are opened', async () => {
    const handshake = (key: string) =>
      'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n' +
      accept(key).replace('\r\n\r\n', '\r\nConnection: keep-alive\r\n\r\n');
    await using peer = await servePeer({ handshake, onMessage: echo });
    const { opened, used } = await played(peer.port, WEBSOCKET);
    assert.deepEqual([opened.opened, used.good], [CONNECTIONS, 10]);
  });

  for (const silent of [{ handshake: () => null }, { onMessage: () => {} }] as Behaviour[]) {
    it(`A hold of WebSockets against a peer that never answers ${'handshake' in silent ? 'the handshake' : 'a message'}`, async () => {
      await using peer = await servePeer(silent);
      const { opened, used, dropped } = await played(peer.port, { ...WEBSOCKET, timeoutMs: 60 });
      const counts = 'handshake' in silent ? ended(10) : { timeout: 10 };
      assert.equal(opened.timedOut, 'handshake' in silent ? CONNECTIONS : 0);
      assert.deepEqual([used.good, used.errors, dropped], [0, errors(counts), 0]);
    });
  }

  it('A hold of WebSockets against a peer that answers twice: each copy loses its connection, and is nobody’s answer', async () => {
    const onMessage: OnMessage = (stream, { data }) =>
      stream.write(Buffer.concat([frame(data), frame(data)]));
    await using peer = await servePeer({ onMessage });
    const more = { ...WEBSOCKET, perSecond: 300 };
    const { used, dropped, words } = await played(peer.port, more);
    assert.deepEqual([used.scheduled, dropped], [30, CONNECTIONS]);
    assert.ok(used.good <= peer.counter.messages && used.good <= CONNECTIONS, `${used.good}`);
    assert.match(words, /nobody asked for|another message/);
  });

  it('A hold of WebSockets against a peer that closes at random: what was echoed is good, and no more', async () => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    let echoed = 0;
    let ends = 0;
    const onMessage: OnMessage = (stream, { data }) => {
      const deed = random(20);
      if (deed < 3) ends++;
      if (deed === 0) stream.destroy();
      else if (deed === 1) (stream as net.Socket).resetAndDestroy();
      else if (deed === 2) stream.end(frame(data).subarray(0, random(data.length)));
      else {
        echoed++;
        stream.write(frame(data));
      }
    };
    await using peer = await servePeer({ onMessage });
    const { used, dropped } = await played(peer.port, { ...WEBSOCKET, perSecond: 500 });
    assert.ok(used.good > 0 && ends > 0, JSON.stringify(used));
    assert.deepEqual([used.good, dropped], [echoed, ends]);
  });

  /** Data without an end, as fast as it is taken; each says how it goes on. */
  const endless: [string, start: Buffer, more: Buffer, says: RegExp][] = [
    [
      'fragments',
      frame('x', { fin: false }),
      frame(Buffer.alloc(60_000), { opcode: 0, fin: false }),
      /is longer than/,
    ],
    [
      'empty fragments',
      frame('', { fin: false }),
      Buffer.concat(Array.from({ length: 9000 }, () => frame('', { opcode: 0, fin: false }))),
      /more than 16384 fragments/,
    ],
    ['messages', frame('a'), frame(Buffer.alloc(60_000)), /body|expected|nobody asked for/],
    ['no blank line', Buffer.alloc(0), Buffer.alloc(60_000, 'x'), /reserved|unknown|mask|longer/],
  ];
  for (const [what, start, more, says] of endless) {
    it(`A hold of WebSockets against a peer that answers with endless data: ${what}`, async () => {
      let sent = 0;
      const onMessage: OnMessage = (stream) => {
        stream.write(start);
        const flood = () => {
          while (!stream.destroyed && sent < GIB && stream.write(more)) sent += more.length;
        };
        stream.on('drain', flood);
        flood();
      };
      await using peer = await servePeer({ onMessage });
      const { used, dropped, words } = await played(peer.port, WEBSOCKET);
      assert.deepEqual([used.good, dropped], [0, CONNECTIONS]);
      assert.ok(sent < GIB, `${sent} bytes were sent`);
      assert.match(unmarked(words), says);
    });
  }

  it('A hold of WebSockets against a peer that answers the handshake with an endless head: none is opened', async () => {
    const handshake = (_key: string, stream: Duplex) => {
      const flood = () => {
        while (!stream.destroyed && stream.write('x'.repeat(60_000)));
      };
      stream.on('drain', flood);
      stream.write('HTTP/1.1 101 x\r\nx: ');
      flood();
      return null;
    };
    await using peer = await servePeer({ handshake });
    const { opened, words } = await played(peer.port, WEBSOCKET);
    assert.equal(opened.refused, CONNECTIONS);
    assert.match(words, /a head over 65536 bytes/);
  });

  it('A hold of WebSockets against a peer that pings without end and reads no pong: the connection is dropped', async () => {
    // Ends by itself after more than the kernel keeps, and is then dropped for another reason.
    const pings = Buffer.concat(
      Array.from({ length: 500 }, () => frame('p'.repeat(125), { opcode: PING })),
    );
    let left = 1000;
    const onMessage: OnMessage = (stream) => {
      stream.pause();
      const flood = () => {
        while (!stream.destroyed && left > 0) {
          left--;
          if (!stream.write(pings)) return;
        }
        if (left === 0) stream.end();
      };
      stream.on('drain', flood);
      flood();
    };
    await using peer = await servePeer({ onMessage });
    const one = { ...WEBSOCKET, connections: CONNECTIONS, perSecond: 10 };
    const { used, dropped, words } = await played(peer.port, one);
    assert.deepEqual([used.scheduled, used.errors, dropped], [1, errors(broken(1)), 1]);
    assert.match(words, /the server reads none of our pongs/);
    assert.ok(left > 0);
  });
});

describe('a hold of HTTP/1.1 against a server that', () => {
  const half = 'HTTP/1.1 200 OK\r\n\r\nhal';

  it('A hold of HTTP/1.1 against a server that resets the connection in an answer without a length: none is good', async () => {
    await using server = await serve((socket) => {
      socket.write(half);
      // After the holder has read it.
      setTimeout(() => socket.resetAndDestroy(), 30);
    });
    const { used, dropped, words } = await played(server.port);
    assert.deepEqual([used.good, used.errors, dropped], [0, errors(ended(10)), CONNECTIONS]);
    assert.match(words, /ECONNRESET; status 200 and 3 bytes of its body came/);
  });

  it('A hold of HTTP/1.1 against a server that ends the connection after such an answer: all are good', async () => {
    await using server = await serve((socket) => socket.end(half));
    const { used, dropped } = await played(server.port);
    assert.deepEqual([used.good, dropped], [10, CONNECTIONS]);
  });

  it('A hold of HTTP/1.1 against a server that resets the connection after a whole answer: good, and dropped', async () => {
    await using server = await serve((socket) => {
      socket.write(HELLO);
      setTimeout(() => socket.resetAndDestroy(), 30);
    });
    const { used, dropped } = await played(server.port, { holdMs: 300, perSecond: 33 });
    assert.deepEqual([used.good, dropped], [used.scheduled, used.scheduled]);
  });
});

function flipped(data: Buffer): Buffer {
  const copy = Buffer.from(data);
  copy[9] = (copy[9] as number) ^ 1;
  return copy;
}
