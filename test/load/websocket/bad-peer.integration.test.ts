/** Servers that do not keep to the protocol, or to the work that they were given. */

import assert from 'node:assert/strict';
import { type Duplex, duplexPair } from 'node:stream';
import { describe } from 'node:test';
import type { ErrorKind } from '../../../src/load/results.ts';
import { WebSocketSession } from '../../../src/load/websocket/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import {
  ALONE,
  accept,
  type Behaviour,
  BINARY,
  CLOSE,
  echo,
  errors,
  type Frame,
  frame,
  harness,
  type OnMessage,
  PING,
  servePeer,
  serveStream,
  TEXT,
  target,
} from './peer.ts';

const GIB = 2 ** 30;
const FULL = Buffer.from('\x03\xf3full', 'latin1');

/** What a peer answers to each message, with what each such message must count as. */
const answers: [string, (stream: Duplex, message: Frame) => void, ErrorKind, RegExp][] = [
  ['garbage', (stream) => stream.write('\xff\xfe\xfd no frame'), 'protocol', /RSV/],
  [
    'half a frame',
    (s, { data }) => s.end(frame(data).subarray(0, -3)),
    'closed',
    /without a close/,
  ],
  ['a masked frame', (s, { data }) => s.write(frame(data, { masked: true })), 'protocol', /MASK/],
  ['reserved bits', (s, { data }) => s.write(frame(data, { rsv: 4 })), 'protocol', /RSV1/],
  ['a reserved opcode', (s) => s.write(frame('', { opcode: 11 })), 'protocol', /invalid opcode 11/],
  ['a lone continuation', (s) => s.write(frame('', { opcode: 0 })), 'protocol', /invalid opcode 0/],
  ['a cut ping', (s) => s.write(frame('', { opcode: PING, fin: false })), 'protocol', /FIN/],
  ['1 GiB announced', (s) => s.write(frame('x', { length: GIB })), 'protocol', /Max payload/],
  ['2^60 bytes', (s) => s.write(frame('x', { length: 2 ** 60 })), 'protocol', /payload length/],
  [
    'a bad close code',
    (s) => s.write(frame('\x00\x01', { opcode: CLOSE })),
    'protocol',
    /status code 1;/,
  ],
  ['a close', (s) => s.write(frame(FULL, { opcode: CLOSE })), 'closed', /1011 "full"/],
  ['an empty close', (s) => s.write(frame('', { opcode: CLOSE })), 'closed', /gave no reason/],
  ['a reset', (s) => void s.destroy(), 'closed', /without a close frame; no echo/],
  ['the wrong type', (s, { data }) => s.write(frame(data, { opcode: BINARY })), 'body', /binary/],
  ['a byte less', (s, { data }) => s.write(frame(data.subarray(1))), 'body', /31 bytes/],
  ['a byte more', (s, { data }) => s.write(frame(`${data}x`)), 'body', /33 bytes/],
  ['nothing in it', (s) => s.write(frame('')), 'body', /got "" \(0 bytes, text\)/],
  ['a flipped byte', (s, { data }) => s.write(frame(flipped(data))), 'body', /expected .* got/],
];

