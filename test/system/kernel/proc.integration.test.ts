import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { readRss, readRunTimes, socketInodes } from '../../../src/system/kernel/proc.ts';
import { readStat } from '../../../src/system/kernel/proc-stat.ts';
import { environmentHas } from '../../../src/system/processes/mark.ts';
import { markedProcesses, processTree } from '../../../src/system/processes/process-tree.ts';
import { unprivileged } from '../../measure/servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

/** No process has it: above the kernel's largest process id. */
const NOBODY = 2 ** 22 + 1;

it('The reader of /proc reads a live process with a hostile name', linux, async () => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-proc-')));
  const program = join(dir, 'a) Z (c');
  copyFileSync('/bin/sleep', program);
  const child = spawn(program, ['300'], { detached: true, stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    const stat = readStat(child.pid as number);
    assert.equal(stat?.parent, process.pid);
    assert.equal(stat?.group, child.pid);
    assert.equal(stat?.session, child.pid);
    assert.equal(stat?.zombie, false);
    assert.deepEqual(processTree(child.pid as number), [child.pid]);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(dir, { recursive: true, force: true });
  }
});

it('The reader of /proc answers for a process that is gone', linux, () => {
  assert.equal(readStat(NOBODY), null);
  assert.equal(readRss(NOBODY), null);
  assert.deepEqual(readRunTimes(NOBODY), new Map());
  assert.equal(environmentHas(NOBODY, ''), false);
  assert.deepEqual(socketInodes(NOBODY), new Set());
  assert.deepEqual(processTree(NOBODY), []);
});

it('The reader of /proc has a run time for every thread', linux, () => {
  const times = readRunTimes(process.pid);
  assert.ok(times !== null && times.size > 1);
  assert.ok((times.get(process.pid) as number) > 0);
});

it(
  'The reader of /proc finds marked processes by the beginning of their marker',
  linux,
  async () => {
    const child = spawn('sleep', ['300'], {
      stdio: 'ignore',
      env: { ...process.env, THROUGHPUT_GATE_RUN: `probe${process.pid}.7.` },
    });
    try {
      await once(child, 'spawn');
      for (const [marker, found] of [
        [`probe${process.pid}.`, [child.pid]],
        [`probe${process.pid}.7.`, [child.pid]],
        [`probe${process.pid}.71`, []],
        [`robe${process.pid}.`, []],
      ] as const) {
        assert.deepEqual(markedProcesses(marker), found);
      }
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  },
);

it(
  'The reader of /proc tells a process that does not let us look from one without sockets',
  linux,
  async (t) => {
    const child = spawn('sleep', ['300'], { stdio: 'ignore' });
    t.after(() => child.kill('SIGKILL'));
    await once(child, 'spawn');
    assert.deepEqual(socketInodes(child.pid as number), new Set());
    const proc = new URL('../../../src/system/kernel/proc.ts', import.meta.url).href;
    assert.equal(
      await unprivileged(`const { socketInodes } = await import('${proc}');`, 'socketInodes(1)'),
      'null',
    );
  },
);
