/** What is tried again, and how that ends when somebody interrupts it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
