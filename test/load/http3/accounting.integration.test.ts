/** The session's accounting and what it sends again, on connections that do as they are told. */

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import { Http3Session } from '../../../src/load/http3/session.ts';
import { EVENT } from '../../../src/load/http3/wire.ts';
import type { ErrorKind } from '../../../src/load/results.ts';
import { noErrors, type SessionSlice } from '../../../src/load/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import { ALONE, assertComplete, type Wanted } from '../servers.ts';
import { type FakeLibrary, type FakeWire, fakeLibrary, full, type Script } from './fake-wire.ts';
import { inTime, target3 } from './servers.ts';

const ALL = { streamId: -1 };
const ERROR_KINDS = Object.keys(noErrors()) as ErrorKind[];

describe('an HTTP/3 session', () => {
  it('An HTTP/3 session sends again what a GOAWAY says was not looked at, and leaves the connection', async () => {
    let goneAway = false;
    const { library, slice } = await run(
      12,
      { connections: 1, streams: 3, method: 'POST' },
      {
        onRequest(wire, stream) {
          if (goneAway) return wire.answer(stream);
          if (stream < 8) return;
          goneAway = true;
          // The first two are answered, the third is not.
          wire.tell({ eventType: EVENT.goAway, streamId: 8 });
          wire.answer(0);
          wire.answer(4);
        },
      },
    );
    assert.deepEqual([slice.good, library.wires.length], [12, 2]);
    assert.equal(library.wires[0]?.isClosed, true);
  });

  it('An HTTP/3 session sends what is refused a few times, and not for ever', async () => {
    const { slice, heard } = await run(
      3,
      { connections: 1, streams: 1 },
      {
        onRequest: (wire) => wire.tell({ eventType: EVENT.goAway, streamId: 0 }),
      },
    );
    assert.deepEqual(slice.errors, { ...noErrors(), closed: 3 });
    assert.match(heard[0] ?? '', /^closed: the server refused the request 9 times/);
    assert.equal(slice.resent, 24);
  });

  for (const [method, again] of [
    ['GET', true],
    ['POST', false],
  ] as const) {
    it(`An HTTP/3 session ${again ? 'sends' : 'does not send'} a ${method} again that was lost with its connection`, async () => {
      let isIdle = false;
      const library = fakeLibrary({
        onRequest(wire, stream) {
          if (isIdle) wire.tell({ ...ALL, eventType: EVENT.closed, meta: { errorCode: 0 } });
          else wire.answer(stream);
          isIdle = false;
        },
      });
      await using load = await opened(library, { connections: 1, streams: 1, method });
      assert.equal((await load.slice(5)).good, 5);
      isIdle = true;
      const { good, errors } = await load.slice(5);
      assert.deepEqual([good, errors.closed], again ? [5, 0] : [4, 1]);
      assert.equal(library.wires.length, 2);
    });
  }

  it('An HTTP/3 session sends again what is rejected (H3_REQUEST_REJECTED), whatever its method', async () => {
    let requests = 0;
    const errorCode = 0x10b;
    const { slice, library } = await run(
      20,
      { connections: 1, streams: 2, method: 'POST' },
      {
        onRequest(wire, streamId) {
          if (++requests % 5 > 0) wire.answer(streamId);
          else wire.tell({ eventType: EVENT.reset, streamId, meta: { errorCode } });
        },
      },
    );
    assert.deepEqual([slice.good, slice.resent > 2, library.wires.length], [20, true, 1]);
  });

  it('An HTTP/3 session waits for room, and goes on when there is some', async () => {
    let open = 0;
    let most = 0;
    const { slice } = await run(
      40,
      { connections: 1, streams: 10 },
      {
        onRequest(wire, stream) {
          if (open === 2) throw full();
          most = Math.max(most, ++open);
          setTimeout(() => {
            open--;
            wire.answer(stream);
          }, 1);
        },
      },
    );
    assert.deepEqual([slice.good, most], [40, 2]);
  });

  it('An HTTP/3 session times out where there is never room', async () => {
    const { slice, heard } = await run(
      20,
      { connections: 2, streams: 2, timeoutMs: 40 },
      {
        onRequest() {
          throw full();
        },
      },
    );
    assert.deepEqual(slice.errors, { ...noErrors(), timeout: 20 });
    assert.match(heard[0] ?? '', /the request could not be sent/);
  });

  it('An HTTP/3 session sends a body in the pieces that are taken, each once', async () => {
    const taken = new Map<number, string>();
    const body = 'abcdefghij'.repeat(10);
    let calls = 0;
    const { slice } = await run(
      6,
      { connections: 1, streams: 2, method: 'PUT', body },
      {
        onRequest: (_wire, stream) => void taken.set(stream, ''),
        onBody(wire, stream, rest) {
          if (++calls % 3 === 0) {
            wire.tell({ eventType: EVENT.drain, streamId: stream });
            return 0;
          }
          const piece = rest.subarray(0, 7);
          taken.set(stream, taken.get(stream) + piece.toString());
          if (piece.length === rest.length) wire.answer(stream);
          return piece.length;
        },
      },
    );
    assert.equal(slice.good, 6);
    assert.deepEqual([...taken.values()], Array(6).fill(body));
  });

  it('An HTTP/3 session gives up when every connection is refused three times', async () => {
    let isUp = true;
    const library = fakeLibrary({
      onRequest(wire) {
        isUp = false;
        wire.tell({ ...ALL, eventType: EVENT.closed });
      },
    });
    const { open } = library;
    library.open = (options, take) => {
      if (isUp) return open(options, take);
      setImmediate(() => take([{ ...ALL, eventType: EVENT.closed, meta: { errorCode: 2 } }]));
      return { request: () => 0, send: () => 0, cancel() {}, close() {} };
    };
    await using load = await opened(library, { connections: 2, streams: 2 });
    const slice = await load.slice(1000);
    assert.equal(slice.gaveUp, 'connect');
    assert.equal(slice.good, 0);
    assert.match(
      load.heard.at(-1) ?? '',
      /^connect: the QUIC handshake failed \(CONNECTION_REFUSED\)/,
    );
  });

  it('An HTTP/3 session keeps exact accounting, whatever happens', async () => {
    const seen = noErrors();
    let good = 0;
    for (let seed = 0; seed < 2000; seed += 200) {
      await using opened = new AsyncDisposableStack();
      const cases: (() => Promise<SessionSlice>)[] = [];
      // Opened one after the other, so that none is late; their timeouts then pass together.
      for (let index = 0; index < 200; index++) cases.push(await randomCase(seed + index, opened));
      for (const slice of await Promise.all(cases.map((play) => play()))) {
        good += slice.good;
        for (const kind of ERROR_KINDS) seen[kind] += slice.errors[kind];
      }
    }
    assert.ok(good > 0);
    // By chance also `connect`: a request that was late while its connection was opened again.
    const kinds = ERROR_KINDS.filter((kind) => seen[kind] > 0 && kind !== 'connect');
    assert.deepEqual(kinds, ['timeout', 'closed', 'protocol', 'status']);
  });
});

