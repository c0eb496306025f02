import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startGuard } from '../../../src/system/cleanup/guard.ts';
import { allPids, readStat } from '../../../src/system/kernel/proc-stat.ts';
import { MARKER, markedProcesses } from '../../../src/system/processes/process-tree.ts';
import { isAlive, until } from '../../measure/servers/sandbox.ts';
import { it } from '../../support/unless-late.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

function scratch(t: TestContext): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-guard-')));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A process that ignores SIGTERM, in a session of its own, as a stubborn server might be. */
async function stubborn(t: TestContext, marker: string): Promise<number> {
  const program = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', program], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, [MARKER]: marker },
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid as number;
}

/** A gate that does nothing but to have a guard with these duties. */
async function gateWith(t: TestContext, duties: object[]) {
  const guard = JSON.stringify(
    new URL('../../../src/system/cleanup/guard.ts', import.meta.url).href,
  );
  const program = `
    const { startGuard } = await import(${guard});
    const guard = startGuard();
    for (const duty of ${JSON.stringify(duties)}) guard.add(duty);
    process.stdout.write("up");
    setInterval(() => {}, 1000);`;
  const gate = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RUNNER_TRACKING_ID: 'github_test' },
  });
  t.after(() => gate.kill('SIGKILL'));
  await once(gate.stdout, 'data');
  return gate;
}

it('The watchdog cleans up after a gate that was killed', linux, async (t) => {
  const dir = scratch(t);
  const folder = join(dir, 'folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'built.bin'), 'x');
  const marker = `guard-${process.pid}-killed.`;
  const pid = await stubborn(t, `${marker}1.`);
  const spared = await stubborn(t, `guard-${process.pid}-other.1.`);
  const gate = await gateWith(t, [{ kill: marker }, { remove: folder }]);
  assert.ok(isAlive(pid) && existsSync(folder));
  gate.kill('SIGKILL');
  await until('the processes are gone', () => markedProcesses(marker).length === 0);
  await until('the folder is gone', () => !existsSync(folder));
  assert.ok(isAlive(spared));
});

it('The watchdog outlives the signals that end the gate', linux, async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const folder = join(scratch(t), 'folder');
    mkdirSync(folder);
    const gate = await gateWith(t, [{ remove: folder }]);
    process.kill(await watchdogOf(gate.pid as number), signal);
    gate.kill(signal);
    await until(`the folder is gone after ${signal}`, () => !existsSync(folder));
    assert.ok(!existsSync(folder), signal);
  }
});

it('The watchdog is not ended with the job by which GitHub tracks the gate', linux, async (t) => {
  const gate = await gateWith(t, []);
  const environment = readFileSync(`/proc/${await watchdogOf(gate.pid as number)}/environ`, 'utf8');
  const entries = environment.split('\0');
  assert.ok(entries.includes('RUNNER_TRACKING_ID='));
  assert.ok(entries.some((entry) => entry.startsWith('PATH=')));
});

it('The watchdog does its duties and ends when the gate is done with it', linux, async (t) => {
  const folder = join(scratch(t), 'folder');
  mkdirSync(folder);
  const marker = `guard-${process.pid}-done.`;
  const pid = await stubborn(t, `${marker}1.`);
  const guard = startGuard();
  guard.add({ kill: marker });
  guard.add({ remove: folder });
  await guard[Symbol.asyncDispose]();
  assert.equal(isAlive(pid), false);
  assert.equal(existsSync(folder), false);
});

it('A watchdog that has nothing left to do ends without an error', async (t) => {
  const guard = startGuard();
  guard.add({ kill: `guard-${process.pid}-nobody.` });
  guard.add({ remove: join(scratch(t), 'never-made') });
  await assert.doesNotReject(async () => await guard[Symbol.asyncDispose]());
});

/** The gate's watchdog, once it has begun to catch SIGHUP, the last of its signals. */
async function watchdogOf(gate: number): Promise<number> {
  let found: number | undefined;
  await until('the watchdog runs', () => {
    found = allPids().find((pid) => readStat(pid)?.parent === gate && catchesHangUp(pid));
    return found !== undefined;
  });
  return found as number;
}

function catchesHangUp(pid: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number.parseInt(/^SigCgt:\s*\w*(\w)$/m.exec(status)?.[1] ?? '0', 16) & 1) === 1;
}
