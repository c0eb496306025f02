import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findFullQueue } from '../../../src/measure/connections/listen-queue.ts';

/** A kernel that lets so many connections wait, and drops so many in each load, as often as `times` says. */
function kernel(length: number, droppedEach: number, times = Number.POSITIVE_INFINITY) {
  const loads: number[] = [];
  return {
    loads,
    queueOf: () => ({ length, dropped: 1000 + droppedEach * Math.min(loads.length, times) }),
    load: async (requests: number) => void loads.push(requests),
  };
}

const AT = { kind: 'tcp', port: 8000 } as const;

describe('a queue of new connections that is full', () => {
  it('A queue of new connections that is full names as many connections as may wait', async () => {
    const { queueOf, load, loads } = kernel(5, 14);
    const full = await findFullQueue(queueOf, AT, 32, load);
    assert.deepEqual(full, { from: 32, to: 5, overflows: 14, requests: 128 });
    assert.deepEqual(loads, [128, 128]);
  });

  it('A queue of new connections that is full while the server is cold, and never again, changes nothing', async () => {
    const { queueOf, load, loads } = kernel(5, 14, 1);
    assert.equal(await findFullQueue(queueOf, AT, 32, load), null);
    assert.deepEqual(loads, [128, 128]);
  });

  it('A queue of new connections that is full leaves one connection at least, however short it is', async () => {
    const { queueOf, load } = kernel(0, 3);
    assert.equal((await findFullQueue(queueOf, AT, 32, load))?.to, 1);
  });

  it('A queue of new connections that has room for all of them is not loaded to see it', async () => {
    for (const length of [31, 128, 4096]) {
      const { queueOf, load, loads } = kernel(length, 14);
      assert.equal(await findFullQueue(queueOf, AT, 32, load), null);
      assert.deepEqual(loads, []);
    }
  });

  it('A queue of new connections that is short and never full, as connections live, changes nothing', async () => {
    const { queueOf, load } = kernel(5, 0);
    assert.equal(await findFullQueue(queueOf, AT, 32, load), null);
  });

  it('A queue of new connections of which the kernel tells nothing changes nothing', async () => {
    const { queueOf, load, loads } = kernel(5, 14);
    assert.equal(await findFullQueue(() => null, AT, 32, load), null);
    assert.deepEqual(loads, []);
    assert.equal(await findFullQueue(queueOf, { kind: 'unix', path: '/s' }, 32, load), null);
  });
});
