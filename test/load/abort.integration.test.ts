/** A run that is cancelled ends its load processes: src/load/pool.ts. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGenerator } from '../../src/load/pool.ts';
import { isGroupAlive } from '../../src/system/processes/process-group.ts';
import { commandTarget } from './command/harness.ts';
import { coresFor } from './servers.ts';

const linux = { skip: process.platform !== 'linux' && 'needs /proc and taskset' };

it('A cancelled run takes the load command with it', linux, async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'tg-abort-'));
  t.after(() => rmSync(root, { recursive: true }));
  const controller = new AbortController();
  await using generator = await startGenerator({ cores: null, signal: controller.signal });
  const command = 'echo $$ > started; mv started pid; sleep 600';
  await generator.open('base', commandTarget({ command, timeoutMs: 600_000 }, { root }));
  const running = assert.rejects(generator.slices(['base'], 1), { name: 'GeneratorGone' });
  while (!existsSync(join(root, 'pid'))) await sleep(5);
  const pid = Number(readFileSync(join(root, 'pid'), 'utf8'));
  assert.ok(isGroupAlive(pid));
  controller.abort(new Error('cancelled by the test'));
  await running;
  while (isGroupAlive(pid)) await sleep(5);
});

it('A run has one listener, however many processes there are', linux, async () => {
  const { signal } = new AbortController();
  const generator = await startGenerator({ cores: coresFor(2), signal });
  assert.equal(getEventListeners(signal, 'abort').length, 1);
  await generator[Symbol.asyncDispose]();
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});
