import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findHeld as find,
  type Held,
  type Take,
} from '../../../src/measure/connections/held-connections.ts';

type TakeMs = (connections: number, requests: number) => Promise<number | null>;

const findHeld = (takeMs: TakeMs, connections: number): Promise<Held | null> => {
  const take: Take = async (count, requests) => {
    const ms = await takeMs(count, requests);
    return ms === null ? null : { ms };
  };
  return find(take, connections, 0);
};

/** Keeps each of its threads for 200 ms for a connection that is idle. */
function keeping(threads: number, answerMs = 1): TakeMs {
  return async (connections, requests) =>
    (requests / Math.min(connections, threads)) * answerMs +
    200 * (Math.ceil(connections / threads) - 1);
}

describe('idle connections that keep threads', () => {
  it('The most connections that do not wait are found, whatever their number', async () => {
    for (const threads of [1, 2, 3, 5, 16, 31]) {
      const held = await findHeld(keeping(threads), 32);
      // One wait of 200 ms is enough to tell, with 31 threads as with one.
      assert.equal(held?.to, threads, `${threads} threads`);
    }
  });

  it('Where two workers share the connections by chance, no more are opened than the threads of one', async () => {
    // In one of three times, the first worker accepts all of them.
    let [open, deals] = [0, 0];
    const dealing: TakeMs = async (connections, requests) => {
      if (connections !== open) deals++;
      open = connections;
      const onFirst = deals % 3 === 0 ? connections : Math.ceil(connections / 2);
      return await keeping(5)(onFirst, requests);
    };
    for (let first = 0; first < 3; first++) {
      deals = first;
      assert.equal((await findHeld(dealing, 32))?.to, 5, `begun at ${first}`);
    }
  });

  it('Threads that are kept for so long that some requests run into their timeout are found as well', async () => {
    // A second for each idle connection, and five seconds for each request.
    const cut =
      (threads: number): Take =>
      async (connections, requests) => {
        const ms = requests + 1000 * (Math.ceil(connections / threads) - 1);
        return ms < 5000 ? { ms } : { ms: 5000, isCutOff: true };
      };
    const held = await find(cut(5), 32, 0);
    assert.deepEqual(held, { from: 32, to: 5, roundMs: 5000, isCutOff: true, fewerRoundMs: 32 });
    assert.deepEqual(await find(cut(16), 32, 0), {
      from: 32,
      to: 16,
      roundMs: 1032,
      fewerRoundMs: 32,
    });
    // What is told is how long all of them took, where a second round was done.
    let rounds = 0;
    const onceCut: Take = async (connections, requests) => {
      if (rounds++ === 0) return { ms: 5000, isCutOff: true };
      return { ms: requests + 700 * (Math.ceil(connections / 5) - 1) };
    };
    assert.deepEqual(await find(onceCut, 32, 0), {
      from: 32,
      to: 5,
      roundMs: 4232,
      fewerRoundMs: 32,
    });
  });

  it('On a machine so busy that each answer takes 10 ms, the threads are found as well', async () => {
    assert.equal((await findHeld(keeping(5, 10), 32))?.to, 5);
  });

  it('A server that is only slow, or slow once, is asked as few times as can be and left as it is', async () => {
    const asked: number[] = [];
    const slow: TakeMs = async (connections, requests) => {
      asked.push(connections);
      return 20 * requests;
    };
    assert.equal(await findHeld(slow, 32), null);
    assert.deepEqual(asked, [32, 32, 1]);
    const times = [900, 12];
    assert.equal(await findHeld(async () => times.shift() ?? 12, 32), null);
    assert.equal(times.length, 0);
  });

  it('An answer that waits for a delayed ACK on every connection is no thread that is kept', async () => {
    const java: TakeMs = async (connections, requests) => (45 * requests) / connections;
    assert.equal(await findHeld(java, 32), null);
  });

  it('A mix of requests of which few are slow is no thread that is kept', async () => {
    // One of ten takes 100 ms, and the server does one thing at a time.
    const mix: TakeMs = async (_, requests) => requests + 100 * Math.floor(requests / 10);
    assert.equal(await findHeld(mix, 32), null);
  });

  it('A server that becomes warm while it is asked keeps all its connections', async () => {
    for (const cold of [2, 3, 4, 5]) {
      let asked = 0;
      const warming: TakeMs = async (connections, requests) =>
        connections > 1 && ++asked <= cold ? 400 : requests / connections;
      assert.equal(await findHeld(warming, 32), null, `${cold} slow rounds`);
      assert.ok(asked > cold);
    }
  });

  it('Where fewer connections would be no better, or have no answer, nothing is changed', async () => {
    const unlike: TakeMs = async (connections) =>
      connections === 1 ? 32 : connections === 32 ? 1000 : 900;
    assert.equal((await findHeld(unlike, 32))?.to, 1);
    const failing: TakeMs = async () => null;
    assert.equal(await findHeld(failing, 32), null);
    assert.equal(await findHeld(async (count) => (count === 32 ? 500 : null), 32), null);
    assert.equal(await findHeld(async () => 500, 1), null);
  });
});
