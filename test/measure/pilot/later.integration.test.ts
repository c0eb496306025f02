/** Whether a server answers as expected a while later. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { answersLater } from '../../../src/measure/pilot/later.ts';

/** Answers so each time; the last one for ever. */
function answering(...answers: (boolean | null)[]): () => Promise<boolean | null> {
  let at = 0;
  return async () => answers[Math.min(at++, answers.length - 1)] as boolean | null;
}
const never = new AbortController().signal;

it('A server that was not ready yet is told by good answers in a row', async () => {
  const ms = await answersLater(answering(false, false, true), never);
  assert.ok(ms !== null && ms > 0);
});

it('A server that fails now and then, or for one request, was ready', async () => {
  assert.equal(await answersLater(answering(true), never), null);
  assert.equal(await answersLater(answering(false, null), never), null);
});

it('A server that answers no better is not waited for any longer', async () => {
  let turn = 0;
  const flapping = async () => ++turn % 3 === 0;
  assert.equal(await answersLater(flapping, never), null);
  assert.equal(await answersLater(answering(false), never), null);
});
