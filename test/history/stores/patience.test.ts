/** What is tried again, and how that ends when somebody interrupts it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE, patiently } from '../../../src/history/stores/patience.ts';
import { StoreError } from '../../../src/history/stores/store.ts';

const failing = new StoreError('no network', { cure: null, isPassing: true });

for (const when of ['between two tries', 'during a try'] as const) {
  test(`Who interrupts it ${when} hears his own reason, and no failure of the store`, async () => {
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const patience = { ...PATIENCE, firstMs: 60_000, longestMs: 60_000, random: () => 1 };
    const waiting = patiently(
      { ...patience, signal: stop.signal },
      () => {
        if (when === 'during a try') stop.abort(reason);
        else setImmediate(() => stop.abort(reason));
        return Promise.reject(failing);
      },
      () => failing,
    );
    await assert.rejects(waiting, (error) => error === reason);
  });
}

test('No try is begun once the time for all of them is over, and the last trouble is told', async () => {
  let tries = 0;
  const patience = { ...PATIENCE, firstMs: 1, longestMs: 1, withinMs: 20 };
  const attempt = async () => {
    tries++;
    await sleep(30);
    throw failing;
  };
  await assert.rejects(
    patiently(patience, attempt, (last) => last as StoreError),
    (error) => error === failing,
  );
  assert.equal(tries, 1);
});
