/** `throughput-gate history remove`: what a store has of a subject that is gone from the code. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { REMOVE } from '../../src/commands/history/remove.ts';
import { lineText } from '../../src/history/line.ts';
import { badgePath, damagedPath, linesPath, olderPath } from '../../src/history/paths.ts';
import { lineOf, memoryStore } from '../support/history.ts';

const OLD = { server: 'api', scenario: 'getOrders' };
const NEAR = { server: 'api', scenario: 'getorders' };

function held() {
  return memoryStore({
    [linesPath(OLD)]: lineText(lineOf(2, { subject: OLD })),
    [olderPath(OLD, 1)]: lineText(lineOf(1, { subject: OLD })),
    [damagedPath(OLD)]: 'x\n',
    [badgePath(OLD)]: '{}',
    [linesPath(NEAR)]: lineText(lineOf(1, { subject: NEAR })),
    [badgePath(NEAR)]: '{}',
    'history.html': '<p>',
  });
}

function remove(store: ReturnType<typeof held>, subject: string, flags = {}, may = async () => {}) {
  const { signal } = new AbortController();
  const given = { store, flags, cwd: '/', signal, repository: async () => null };
  return REMOVE.run({ ...given, assertMayWrite: may }, [subject]);
}

const pathsOf = (store: ReturnType<typeof held>) => store.read(async ({ paths }) => [...paths]);

it('A removed subject leaves nothing of its own in the store, and all of every other subject', async () => {
  const store = held();
  const { text, exitCode } = await remove(store, 'api/getOrders');
  assert.match(text, /^Removed api\/getOrders: 2 runs in the memory\./);
  assert.equal(exitCode, 0);
  const left = [linesPath(NEAR), badgePath(NEAR), 'history.html'].sort();
  assert.deepEqual((await pathsOf(store)).sort(), left);
  await assert.rejects(remove(store, 'api/getOrders'), /holds no subject api\/getOrders/);
});

it('A dry run of a removal says what would go and writes nothing', async () => {
  const store = held();
  const before = await pathsOf(store);
  const { text } = await remove(store, 'api/getOrders', { dryRun: true });
  assert.equal(text, 'Would remove api/getOrders: 2 runs in the memory.\n');
  assert.deepEqual(await pathsOf(store), before);
});

it('Who may not write the history removes nothing, and is told so first', async () => {
  const store = held();
  const before = await pathsOf(store);
  const refuse = async () => {
    throw new Error('not in this job');
  };
  await assert.rejects(remove(store, 'api/getOrders', {}, refuse), /not in this job/);
  assert.deepEqual(await pathsOf(store), before);
});
