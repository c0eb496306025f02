/** A process that shares its core with another has waited for it, and says so in the slice in which it did. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { ownQueuedUs } from '../../../src/system/kernel/own-queue.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { coresFor } from '../servers.ts';

const skip = ownQueuedUs() === null ? 'the kernel does not count how long a thread waits' : false;

const SLICES = `
  import { SliceClock } from ${JSON.stringify(ownFile('src/load/shared/slice-clock.ts'))};
  const slice = () => {
    const clock = new SliceClock();
    while (performance.now() - clock.startMs < 300);
    return clock.stop();
  };
  console.log(JSON.stringify([slice(), slice()]));
`;

it('Beside another on its core a slice waits for a part of its time, and each for its own', {
  skip,
}, async () => {
  const onFirst = ['-c', String(coresFor(1)[0]), process.execPath];
  const neighbour = spawn('taskset', [...onFirst, '-e', 'console.log(1); for (;;);'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(neighbour.stdout, 'data');
    const { stdout } = await promisify(execFile)('taskset', [
      ...onFirst,
      '--input-type=module',
      '-e',
      SLICES,
    ]);
    for (const { durationUs, generatorCpuUs, generatorQueuedUs } of JSON.parse(stdout)) {
      assert.ok(generatorQueuedUs > 10_000, stdout);
      assert.ok(generatorQueuedUs + generatorCpuUs <= durationUs + 1, stdout);
    }
  } finally {
    neighbour.kill('SIGKILL');
  }
});