/** Answers to the handshake that open nothing. */
const refusals: [string, (key: string, stream: Duplex) => string | null, RegExp][] = [
  [
    'a 404',
    () => 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
    /the server answered 404 to the WebSocket handshake on \/ws$/,
  ],
  [
    'a redirect',
    () => 'HTTP/1.1 301 Moved\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n',
    /answered 301 \(location: \/else\) to the WebSocket handshake/,
  ],
  ['a plain 200', () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', /answered 200/],
  ['garbage', () => '\x00\x01\x02 what\r\n\r\n', /handshake on \/ws failed: Parse Error/],
  ['a wrong accept key', () => accept('another'), /Invalid Sec-WebSocket-Accept/],
  [
    'no accept key',
    () => 'HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    /Invalid Sec-WebSocket-Accept/,
  ],
  ['another upgrade', (key) => accept(key).replace(': websocket', ': tea'), /Invalid Upgrade/],
  [
    'an extension',
    (key) => accept(key).replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: x\r\n\r\n'),
    /no extension was requested/,
  ],
  [
    'a subprotocol',
    (key) => accept(key).replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: x\r\n\r\n'),
    /subprotocol but none was requested/,
  ],
  [
    'half of it',
    (key, stream) => {
      stream.end(accept(key).slice(0, 40));
      return null;
    },
    /socket hang up/,
  ],
  [
    'a reset',
    (_key, stream) => {
      stream.destroy();
      return null;
    },
    /socket hang up|ECONNRESET/,
  ],
];

describe('a WebSocket session against a peer that', () => {
  for (const [what, answer, kind, message] of answers) {
    it(`A WebSocket session against a peer that answers ${what}: ${kind} each time`, async () => {
      await using load = await harness({ onMessage: answer });
      const slice = await load.slice(12);
      assert.deepEqual([slice.errors, slice.gaveUp], [errors({ [kind]: 12 }), null]);
      assert.match(load.heard[0] ?? '', message);
    });
  }

  for (const [what, handshake, message] of refusals) {
    it(`A WebSocket session against a peer that answers the handshake with ${what}: says so, and gives up`, async () => {
      const behaviour: Behaviour = { handshake, onMessage: echo };
      await using peer = await servePeer(behaviour);
      const heard: string[] = [];
      using session = new WebSocketSession(target(peer.port), ALONE, (kind, text) => {
        heard.push(unmarked(`${kind}: ${text}`));
      });
      await assert.rejects(session.open(), message);
      const slice = await session.slice(1000);
      assert.deepEqual([slice.errors, slice.gaveUp], [errors({ connect: 1000 }), 'connect']);
      assert.match(heard[0] ?? '', message);
      assert.ok(heard.length <= 12);
      behaviour.handshake = undefined;
      assert.equal((await session.slice(20)).good, 20, 'and works once it is answered');
    });
  }

  it('A WebSocket session against a peer that never answers the handshake: a refusal by the timeout', async () => {
    await using peer = await servePeer({ handshake: () => null });
    using session = new WebSocketSession(target(peer.port, { timeoutMs: 40 }), ALONE, () => {});
    await assert.rejects(
      session.open(),
      /no connection could be opened: no WebSocket connection after 40 ms: the server has not answered the handshake/,
    );
    assert.equal((await session.slice(100)).errors.connect, 100);
  });

  it('A WebSocket session against a peer that answers twice: the copy is never taken for the next echo', async () => {
    const onMessage: OnMessage = (stream, { data }) =>
      stream.write(Buffer.concat([frame(data), frame(data)]));
    for (const bytes of [1, 32]) {
      await using load = await harness({ onMessage }, { message: { bytes, binary: false } });
      const first = await load.slice(40);
      assert.equal(first.errors.protocol, 18, 'but for the copies of the last of each connection');
      const next = await load.slice(40);
      assert.ok(next.errors.protocol >= 18 && next.good <= 22, JSON.stringify(next));
      assert.ok(load.heard.every((text) => /another message|nobody asked for/.test(text)));
    }
  });

  it('A WebSocket session against a peer that echoes the message before: no success but none of them', async () => {
    const before = new Map<Duplex, Buffer>();
    const onMessage: OnMessage = (stream, { data }) => {
      stream.write(frame(before.get(stream) ?? 'nothing'));
      before.set(stream, data);
    };
    await using load = await harness({ onMessage });
    assert.equal((await load.slice(40)).good, 0);
  });

  it('A WebSocket session against a peer that mixes its connections up: no success', async () => {
    let waiting: [Duplex, Buffer] | null = null;
    const onMessage: OnMessage = (stream, { data }) => {
      if (waiting === null) {
        waiting = [stream, data];
        return;
      }
      stream.write(frame(waiting[1]));
      waiting[0].write(frame(data));
      waiting = null;
    };
    for (const bytes of [1, 4, 32]) {
      await using load = await harness({ onMessage }, { message: { bytes, binary: false } });
      assert.equal((await load.slice(40)).good, 0);
    }
  });

  it('A WebSocket session against a peer that greets everybody: nothing that it says is taken for an answer', async () => {
    const onOpen = (stream: Duplex) => stream.write(frame('welcome'));
    await using load = await harness({ onOpen, onMessage: echo });
    const slice = await load.slice(40);
    assert.ok(slice.errors.protocol > 0 && slice.good <= load.peer.counter.messages);
  });

  it('A WebSocket session against a peer that never answers: the slice ends by the timeout', async () => {
    await using load = await harness({}, { timeoutMs: 60 });
    const slice = await load.slice(1000);
    assert.deepEqual([slice.errors, slice.gaveUp], [errors({ timeout: 1000 }), 'timeout']);
    assert.equal(load.heard[0], 'timeout: no echo after 60 ms');
    assert.ok(load.peer.counter.messages <= 12);
  });

  it('A WebSocket session against a peer that answers late: the late echo is lost with its connection', async () => {
    const onMessage: OnMessage = (stream, { data }, index) =>
      index % 8 === 3
        ? setTimeout(() => stream.destroyed || stream.write(frame(data)), 450)
        : stream.write(frame(data));
    await using load = await harness({ onMessage }, { timeoutMs: 300, connections: 1 });
    const slice = await load.slice(20);
    assert.deepEqual([slice.errors, slice.gaveUp], [errors({ timeout: 3 }), null]);
    assert.equal(load.peer.accepted, 3);
  });

  it('A WebSocket session against a peer that cuts its echoes up: as many pieces as are allowed are good, one more is an error', async () => {
    const most = 4096;
    const shape = { bytes: 32, binary: false };
    for (const size of [0, 1]) {
      for (const tooMany of [0, 1]) {
        await using load = await harness(
          { onMessage: (stream, { data }) => stream.write(cutUp(data, most + tooMany, size)) },
          { connections: 1, message: shape },
        );
        const { good, errors } = await load.slice(3);
        assert.deepEqual([good, errors.protocol], tooMany === 0 ? [3, 0] : [0, 3], load.heard[0]);
        if (tooMany > 0) assert.match(load.heard[0] ?? '', /Too many message fragments/);
      }
    }
  });

  it('A WebSocket session against a peer that sends a frame byte by byte that never ends: an error, long before its timeout', async () => {
    const scenario = { connections: 1, timeoutMs: 60_000 };
    const [near, far] = duplexPair();
    const onMessage = (stream: Duplex) => {
      stream.write(frame('', { length: 2 ** 20 }));
      for (let sent = 0; sent <= 4096; sent++) stream.write('x');
    };
    serveStream(far, { onMessage }, { messages: 0 });
    const heard: string[] = [];
    const note = (kind: string, message: unknown) =>
      void heard.push(unmarked(`${kind}: ${message}`));
    using session = new WebSocketSession(target(1, scenario), ALONE, note, () => near);
    await session.open();
    const slice = await session.slice(1);
    assert.deepEqual(slice.errors, errors({ protocol: 1 }));
    assert.match(heard[0] ?? '', /^protocol: Invalid WebSocket message: Too many buffered chunks/);
  });

  it('A WebSocket session against a peer that sends a large message in frames of a usual size: every echo is good', async () => {
    const message = { bytes: 8 * 2 ** 20, binary: true };
    const pieces = Math.ceil(message.bytes / 400);
    await using load = await harness(
      { onMessage: (stream, { data }) => stream.write(cutUp(data, pieces, 400, BINARY)) },
      { connections: 1, message, timeoutMs: 20_000 },
    );
    assert.equal((await load.slice(2)).good, 2, load.heard[0]);
  });

  it('A WebSocket session against a peer that closes at random, now and then says nothing, echoes otherwise', async () => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    let echoed = 0;
    const onMessage: OnMessage = (stream, { data }) => {
      const deed = random(60);
      if (deed === 0) stream.destroy();
      else if (deed === 1) stream.write(frame('', { opcode: CLOSE }));
      else if (deed === 2) stream.end(frame(data).subarray(0, random(data.length)));
      else if (deed === 3 && random(10) === 0) return;
      else {
        echoed++;
        stream.write(frame(data));
      }
    };
    await using load = await harness({ onMessage }, { timeoutMs: 50, connections: 8 });
    let good = 0;
    for (let i = 0; i < 5; i++) good += (await load.slice(200)).good;
    assert.ok(good > 500 && good <= echoed && load.heard.length > 0, `${good} of ${echoed}`);
  });
});

function flipped(data: Buffer): Buffer {
  const copy = Buffer.from(data);
  copy[20] = (copy[20] as number) ^ 1;
  return copy;
}

/** A message in so many fragments of this size, but for what is left for the last and the empty ones. */
function cutUp(data: Buffer, pieces: number, size: number, opcode = TEXT): Buffer {
  return Buffer.concat(
    Array.from({ length: pieces }, (_, piece) => {
      const isLast = piece === pieces - 1;
      const part = data.subarray(piece * size, isLast ? undefined : (piece + 1) * size);
      return frame(part, { opcode: piece === 0 ? opcode : 0, fin: isLast });
    }),
  );
}
