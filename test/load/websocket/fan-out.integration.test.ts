import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  FEWEST_FAN_OUT_BYTES,
  type WebSocketScenario,
} from '../../../src/config/experiment/scenario.ts';
import { WebSocketSession } from '../../../src/load/websocket/session.ts';
import { allClosed, allRead } from '../../support/all-closed.ts';
import { it } from '../../support/unless-late.ts';
import {
  ALONE,
  type Behaviour,
  CLOSE,
  errors,
  type Frame,
  frame,
  harness,
  servePeer,
  target,
} from './peer.ts';

/** Called for each delivery: `number` counts them from 0, `message` the messages. */
type Deliver = (to: Duplex, sent: Frame, message: number, number: number) => void;

/** A peer that delivers each message to all its other connections, as it is told. */
function broadcast(deliver: Deliver = honest): Behaviour & { audience: Set<Duplex> } {
  const audience = new Set<Duplex>();
  let number = 0;
  return {
    audience,
    onOpen(stream) {
      audience.add(stream);
      stream.on('close', () => audience.delete(stream));
    },
    onMessage(from, sent, message) {
      for (const to of audience) if (to !== from) deliver(to, sent, message, number++);
    },
  };
}

const honest: Deliver = (to, { data, opcode }) => to.write(frame(data, { opcode }));

const fanOut = (some: Partial<WebSocketScenario> = {}): Partial<WebSocketScenario> => ({
  mode: 'fan-out',
  connections: 5,
  ...some,
});

