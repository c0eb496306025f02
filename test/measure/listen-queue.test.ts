import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findFullQueue } from '../../src/measure/listen-queue.ts';

/** A kernel that lets so many connections wait, and counts so many more for each load. */
function kernel(length: number | null, overflowsEach: number | null) {
  const loads: number[] = [];
  return {
    loads,
    reader: {
      lengthAt: () => length,
      overflows: () => (overflowsEach === null ? null : 1000 + overflowsEach * loads.length),
    },
    load: async (requests: number) => void loads.push(requests),
  };
}

const AT = { kind: 'tcp', port: 8000 } as const;

describe('a queue of new connections that is full', () => {
  it('A queue of new connections that is full names as many connections as may wait', async () => {
    const { reader, load, loads } = kernel(5, 14);
    const full = await findFullQueue(reader, AT, 32, load);
    assert.deepEqual(full, { from: 32, to: 5, overflows: 14, requests: 128 });
    assert.deepEqual(loads, [128, 128]);
  });

  it('A queue of new connections that is full while the server is cold, and never again, changes nothing', async () => {
    const { reader, load, loads } = kernel(5, 14);
    const cold = { ...reader, overflows: () => 1000 + 14 * Math.min(loads.length, 1) };
    assert.equal(await findFullQueue(cold, AT, 32, load), null);
    assert.deepEqual(loads, [128, 128]);
  });

  it('A queue of new connections that is full leaves one connection at least, however short it is', async () => {
    const { reader, load } = kernel(0, 3);
    assert.equal((await findFullQueue(reader, AT, 32, load))?.to, 1);
  });

  it('A queue of new connections that has room for all of them is not loaded to see it', async () => {
    for (const length of [31, 128, 4096]) {
      const { reader, load, loads } = kernel(length, 14);
      assert.equal(await findFullQueue(reader, AT, 32, load), null);
      assert.deepEqual(loads, []);
    }
  });

  it('A queue of new connections that is short and never full, as connections live, changes nothing', async () => {
    const { reader, load } = kernel(5, 0);
    assert.equal(await findFullQueue(reader, AT, 32, load), null);
  });

  it('A queue of new connections of which the kernel tells nothing changes nothing', async () => {
    for (const { reader, load } of [kernel(null, 14), kernel(5, null)]) {
      assert.equal(await findFullQueue(reader, AT, 32, load), null);
    }
    const { reader, load } = kernel(5, 14);
    assert.equal(await findFullQueue(reader, { kind: 'unix', path: '/s' }, 32, load), null);
  });
});
