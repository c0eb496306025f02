/** A fault at each step of a write: afterwards the store is as before or as after, and the next write finds it sound. */
import assert from 'node:assert/strict';
import type { HistoryStore } from '../../../src/history/stores/store.ts';
import { adding, contents } from './contract.ts';

/** Two files, so that half of a write would be seen. */
export const BEFORE = { 'a/1.ndjson': 'one\n', 'b/2.ndjson': 'one\n' };
export const AFTER = { 'a/1.ndjson': 'one\ntwo\n', 'b/2.ndjson': 'one\ntwo\n' };

export async function addToBoth(store: HistoryStore, line: string): Promise<void> {
  await store.update(async (files) => {
    const changes = new Map<string, string | null>();
    for (const path of Object.keys(BEFORE)) {
      for (const [name, text] of await adding(path, line)(files)) changes.set(name, text);
    }
    return changes;
  }, `Add ${line}`);
}

/** Which of the two it is. */
export async function stateOf(store: HistoryStore): Promise<'before' | 'after'> {
  const found = await contents(store);
  const state = found['a/1.ndjson'] === BEFORE['a/1.ndjson'] ? 'before' : 'after';
  assert.deepEqual(found, state === 'before' ? BEFORE : AFTER, 'neither before nor after');
  return state;
}

/** What was faulty is tried again by another job. */
export async function recovers(store: HistoryStore): Promise<void> {
  await addToBoth(store, 'two');
  assert.deepEqual(await contents(store), AFTER);
}

/** By the step at which it failed: the state that was left. */
export async function faulty<Step extends string>(
  steps: readonly Step[],
  make: (before?: (step: Step) => void) => HistoryStore,
): Promise<Record<string, string>> {
  const left: Record<string, string> = {};
  for (const step of steps) {
    const store = make();
    await store.update(async ({ paths }) => new Map(paths.map((path) => [path, null])), 'clear');
    await addToBoth(store, 'one');
    const failing = make((at) => {
      if (at === step) throw new Error(`a fault before ${step}`);
    });
    await assert.rejects(addToBoth(failing, 'two'), new RegExp(`a fault before ${step}`));
    left[step] = await stateOf(make());
    await recovers(make());
  }
  return left;
}