describe('a WebSocket session that fans out', () => {
  it('A WebSocket session that fans out counts deliveries, for every amount of work, and leaves nothing in flight', async () => {
    await using load = await harness(broadcast(), fanOut());
    assert.equal(load.peer.accepted, 6);
    for (const work of [1, 4, 5, 6, 10, 1003]) {
      const before: number = load.peer.counter.messages;
      const slice = await load.slice(work);
      assert.deepEqual([slice.good, slice.gaveUp], [work, null]);
      assert.equal(load.peer.counter.messages - before, Math.ceil(work / 5));
      assert.ok(slice.durationUs > 0 && slice.medianLatencyUs > 0);
    }
    assert.equal(load.peer.accepted, 6);
  });

  it('A WebSocket session that fans out sends the next message when all have the one before', async () => {
    let inFlight = 0;
    let most = 0;
    const late: Deliver = (...all) => {
      most = Math.max(most, ++inFlight);
      setTimeout(() => {
        inFlight--;
        honest(...all);
      }, all[3] % 4);
    };
    for (const binary of [false, true]) {
      const message = { bytes: FEWEST_FAN_OUT_BYTES, binary };
      await using load = await harness(broadcast(late), fanOut({ message }));
      assert.equal((await load.slice(33)).good, 33);
      assert.equal(most, 5);
    }
  });

  it('A WebSocket session that fans out does not look at what the sender receives', async () => {
    const { audience, onOpen } = broadcast();
    const onMessage: Behaviour['onMessage'] = (from, { data }) => {
      from.write(frame('well done'));
      for (const to of audience) to.write(frame(data));
    };
    await using load = await harness({ ...(onOpen && { onOpen }), onMessage }, fanOut());
    assert.equal((await load.slice(50)).good, 50);
  });

  it('A WebSocket session that fans out counts what did not come as timeouts, and goes on with new connections', async () => {
    const lossy: Deliver = (...all) => all[3] !== 7 && honest(...all);
    await using load = await harness(broadcast(lossy), fanOut({ timeoutMs: 150 }));
    const slice = await load.slice(50);
    assert.deepEqual([slice.errors, slice.gaveUp], [errors({ timeout: 1 }), null]);
    assert.equal(load.heard[0], 'timeout: the message did not come in 150 ms');
    assert.equal(load.peer.accepted, 7);
  });

  it('A WebSocket session that fans out counts a loss among deliveries beyond the work', async () => {
    // Three are asked for, the message goes to five, the last of them is lost.
    const lossy: Deliver = (...all) => all[3] !== 4 && honest(...all);
    await using load = await harness(broadcast(lossy), fanOut({ timeoutMs: 100 }));
    assert.deepEqual((await load.slice(3)).errors, errors({ timeout: 1 }));
    assert.equal((await load.slice(3)).good, 3);
  });

  it('A WebSocket session that fans out ends by the timeout when nothing is ever delivered', async () => {
    await using load = await harness(
      broadcast(() => {}),
      fanOut({ timeoutMs: 60 }),
    );
    const slice = await load.slice(1000);
    assert.deepEqual([slice.errors, slice.gaveUp], [errors({ timeout: 1000 }), 'timeout']);
    assert.ok(load.peer.counter.messages <= 2);
  });

  it('A WebSocket session that fans out counts duplicates, each as one failure', async () => {
    const twice: Deliver = (...all) => {
      honest(...all);
      if (all[3] === 6) honest(...all);
    };
    await using load = await harness(broadcast(twice), fanOut());
    const slice = await load.slice(50);
    assert.deepEqual(slice.errors, errors({ protocol: 1 }));
    assert.match(load.heard[0] ?? '', /^protocol: a message came twice, or nobody asked for it/);
    assert.equal(load.peer.accepted, 6);
  });

  it('A WebSocket session that fans out counts an earlier message that comes before the next as one failure', async () => {
    let earlier: Buffer | null = null;
    const repeating: Deliver = (...all) => {
      if (all[3] === 0) earlier = all[1].data;
      if (all[3] === 10 && earlier !== null) all[0].write(frame(earlier));
      honest(...all);
    };
    await using load = await harness(broadcast(repeating), fanOut());
    assert.deepEqual((await load.slice(50)).errors, errors({ protocol: 1 }));
    assert.match(load.heard[0] ?? '', /^protocol: another message than the one that was sent/);
  });

  it('A WebSocket session that fans out counts a connection that is closed after its delivery', async () => {
    const closing: Deliver = (...all) => {
      // The last of the message is late, so that the close comes before the next message.
      if (all[3] === 14) setTimeout(() => honest(...all), 30);
      else honest(...all);
      if (all[3] === 10) all[0].end(frame('', { opcode: CLOSE }));
    };
    await using load = await harness(broadcast(closing), fanOut());
    assert.deepEqual((await load.slice(50)).errors, errors({ closed: 1 }));
    assert.equal(load.peer.accepted, 7);
  });

  it('A WebSocket session that fans out never counts more successes than it was sent messages when all come twice', async () => {
    const twice: Deliver = (...all) => {
      honest(...all);
      honest(...all);
    };
    await using load = await harness(broadcast(twice), fanOut());
    const slice = await load.slice(50);
    assert.ok(slice.good <= 30 && slice.errors.protocol >= 20, JSON.stringify(slice));
  });

  const faults: [string, Deliver, Partial<ReturnType<typeof errors>>][] = [
    ['damaged', (to, { data }) => to.write(frame(`${data.toString('latin1', 1)}?`)), { body: 25 }],
    ['of the wrong type', (to, { data }) => to.write(frame(data, { opcode: 2 })), { body: 25 }],
    ['garbage', (to) => to.write('\xff\xff\xff'), { protocol: 25 }],
    ['ends', (to) => to.write(frame('', { opcode: CLOSE })), { closed: 25 }],
    ['resets', (to) => void to.destroy(), { closed: 25 }],
  ];
  for (const [what, deliver, expected] of faults) {
    it(`A WebSocket session that fans out counts deliveries that are ${what}`, async () => {
      await using load = await harness(broadcast(deliver), fanOut());
      assert.deepEqual((await load.slice(25)).errors, errors(expected));
    });
  }

  it('A WebSocket session that fans out counts the message before, delivered again, as no success', async () => {
    let before: Buffer = Buffer.from('nothing');
    const { audience, onOpen } = broadcast();
    const onMessage: Behaviour['onMessage'] = (from, { data }) => {
      for (const to of audience) if (to !== from) to.write(frame(before));
      before = data;
    };
    await using load = await harness(
      { ...(onOpen && { onOpen }), onMessage },
      fanOut({ timeoutMs: 50 }),
    );
    assert.equal((await load.slice(30)).good, 0);
  });

  it('A WebSocket session that fans out counts what comes while it rests', async () => {
    const behaviour = broadcast();
    await using load = await harness(behaviour, fanOut());
    await load.slice(10);
    const [first, second] = behaviour.audience;
    first?.write(frame('hello'));
    second?.write(frame('hello'));
    await allRead();
    assert.deepEqual((await load.slice(10)).errors, errors({ protocol: 2 }));
    assert.equal((await load.slice(10)).good, 10);
  });

  it('A WebSocket session that fans out opens again what the server closed between slices, and what rested', async () => {
    const behaviour = broadcast();
    await using load = await harness(behaviour, fanOut());
    await load.slice(10);
    for (const stream of behaviour.audience) stream.destroy();
    await allClosed(load.peer.sockets);
    assert.equal((await load.slice(10)).good, 10);
    load.session.rest();
    await allClosed(load.peer.sockets);
    assert.equal((await load.slice(10)).good, 10);
    assert.equal(load.peer.accepted, 18);
  });

  it('A WebSocket session that fans out says what became of the sender', async () => {
    const { onOpen } = broadcast();
    const onMessage: Behaviour['onMessage'] = (from) => from.destroy();
    await using load = await harness(
      { ...(onOpen && { onOpen }), onMessage },
      fanOut({ timeoutMs: 60 }),
    );
    const slice = await load.slice(20);
    assert.equal(slice.good, 0);
    assert.match(load.heard.join('\n'), /did not come in 60 ms; the sender: the connection ended/);
  });

  it('A WebSocket session that fans out gives up on a server that died, and works again when it is back', async () => {
    const behaviour = broadcast();
    await using peer = await servePeer(behaviour);
    const scenario = target(peer.port, fanOut());
    using session = new WebSocketSession(scenario, ALONE, () => {});
    await session.open();
    await peer[Symbol.asyncDispose]();
    await allRead();
    const slice = await session.slice(500);
    assert.deepEqual([slice.good, slice.gaveUp], [0, 'connect']);
    assert.equal(slice.errors.connect, 500);
    await using _back = await servePeer(behaviour, peer.port);
    assert.equal((await session.slice(20)).good, 20);
  });

  it('A WebSocket session that fans out gives up a running slice when it is closed', async () => {
    await using load = await harness(
      broadcast(() => {}),
      fanOut(),
    );
    const running = load.slice(12);
    await sleep(40);
    load.session[Symbol.dispose]();
    assert.deepEqual((await running).errors, errors({ closed: 12 }));
  });

  it('A WebSocket session that fans out refuses messages without room for a number, and several processes', () => {
    const small = fanOut({ message: { bytes: FEWEST_FAN_OUT_BYTES - 1, binary: false } });
    assert.throws(
      () => new WebSocketSession(target(1, small), ALONE, () => {}),
      /^Error: scenario test: messages of 5 bytes are too short for a fan-out, .* at least 6 bytes$/,
    );
    assert.throws(
      () => new WebSocketSession(target(1, fanOut()), { index: 1, of: 2 }, () => {}),
      /^Error: scenario test: a fan-out cannot be shared by 2 processes$/,
    );
  });
});
