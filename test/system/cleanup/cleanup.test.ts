import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { cleanup } from '../../../src/system/cleanup/cleanup.ts';

it('The clean-up undoes in reverse order, one at a time', async () => {
  const done: string[] = [];
  {
    await using undo = cleanup();
    undo.defer(async () => {
      done.push('first');
    });
    undo.use({
      [Symbol.asyncDispose]: async () => {
        done.push('second begins');
        await setImmediate();
        done.push('second ends');
      },
    });
    undo.defer(() => done.push('third'));
    assert.deepEqual(done, []);
  }
  assert.deepEqual(done, ['third', 'second begins', 'second ends', 'first']);
});

it('The clean-up gives back what it is to dispose of', () => {
  const resource = { [Symbol.asyncDispose]: async () => {}, name: 'x' };
  assert.equal(cleanup().use(resource), resource);
});

it('The clean-up goes on after a step that failed, and throws the first error at the end', async () => {
  const done: string[] = [];
  const undo = cleanup();
  undo.defer(() => done.push('last'));
  undo.defer(() => {
    throw new Error('second error');
  });
  undo.defer(() => Promise.reject(new Error('first error')));
  await assert.rejects(async () => undo[Symbol.asyncDispose](), { message: 'first error' });
  assert.deepEqual(done, ['last']);
});

it('The clean-up does nothing twice', async () => {
  let count = 0;
  const undo = cleanup();
  undo.defer(() => count++);
  await undo[Symbol.asyncDispose]();
  await undo[Symbol.asyncDispose]();
  assert.equal(count, 1);
});

it('The clean-up also undoes what is added while it undoes', async () => {
  const done: string[] = [];
  const undo = cleanup();
  undo.defer(() => done.push('first'));
  undo.defer(() => undo.defer(() => done.push('late')));
  await undo[Symbol.asyncDispose]();
  assert.deepEqual(done, ['late', 'first']);
});
