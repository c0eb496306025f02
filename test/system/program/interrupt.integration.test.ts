/** What a program does at the first, the second and the third signal, with a clean-up that never ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { until } from '../../measure/servers/sandbox.ts';
import { it as test } from '../../support/unless-late.ts';

/** Longer than the time within which a second signal is taken for an echo of the first. */
const APART_MS = 900;

const PROGRAM = `
import { abortOnSignals } from ${JSON.stringify(ownFile('src/system/program/interrupt.ts'))};
const signal = abortOnSignals();
signal.addEventListener('abort', () => console.log('aborted: ' + signal.reason.message));
setInterval(() => {}, 1000);
console.log('up');
`;

/**
 * Sends these signals, far enough apart to be meant, and says how the program ended. The second is sent once the first was
 * heard, so that a program which comes to both late does not take it for an echo.
 */
async function after(...signals: NodeJS.Signals[]) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  try {
    await once(child.stdout, 'data');
    for (const [index, signal] of signals.entries()) {
      if (index > 0) await sleep(APART_MS);
      child.kill(signal);
      if (index === 0) await until('the program aborts', () => stdout.includes('aborted'));
    }
    // Two are for a clean-up that may take its time; a third one is for none.
    const closed = once(child, 'close');
    const ended = await (signals.length > 2 ? closed : Promise.race([closed, sleep(APART_MS)]));
    return { code: ended === undefined ? 'runs on' : child.exitCode, stdout, stderr };
  } finally {
    child.kill('SIGKILL');
  }
}

const skip = process.platform === 'win32' && 'there are no such signals';

test('The first signal aborts once, and the program ends by itself', { skip }, async () => {
  const { code, stdout, stderr } = await after('SIGINT');
  assert.equal(code, 'runs on');
  assert.equal(stdout, 'up\naborted: interrupted by SIGINT\n');
  assert.equal(stderr, '');
});

test('The third signal ends the program at once, with the exit code of the first', {
  skip,
}, async () => {
  const { code, stdout, stderr } = await after('SIGINT', 'SIGTERM', 'SIGINT');
  assert.equal(code, 130);
  assert.equal(stdout, 'up\naborted: interrupted by SIGINT\n');
  assert.match(stderr, /^not waiting for the clean-up any longer: the watchdog goes on with it\n$/);
});
