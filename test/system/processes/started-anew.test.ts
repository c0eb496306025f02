/** Whether a program that was asked to end is started again. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { anewSince } from '../../../src/system/processes/started-anew.ts';

const one = (pid: number, startTicks = 100) => ({ pid, startTicks });
const PROGRAMS = new Map([
  [1, 'bash'],
  [2, 'uwsgi'],
  [3, 'uwsgi'],
  [4, 'bash'],
  [5, 'pg_dump'],
]);
const program = (pid: number) => PROGRAMS.get(pid) ?? null;

it('A program that runs again under another number was started anew', () => {
  const isAnew = anewSince([one(1), one(2)], program);
  assert.equal(isAnew([one(1), one(3, 200)]), true);
  assert.equal(isAnew([one(1), one(2, 200)]), true, 'numbers are given again');
});

it('Who is there still, a shell, and what was not there before, are no server that started anew', () => {
  const isAnew = anewSince([one(1), one(2)], program);
  assert.equal(isAnew([one(1), one(2)]), false);
  assert.equal(isAnew([one(4, 200)]), false);
  assert.equal(isAnew([one(5, 200)]), false);
  assert.equal(isAnew([one(99, 200)]), false);
});
