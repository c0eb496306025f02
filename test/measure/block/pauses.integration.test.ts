/** Runs alone: it looks at the states of a process every millisecond. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPauses } from '../../../src/measure/block/pauses.ts';
import { readProc } from '../../../src/system/kernel/proc-stat.ts';
import { it } from '../../support/unless-late.ts';

const isLinux = process.platform === 'linux';

/** Seen states of a process, by the letter that the kernel gives them: R runs, S sleeps, T is stopped. */
async function statesOf(pid: number, times: number): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let i = 0; i < times; i++) {
    const stat = readProc(`${pid}/stat`) ?? '';
    seen.add(stat.slice(stat.lastIndexOf(')') + 2)[0] as string);
    await sleep(1);
  }
  return seen;
}

describe('pauses', { skip: isLinux ? false : 'processes are looked at through /proc' }, () => {
  it('Pauses stop the processes now and then, and leave them running', async () => {
    const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid as number;
    try {
      const pauses = startPauses([pid], 0.5);
      const during = await statesOf(pid, 400);
      await pauses.finish();
      assert.ok(during.has('T') && during.has('R'), [...during].join());
      const after = await statesOf(pid, 100);
      assert.ok(!after.has('T'), [...after].join());
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('Pauses go on, and end without an error, when the process that they stop ends', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 50)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const pauses = startPauses([child.pid as number], 0.2);
    await once(child, 'exit');
    await assert.doesNotReject(async () => await pauses[Symbol.asyncDispose]());
  });

  it('Pauses that could not be made are an error, since nothing of known size was injected', async () => {
    // Many times all of the time: however late the thread begins, it falls short by more than the periods that are let pass.
    const pauses = startPauses([], 20);
    await sleep(200);
    await assert.rejects(pauses.finish(), /head stood still for .*% of the time, and 2000% were/);
  });

  it('Pauses of no share stop nothing, not even the process that asks for them', async () => {
    await assert.doesNotReject(
      async () => await startPauses([process.pid], 0)[Symbol.asyncDispose](),
    );
  });
});
