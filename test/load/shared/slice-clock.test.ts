/** What a load generator used of its core in a slice, and what others had of it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { usedBy } from '../../../src/load/shared/slice-clock.ts';
import { ownQueuedUs } from '../../../src/system/kernel/own-queue.ts';

const skip = ownQueuedUs() === null ? 'the kernel does not count how long a thread waits' : false;

it('Of the time in which a thread was queued none counts in which its process ran', {
  skip,
}, () => {
  const longAgo = Number.NEGATIVE_INFINITY;
  const used = (user: number) =>
    usedBy({ user, system: 100 }, { durationUs: 1000, queuedBefore: longAgo });
  assert.deepEqual(used(600), { generatorCpuUs: 700, generatorQueuedUs: 300 });
  // Several threads on several cores.
  assert.deepEqual(used(1600), { generatorCpuUs: 1700, generatorQueuedUs: 0 });
});

it('A kernel that does not count it leaves it out', () => {
  const used = usedBy({ user: 600, system: 100 }, { durationUs: 1000, queuedBefore: null });
  assert.deepEqual(used, { generatorCpuUs: 700 });
});
