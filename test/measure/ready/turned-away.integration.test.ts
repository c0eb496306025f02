/** A server that turns the question away by a code of its protocol is not waited for until the time is up. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { goAwayText, resetText } from '../../../src/load/shared/ended-question.ts';
import { it } from '../../support/unless-late.ts';
import { makeSandbox, node, OK } from '../servers/sandbox.ts';

const wishes = { start: node(OK), timeoutMs: 60_000 };

// All of their time is waiting.
describe('a server that turns the question away', { concurrency: 4 }, () => {
  for (const answer of [resetText('REFUSED_STREAM'), goAwayText('NO_ERROR')]) {
    it(`The gate gives up soon when each answer is: ${answer}`, async (t) => {
      const trying = makeSandbox(t).ready(wishes, { ask: async () => answer });
      await assert.rejects(trying, (error: Error) => {
        assert.match(error.message, /not ready after (\d\.)?\d+ s: GET \/ has no answer, as the/);
        const [, seconds] = /after ([\d.]+) s/.exec(error.message) ?? [];
        assert.ok(Number(seconds) < 30, error.message);
        return true;
      });
    });
  }

  it('The gate waits on where one that refused at first says that it failed itself, and then answers', async (t) => {
    const beganMs = performance.now();
    const ask = async () => {
      const sinceMs = performance.now() - beganMs;
      if (sinceMs < 2000) return resetText('REFUSED_STREAM');
      return sinceMs < 7500 ? resetText('INTERNAL_ERROR') : 200;
    };
    const { host } = await makeSandbox(t).ready(wishes, { ask });
    assert.equal(host, '127.0.0.1');
  });
});
