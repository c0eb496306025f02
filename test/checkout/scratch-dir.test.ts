import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeScratchDir } from '../../src/checkout/scratch-dir.ts';
import { UserError } from '../../src/system/messages/problem.ts';

test('A temporary folder that is not there, or cannot be written, is told in a sentence', async (t) => {
  const { RUNNER_TEMP } = process.env;
  t.after(() => {
    if (RUNNER_TEMP === undefined) delete process.env.RUNNER_TEMP;
    else process.env.RUNNER_TEMP = RUNNER_TEMP;
  });
  for (const temp of ['/nowhere', '/proc']) {
    process.env.RUNNER_TEMP = temp;
    await assert.rejects(
      makeScratchDir(),
      (error) =>
        error instanceof UserError &&
        error.message.startsWith(`${temp}: no folder can be made in it: `) &&
        /RUNNER_TEMP or TMPDIR/.test(error.message),
    );
  }
});
