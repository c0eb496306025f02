/** A write that fails at each of its steps, in a folder and in the cache; in a git branch: the longer tier. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { actionsCacheStore } from '../../../src/history/stores/actions-cache.ts';
import { directoryStore } from '../../../src/history/stores/directory.ts';
import { fakeCache } from '../../support/fake-cache.ts';
import { makeSandbox } from '../../support/git.ts';
import { faulty } from './faults.ts';
import { QUICK } from './remote.ts';

it('A folder is as before or as after a fault at each step', async (t) => {
  const { dir } = makeSandbox(t);
  const steps = ['lock', 'write pending', 'rename pending', 'apply', 'remove pending'] as const;
  const left = await faulty(steps, (before) =>
    directoryStore(`${dir}/h`, { patience: QUICK, ...(before && { before }) }),
  );
  assert.deepEqual(left, {
    lock: 'before',
    'write pending': 'before',
    'rename pending': 'before',
    apply: 'after',
    'remove pending': 'after',
  });
});

it('The Actions cache is as before or as after a fault at each step', async (t) => {
  const { access } = await fakeCache(t);
  const steps = ['look up', 'download', 'reserve', 'upload', 'finish', 'look again'] as const;
  const left = await faulty(steps, (before) =>
    actionsCacheStore({ access, patience: { ...QUICK, longestMs: 30 }, ...(before && { before }) }),
  );
  assert.deepEqual(left, {
    'look up': 'before',
    download: 'before',
    reserve: 'before',
    upload: 'before',
    finish: 'before',
    'look again': 'after',
  });
});
