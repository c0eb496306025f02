/**
 * Every engine by a clock: at a rate, each piece counts from its moment, whatever the server does; for a time,
 * load goes on without a break. Each engine is loaded on a server of its own protocol.
 * Runs alone: it asserts when pieces of work leave and how many are answered meanwhile.
 */
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { describe } from 'node:test';
import { FixedDuration, OpenLoopRate } from '../../src/load/arrivals.ts';
import { Http1Session } from '../../src/load/http1/session.ts';
import { Http2Session } from '../../src/load/http2/session.ts';
import type { ErrorKind } from '../../src/load/results.ts';
import type { Session, SessionSlice } from '../../src/load/session.ts';
import { WebSocketSession } from '../../src/load/websocket/session.ts';
import { it } from '../support/unless-late.ts';
import { HELLO, serve, target } from './servers.ts';
import { ALONE, frame, servePeer, target as socketTarget } from './websocket/peer.ts';

/** Calls back when the server may answer this piece of work. */
type Gate = (index: number, answer: () => void, refuse: () => void) => void;

interface Engine {
  name: string;
  /** A server behind the gate, and a session of two connections, or streams, that is open. */
  start(gate: Gate, timeoutMs?: number): Promise<{ session: Session } & AsyncDisposable>;
}

const SHARE = { index: 0, of: 1 };
const deaf = () => {};

async function opened(session: Session, stop: () => Promise<void>) {
  await session.open();
  return {
    session,
    async [Symbol.asyncDispose]() {
      session[Symbol.dispose]();
      await stop();
    },
  };
}

