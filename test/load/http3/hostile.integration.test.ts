/** Peers that answer wrongly, or not at all, never crash, hang or flatter the session. */

import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { describe } from 'node:test';
import type { QuicStream } from '@currentspace/http3';
import type { Http3Library } from '../../../src/load/http3/library.ts';
import { Http3Session } from '../../../src/load/http3/session.ts';
import { EVENT, type WireEvent } from '../../../src/load/http3/wire.ts';
import { noErrors, type SessionSlice } from '../../../src/load/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import { ALONE, assertComplete, type Wanted } from '../servers.ts';
import {
  data,
  hello,
  inTime,
  libraries,
  noHttp3,
  STATUS_200,
  serve,
  serveRaw,
  target3,
} from './servers.ts';

/** What a server writes on each stream, and what each request then counts as. */
const answers: Record<string, [Buffer, RegExp]> = {
  'nothing at all': [Buffer.alloc(0), /^protocol: the answer ended without a status/],
  'no HTTP/3': [Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), /^protocol: /],
  'half a header block': [STATUS_200.subarray(0, 3), /^protocol: /],
  'a body before the status': [data('AB'), /^protocol: malformed answer: a body before any status/],
  'a broken header block': [Buffer.from([1, 3, 0, 0, 0xff]), /^(protocol|closed): /],
  'settings on a request': [Buffer.from([4, 0]), /^(protocol|closed): /],
  'two statuses': [
    Buffer.concat([STATUS_200, STATUS_200, data('x')]),
    /^protocol: .*second status/,
  ],
  'a body that is cut off': [
    Buffer.concat([STATUS_200, data('hello').subarray(0, 4)]),
    /^body: expected body "hello", got "he"/,
  ],
};

if (noHttp3 !== false) describe('an HTTP/3 session', { skip: noHttp3 }, () => {});