/** An opened session, for two slices against a server that draws what it does. */
async function randomCase(
  seed: number,
  stack: AsyncDisposableStack,
): Promise<() => Promise<SessionSlice>> {
  const random = mersenne(seed);
  const draw = (below: number) => uniformInt(random, 0, below - 1);
  const rarely = draw(3) > 0;
  const library = fakeLibrary({
    onRequest(wire, stream) {
      if (rarely && draw(4) > 0) wire.answer(stream);
      else MISDEEDS[draw(MISDEEDS.length)]?.(wire, stream);
    },
    onBody: (_wire, _stream, rest) => draw(rest.length + 1),
  });
  const wanted: Wanted = {
    connections: 1 + draw(3),
    streams: 1 + draw(4),
    timeoutMs: 40,
    method: draw(2) === 0 ? 'GET' : 'POST',
    body: draw(2) === 0 ? 'body' : null,
  };
  const load = stack.use(await inTime(() => opened(library, wanted)));
  return async () => {
    await load.slice(1 + draw(30));
    return await load.slice(1 + draw(30));
  };
}

type Misdeed = (wire: FakeWire, streamId: number) => void;

const HEAD = [{ name: ':status', value: '200' }];

const MISDEEDS: readonly Misdeed[] = [
  () => {
    throw full();
  },
  () => {
    throw new Error('client worker not running');
  },
  (wire, streamId) => wire.tell({ eventType: EVENT.reset, streamId, meta: { errorCode: 0x10b } }),
  (wire) => wire.tell({ ...ALL, eventType: EVENT.closed, meta: { errorCode: 0x102 } }),
  (wire) => wire.tell({ ...ALL, eventType: EVENT.error, meta: { errorReason: 'FrameError' } }),
  (wire, id) => wire.tell({ eventType: EVENT.goAway, streamId: Math.max(0, id - 4) }),
  (wire, streamId) => wire.tell({ eventType: EVENT.finished, streamId }),
  (wire, streamId) =>
    wire.tell({ eventType: EVENT.headers, streamId, headers: [...HEAD, ...HEAD] }),
  (wire, streamId) => {
    wire.answer(streamId);
    wire.answer(streamId);
  },
  (wire, streamId) => wire.answer(streamId, '500'),
  // Of a stream that there is not.
  (wire, id) => wire.tell({ eventType: EVENT.data, streamId: id + 400, data: Buffer.from('x') }),
  () => {},
];

interface Opened extends AsyncDisposable {
  heard: string[];
  slice(requests: number): Promise<SessionSlice>;
}

async function opened(library: FakeLibrary, wanted: Wanted): Promise<Opened> {
  const heard: string[] = [];
  const onError = (kind: string, message: unknown) =>
    void heard.push(unmarked(`${kind}: ${message}`));
  const session = new Http3Session(target3(1, wanted), ALONE, onError, library);
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
      assert.ok(library.wires.every(({ isClosed }) => isClosed));
    },
  };
}

async function run(requests: number, wanted: Wanted, script: Script) {
  const library = fakeLibrary(script);
  await using load = await opened(library, wanted);
  return { library, slice: await load.slice(requests), heard: load.heard };
}