const ENGINES: Engine[] = [
  {
    name: 'http1',
    async start(gate, timeoutMs = 5000) {
      const server = await serve((socket, index) =>
        gate(
          index,
          () => socket.write(HELLO),
          () => socket.destroy(),
        ),
      );
      const session = new Http1Session(
        target(server.port, { connections: 2, timeoutMs }),
        SHARE,
        deaf,
      );
      return await opened(session, async () => await server[Symbol.asyncDispose]());
    },
  },
  {
    name: 'http2',
    async start(gate, timeoutMs = 5000) {
      let index = 0;
      const sessions = new Set<http2.ServerHttp2Session>();
      const server = http2.createServer().on('session', (session) => {
        sessions.add(session);
        session.on('error', deaf);
      });
      server.on('stream', (stream) => {
        stream.on('error', deaf);
        gate(
          index++,
          () => {
            if (stream.destroyed) return;
            stream.respond({ ':status': 200 });
            stream.end('hello');
          },
          () => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const wanted = { protocol: 'http2', connections: 1, streams: 2, timeoutMs } as const;
      const session = new Http2Session(target(port, wanted), SHARE, deaf);
      return await opened(session, async () => {
        for (const one of sessions) one.destroy();
        await new Promise((resolve) => server.close(resolve));
      });
    },
  },
  {
    name: 'websocket',
    async start(gate, timeoutMs = 5000) {
      let index = 0;
      const server = await servePeer({
        onMessage: (stream, { data, opcode }) =>
          gate(
            index++,
            () => {
              if (!stream.destroyed) stream.write(frame(data, { opcode }));
            },
            () => stream.destroy(),
          ),
      });
      const wanted = socketTarget(server.port, { connections: 2, timeoutMs });
      const session = new WebSocketSession(wanted, ALONE, deaf);
      return await opened(session, async () => await server[Symbol.asyncDispose]());
    },
  },
];

const honest: Gate = (_, answer) => answer();

/** Answers nothing for so long from this piece on; what came meanwhile is answered then. */
function stalled(from: number, ms: number): Gate {
  let untilMs = 0;
  return (index, answer) => {
    if (index === from) untilMs = performance.now() + ms;
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) answer();
    else setTimeout(answer, leftMs);
  };
}

function complete({ good, errors }: SessionSlice): number {
  return (Object.keys(errors) as ErrorKind[]).reduce((sum, kind) => sum + errors[kind], good);
}

for (const engine of ENGINES) {
  describe(`${engine.name} by a clock`, () => {
    it(`${engine.name} by a clock counts every request that waited for a stalled server, from its moment`, async () => {
      await using load = await engine.start(stalled(300, 200));
      const arrivals = new OpenLoopRate(1000, 1000);
      const slice = await load.session.slice(arrivals);
      assert.equal(slice.good, 1000);
      const { latencies } = arrivals;
      assert.equal(latencies.count, 1000);
      // About 200 became due in the stall and waited for what was left of it, evenly. A closed loop on
      // two connections would have shown two slow requests. Noise can only add to them.
      assert.ok(latencies.max >= 190_000, `${latencies.max}`);
      assert.ok(latencies.quantile(0.85) >= 30_000, `${latencies.quantile(0.85)}`);
      assert.ok(latencies.quantile(0.9) >= 80_000, `${latencies.quantile(0.9)}`);
      assert.ok(arrivals.durationMs >= 999);

      await using closed = await engine.start(stalled(300, 200));
      const plain = await closed.session.slice(1000);
      assert.ok(plain.medianLatencyUs < 100_000, 'most of a closed loop saw no stall');
    });

    it(`${engine.name} by a clock goes through the same requests whatever the arrivals`, async () => {
      await using load = await engine.start(honest);
      for (const work of [1, 7, 100]) {
        const arrivals = new OpenLoopRate(work, 5000, 3);
        const slice = await load.session.slice(arrivals);
        assert.deepEqual(
          [slice.good, complete(slice), arrivals.latencies.count],
          [work, work, work],
        );
        assert.ok(arrivals.durationMs >= (work - 1) / 5);
        assert.equal((await load.session.slice(work)).good, work);
      }
    });

    it(`${engine.name} by a clock has exact accounting of a server that closes, at random or for good`, async () => {
      let state = 7;
      const random = () => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return state / 2_147_483_648;
      };
      await using load = await engine.start((_, answer, refuse) =>
        random() < 0.3 ? refuse() : answer(),
      );
      const arrivals = new OpenLoopRate(300, 2000);
      const slice = await load.session.slice(arrivals);
      assert.deepEqual([complete(slice), arrivals.latencies.count], [300, 300]);
      assert.ok(slice.good > 0 && slice.good < 300, `${slice.good}`);
    });

    it(`${engine.name} by a clock gives up a server that never answers, with every piece in the accounting`, async () => {
      await using load = await engine.start(() => {}, 40);
      const arrivals = new OpenLoopRate(200, 1000);
      const slice = await load.session.slice(arrivals);
      assert.deepEqual([slice.good, complete(slice), arrivals.latencies.count], [0, 200, 200]);
      assert.notEqual(slice.gaveUp, null);
    });

    it(`${engine.name} by a clock for a time ends by itself, and a stall is a run of empty milliseconds`, async () => {
      await using load = await engine.start(stalled(50, 60));
      const arrivals = new FixedDuration(300);
      const slice = await load.session.slice(arrivals);
      assert.equal(complete(slice), slice.good);
      const { answersPerMs } = arrivals;
      assert.equal(answersPerMs.length, 300);
      const counted = answersPerMs.reduce((sum, count) => sum + count, 0);
      assert.ok(counted > 50 && counted <= slice.good, `${counted} of ${slice.good}`);
      const runs = answersPerMs.join(',').match(/(?:^|,)0(?:,0)*/g) ?? [];
      const longest = Math.max(...runs.map((run) => run.replace(/^,/, '').split(',').length));
      assert.ok(longest >= 57, `${longest}`);
      assert.equal((await load.session.slice(20)).good, 20, 'and the next slice is as ever');
    });

    it(`${engine.name} by a clock for a time on a dead server ends, with an error`, async () => {
      await using load = await engine.start(() => {}, 40);
      const slice = await load.session.slice(new FixedDuration(100));
      assert.equal(slice.good, 0);
      assert.ok(complete(slice) >= 1);
    });

    it(`${engine.name} by a clock ends what is under way when it is closed`, async () => {
      for (const arrivals of [new OpenLoopRate(10_000, 100), new FixedDuration(60_000)]) {
        await using load = await engine.start(honest);
        const slice = load.session.slice(arrivals);
        setTimeout(() => load.session[Symbol.dispose](), 30);
        const { gaveUp } = await slice;
        assert.equal(gaveUp, 'closed');
      }
    });
  });
}