for (const library of libraries) {
  describe(`an HTTP/3 session (${library.runtime}) with a hostile server`, () => {
    for (const [name, [bytes, expected]] of Object.entries(answers)) {
      it(`An HTTP/3 session (${library.runtime}) with a hostile server counts an answer that is ${name}`, async () => {
        await using server = await serveRaw((stream) => stream.end(bytes));
        const { slice, heard } = await run(library, server.port, 12, {
          expect: { status: 200, body: 'hello' },
        });
        assert.equal(slice.good, 0);
        assert.ok(heard.length > 0);
        for (const message of heard) assert.match(message, expected);
      });
    }

    it(`An HTTP/3 session (${library.runtime}) with a hostile server cannot tell a DATA frame that is cut off from a whole one, as docs/adr/0010 says`, async () => {
      const cut = await eventsOf(
        library,
        Buffer.concat([STATUS_200, data('hello').subarray(0, 4)]),
      );
      const whole = await eventsOf(library, Buffer.concat([STATUS_200, data('he')]));
      assert.ok(whole.some(({ eventType }) => eventType === EVENT.finished));
      assert.deepEqual(cut, whole);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server understands a right answer of the same server`, async () => {
      const right = Buffer.concat([STATUS_200, data('hello')]);
      await using server = await serveRaw((stream) => stream.end(right));
      const { slice, heard } = await run(library, server.port, 12, {
        expect: { status: 200, body: 'hello' },
      });
      assert.equal(slice.good, 12, heard[0]);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server counts every request of random bytes as an error`, async () => {
      const random = randomBytes(7);
      await using server = await serveRaw((stream) => stream.end(random(200)));
      const { slice } = await run(library, server.port, 200, {
        expect: { status: 200, body: 'hello' },
        timeoutMs: 300,
      });
      assert.equal(slice.good, 0);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server counts streams that are reset, and goes on with the connection`, async () => {
      await using server = await serve((stream, _headers, index) => {
        if (index % 3 === 0) stream.close(0x102);
        else hello(stream);
      });
      const { slice, heard } = await run(library, server.port, 30);
      assert.deepEqual(slice.errors, { ...noErrors(), closed: 10 });
      assert.match(heard[0] ?? '', /^closed: the server reset the stream \(H3_INTERNAL_ERROR\)/);
      assert.equal(server.accepted, 2);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server counts what a closing connection takes along, and opens another one`, async () => {
      let left = 3;
      await using server = await serveRaw((stream, session) => {
        if (left-- > 0) session.close(0x102, 'bye');
        else stream.end(STATUS_200);
      });
      // What may not be sent twice.
      const { slice, heard } = await run(library, server.port, 30, {
        connections: 1,
        method: 'POST',
      });
      assert.ok(slice.errors.closed > 0 && slice.good > 0, JSON.stringify(slice));
      assert.match(heard[0] ?? '', /^closed: the connection was closed \(.*bye\); no status/);
      assert.ok(server.accepted > 1);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server gives up on a server that vanishes without a word`, async () => {
      await using server = await serve(hello);
      await using load = await inTime(() => opened(library, server.port, { timeoutMs: 150 }));
      assert.equal((await load.slice(6)).good, 6);
      await server[Symbol.asyncDispose]();
      const slice = await load.slice(500);
      assert.equal(slice.good, 0);
      assert.ok(slice.gaveUp !== null);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server opens its connections again when the server is back`, async () => {
      await using first = await serve(hello);
      await using load = await inTime(() => opened(library, first.port, { timeoutMs: 500 }));
      assert.equal((await load.slice(6)).good, 6);
      await first[Symbol.asyncDispose]();
      await using second = await serve(hello, { port: first.port });
      const after = [await load.slice(20), await load.slice(20)];
      assert.equal(after[1]?.good, 20, load.heard.join('\n'));
      assert.equal(second.accepted >= 2, true);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server rejects when nobody answers, or with random datagrams only`, async () => {
      const random = randomBytes(11);
      for (const answer of [false, true]) {
        const socket = dgram.createSocket('udp4');
        socket.on('message', (message, { port, address }) => {
          if (!answer) return;
          // Also our own datagram back, and one with its head changed.
          for (const bytes of [
            random(1200),
            random(20),
            message,
            Buffer.from(message).fill(255, 0, 9),
          ]) {
            socket.send(bytes, port, address);
          }
        });
        socket.bind(0, '127.0.0.1');
        await once(socket, 'listening');
        const { port } = socket.address();
        try {
          await assert.rejects(
            opened(library, port, { timeoutMs: 150 }),
            /no connection could be opened: no answer to the QUIC handshake after 150 ms/,
          );
        } finally {
          socket.close();
        }
      }
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server reads a body of 200 MB past, and keeps none of it`, async () => {
      const piece = Buffer.alloc(1 << 20, 'x');
      await using server = await serve((stream) => {
        stream.respond({ ':status': '200' });
        let left = 200;
        const more = () => {
          while (left > 0) {
            left--;
            if (!stream.write(piece)) return void stream.once('drain', more);
          }
          stream.end();
        };
        more();
      });
      const before = process.memoryUsage().arrayBuffers;
      const { slice, heard } = await run(library, server.port, 1, {
        connections: 1,
        timeoutMs: 20_000,
      });
      assert.equal(slice.good, 1, heard[0]);
      const grownMb = (process.memoryUsage().arrayBuffers - before) / 1e6;
      assert.ok(grownMb < 150, `${grownMb} MB more`);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server times out on a body without end`, async () => {
      await using server = await serve((stream) => {
        stream.respond({ ':status': '200' });
        setInterval(() => stream.write('more'), 5).unref();
      });
      const { slice, heard } = await run(library, server.port, 2, {
        connections: 1,
        timeoutMs: 200,
      });
      assert.deepEqual(slice.errors, { ...noErrors(), timeout: 2 });
      assert.match(heard[0] ?? '', /status 200 and \d+ bytes of its body came/);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server counts an answer to HEAD that has a body`, async () => {
      await using server = await serve((stream) => {
        stream.respond({ ':status': '200' });
        stream.end('body');
      });
      const { slice } = await run(library, server.port, 6, { method: 'HEAD' });
      assert.deepEqual(slice.errors, { ...noErrors(), protocol: 6 });
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server counts an answer whose length is not its content-length`, async () => {
      await using server = await serve((stream, _headers, index) => {
        stream.respond({ ':status': '200', 'content-length': '5' });
        stream.end(index % 2 === 0 ? 'hell' : 'hello!');
      });
      const { slice, heard } = await run(library, server.port, 6);
      assert.deepEqual(slice.errors, { ...noErrors(), protocol: 6 }, heard[0]);
    });

    it(`An HTTP/3 session (${library.runtime}) with a hostile server takes an answer that comes before the end of the request`, async () => {
      const early = Buffer.concat([STATUS_200, data('hello')]);
      const answer = (stream: QuicStream) => {
        stream.pause();
        stream.end(early);
      };
      await using server = await serveRaw(answer);
      const { slice } = await run(library, server.port, 4, {
        method: 'POST',
        body: 'x'.repeat(5_000_000),
        streams: 1,
        timeoutMs: 2000,
      });
      assert.equal(slice.good, 4);
    });
  });
}

/** What ends a connection, so that nothing more is told of its streams. */
const ENDS: ReadonlySet<unknown> = new Set([EVENT.closed, EVENT.error]);

/** All that is told of the stream of a request that these bytes answer. */
async function eventsOf(library: Http3Library, bytes: Buffer): Promise<WireEvent[]> {
  await using server = await serveRaw((stream) => stream.end(bytes));
  const told: WireEvent[] = [];
  const options = { address: `127.0.0.1:${server.port}`, serverName: 'localhost', ca: null };
  const fields = Object.entries({ method: 'GET', scheme: 'https', authority: 'x', path: '/' });
  await new Promise<void>((resolve, reject) => {
    const wire = library.open(options, (events) => {
      const end = events.find(({ eventType }) => ENDS.has(eventType));
      if (end !== undefined) reject(new Error(`the connection ended: ${JSON.stringify(end)}`));
      told.push(...events.filter(({ streamId }) => streamId >= 0));
      if (events.some(({ eventType }) => eventType === EVENT.open)) {
        wire.request(
          fields.map(([name, value]) => ({ name: `:${name}`, value })),
          true,
        );
      }
      if (!told.some(({ eventType }) => eventType === EVENT.finished)) return;
      wire.close();
      resolve();
    });
  });
  return told;
}

interface Opened extends AsyncDisposable {
  heard: string[];
  slice(requests: number): Promise<SessionSlice>;
}

async function opened(library: Http3Library, port: number, wanted: Wanted = {}): Promise<Opened> {
  const heard: string[] = [];
  const onError = (kind: string, message: unknown) =>
    void heard.push(unmarked(`${kind}: ${message}`));
  const session = new Http3Session(target3(port, wanted), ALONE, onError, library);
  try {
    await session.open();
  } catch (error) {
    session[Symbol.dispose]();
    throw error;
  }
  return {
    heard,
    async slice(requests) {
      const slice = await session.slice(requests);
      assertComplete(slice, requests);
      return slice;
    },
    async [Symbol.asyncDispose]() {
      session[Symbol.dispose]();
    },
  };
}

/** One slice of a session of its own. */
async function run(
  library: Http3Library,
  port: number,
  requests: number,
  wanted: Wanted = {},
): Promise<{ slice: SessionSlice; heard: string[] }> {
  await using load = await inTime(() => opened(library, port, wanted));
  return { slice: await load.slice(requests), heard: load.heard };
}

/** The same bytes in every run. */
function randomBytes(seed: number): (length: number) => Buffer {
  let state = seed;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  };
  return (length) => Buffer.from(Array.from({ length }, next));
}
