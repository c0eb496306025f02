import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineMs } from '../../../src/load/session.ts';
import { WebSocketSession } from '../../../src/load/websocket/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { allClosed, allRead } from '../../support/all-closed.ts';
import { it } from '../../support/unless-late.ts';
import {
  ALONE,
  BINARY,
  CLOSE,
  echo,
  errors,
  frame,
  harness,
  type OnMessage,
  PING,
  servePeer,
  TEXT,
  target,
} from './peer.ts';

describe('a WebSocket session that echoes', () => {
  it('A WebSocket session that echoes opens every connection, then sends exactly the messages it is asked for', async () => {
    await using load = await harness({ onMessage: echo });
    assert.match(load.session.engine, /^ws 8\.\d+\.\d+$/);
    assert.equal(load.peer.counter.messages, 0);
    for (const work of [1, 3, 4, 5, 1000]) {
      const before: number = load.peer.counter.messages;
      const startMs = machineMs();
      const slice = await load.slice(work);
      assert.deepEqual([slice.good, slice.gaveUp], [work, null]);
      assert.equal(load.peer.counter.messages - before, work);
      assert.ok(slice.startedAtMs >= startMs && slice.startedAtMs <= machineMs());
      assert.ok(slice.durationUs > 0 && slice.medianLatencyUs > 0 && slice.generatorCpuUs >= 0);
      assert.ok(slice.medianLatencyUs <= slice.durationUs);
    }
    assert.equal(load.peer.accepted, 4, 'the connections stay open');
  });

  it('A WebSocket session that echoes sends messages of every size and type', async () => {
    for (const bytes of [1, 2, 6, 125, 126, 65_535, 65_536, 2_000_000]) {
      for (const binary of [false, true]) {
        const sizes = new Set<number>();
        const seen = new Set<string>();
        const onMessage: OnMessage = (stream, message, index) => {
          sizes.add(message.data.length);
          seen.add(message.data.toString('latin1', 0, 40));
          assert.equal(message.opcode, binary ? BINARY : TEXT);
          echo(stream, message, index);
        };
        await using load = await harness({ onMessage }, { message: { bytes, binary } });
        assert.equal((await load.slice(12)).good, 12);
        assert.deepEqual([...sizes], [bytes]);
        assert.ok(seen.size === 12 || bytes === 1);
      }
    }
  });

  it('A WebSocket session that echoes keeps one message in flight on each connection', async () => {
    let inFlight = 0;
    let most = 0;
    const onMessage: OnMessage = (stream, message, index) => {
      most = Math.max(most, ++inFlight);
      setTimeout(() => {
        inFlight--;
        echo(stream, message, index);
      }, 1);
    };
    await using load = await harness({ onMessage });
    await load.slice(40);
    assert.equal(most, 4);
  });

  it('A WebSocket session that echoes takes fragments, pings and dripping bytes as they are', async () => {
    const onMessage: OnMessage = async (stream, { data, opcode }) => {
      const bytes = Buffer.concat([
        frame(data.subarray(0, 10), { opcode, fin: false }),
        frame('are you there', { opcode: PING }),
        frame('', { opcode: 0, fin: false }),
        frame(data.subarray(10), { opcode: 0 }),
        frame('', { opcode: 10 }),
      ]);
      for (let at = 0; at < bytes.length; at += 7) {
        stream.write(bytes.subarray(at, at + 7));
        await sleep(1);
      }
    };
    await using load = await harness({ onMessage });
    assert.equal((await load.slice(12)).good, 12);
    assert.equal(load.peer.accepted, 4);
  });

  it('A WebSocket session that echoes numbers the connections of several processes apart', async () => {
    const seen: string[] = [];
    const onMessage: OnMessage = (stream, message, index) => {
      seen.push(message.data.toString());
      echo(stream, message, index);
    };
    await using peer = await servePeer({ onMessage });
    const shares = [0, 1].map((index) => ({ index, of: 2 }));
    const sessions = shares.map(
      (share) => new WebSocketSession(target(peer.port), share, () => {}),
    );
    for (const session of sessions) {
      await session.open();
      await session.slice(40);
      session[Symbol.dispose]();
    }
    assert.equal(new Set(seen).size, 80);
  });

  it('A WebSocket session that echoes rests without connections, and opens them again for the next slice', async () => {
    await using load = await harness({ onMessage: echo });
    assert.equal((await load.slice(8)).good, 8);
    load.session.rest();
    await allClosed(load.peer.sockets);
    assert.equal((await load.slice(8)).good, 8);
    assert.equal(load.peer.accepted, 8);
  });

  it('A WebSocket session that echoes opens again what the server closed between slices, silently', async () => {
    await using load = await harness({ onMessage: echo });
    for (const end of [
      (socket: import('node:net').Socket) => socket.destroy(),
      (socket: import('node:net').Socket) => socket.write(frame('', { opcode: CLOSE })),
    ]) {
      await load.slice(8);
      for (const socket of load.peer.sockets) end(socket);
      await allClosed(load.peer.sockets);
      assert.equal((await load.slice(8)).good, 8);
    }
    assert.equal(load.peer.accepted, 12);
  });

  it('A WebSocket session that echoes sends nothing on a connection that has been closed, but not yet ended', async () => {
    await using load = await harness({ onMessage: echo, lingers: true });
    await load.slice(8);
    for (const socket of load.peer.sockets) socket.write(frame('', { opcode: CLOSE }));
    await allRead();
    assert.equal((await load.slice(8)).good, 8);
    assert.equal(load.peer.accepted, 8);
  });

  it('A WebSocket session that echoes counts what comes while it rests, once', async () => {
    await using load = await harness({ onMessage: echo });
    await load.slice(8);
    for (const socket of load.peer.sockets) socket.write(frame('hello'));
    await allClosed(load.peer.sockets);
    assert.deepEqual((await load.slice(20)).errors, errors({ protocol: 4 }));
    assert.match(load.heard[0] ?? '', /^protocol: a message that nobody asked for: "hello"/);
    assert.equal((await load.slice(20)).good, 20);
  });

  it('A WebSocket session that echoes sends a message again that crosses an orderly close, once, and only after others came back', async () => {
    const DONE = frame(Buffer.from([3, 232]), { opcode: CLOSE });
    let most = 10;
    const onMessage: OnMessage = (stream, message, index) => {
      const heard = (heardOn.get(stream) ?? 0) + 1;
      heardOn.set(stream, heard);
      if (heard > most) stream.write(DONE);
      else echo(stream, message, index);
    };
    const heardOn = new Map<object, number>();
    await using load = await harness({ onMessage });
    const slice = await load.slice(100);
    assert.deepEqual([slice.good, slice.errors], [100, errors({})]);
    assert.ok(slice.resent >= 6 && slice.resent <= 10, `${slice.resent} were sent again`);
    most = 0;
    await load.slice(8);
    const none = await load.slice(8);
    assert.deepEqual([none.good, none.resent, none.errors], [0, 0, errors({ closed: 8 })]);
    assert.match(load.heard.at(-1) ?? '', /with code 1000; no echo came/);
  });

  it('A WebSocket session that echoes says why nothing could be opened', async () => {
    const gone = await servePeer({});
    await gone[Symbol.asyncDispose]();
    using session = new WebSocketSession(target(gone.port), ALONE, () => {});
    await assert.rejects(session.open(), /^Error: no connection could be opened: .*ECONNREFUSED/);
  });

  it('A WebSocket session that echoes refuses slices that make no sense', async () => {
    const onMessage: OnMessage = (...all) => setTimeout(() => echo(...all), 5);
    await using load = await harness({ onMessage });
    await assert.rejects(load.session.slice(0), RangeError);
    await assert.rejects(load.session.slice(1.5), RangeError);
    const running = load.session.slice(4);
    await assert.rejects(load.session.slice(4), /already running/);
    await running;
  });

  it('A WebSocket session that echoes gives up a running slice when it is closed', async () => {
    await using load = await harness({});
    const running = load.slice(10);
    await sleep(5);
    load.session[Symbol.dispose]();
    assert.deepEqual((await running).errors, errors({ closed: 10 }));
    await assert.rejects(load.session.slice(1), /closed/);
  });

  it('A WebSocket session that echoes ends a slice on a server that died, without hammering it, and works when it is back', async () => {
    await using peer = await servePeer({ onMessage: echo });
    const heard: string[] = [];
    using session = new WebSocketSession(target(peer.port), ALONE, (_, message) => {
      heard.push(unmarked(String(message)));
    });
    await session.open();
    await session.slice(8);
    await peer[Symbol.asyncDispose]();
    await allRead();
    const slice = await session.slice(1000);
    assert.deepEqual([slice.errors, slice.gaveUp], [errors({ connect: 1000 }), 'connect']);
    assert.ok(heard.length < 50, `${heard.length} attempts`);
    await using _back = await servePeer({ onMessage: echo }, peer.port);
    assert.equal((await session.slice(100)).good, 100);
  });
});
