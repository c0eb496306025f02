import assert from 'node:assert/strict';
import { it } from 'node:test';
import { meetGroups } from '../../../src/measure/pilot/pilot-run.ts';
import type { Arm } from '../../../src/terms/arm.ts';

/** A started group that notes what becomes of it. */
function group(arms: readonly Arm[], notes: string[]) {
  notes.push(`start ${arms.join()}`);
  return {
    arms,
    [Symbol.asyncDispose]: async () => {
      notes.push(`stop ${arms.join()}`);
    },
  };
}

it('Each group is started, met and stopped before the next one, and the slowest start counts', async () => {
  const notes: string[] = [];
  const slowestMs = await meetGroups([['base'], ['head']] as const, {
    start: async (arms) => group(arms, notes),
    startMs: ({ arms }) => (arms[0] === 'base' ? 9_000 : 4_000),
    meet: async ({ arms }) => {
      notes.push(`meet ${arms.join()}`);
    },
  });
  const each = (arm: Arm) => [`start ${arm}`, `meet ${arm}`, `stop ${arm}`];
  assert.deepEqual(notes, [...each('base'), ...each('head')]);
  assert.ok(slowestMs >= 9_000, `${slowestMs}`);
});

it('A group that fails is stopped, its failure is told, and no other one is started', async () => {
  const notes: string[] = [];
  await assert.rejects(
    meetGroups([['base', 'head'], ['head']] as const, {
      start: async (arms) => group(arms, notes),
      startMs: () => 1,
      meet: () => Promise.reject(new Error('head: the server ended')),
    }),
    /^Error: head: the server ended$/,
  );
  assert.deepEqual(notes, ['start base,head', 'stop base,head']);
});
