import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GeneratorGone,
  GeneratorStopped,
  HelperProcess,
  type HelperReply,
  type HelperRequest,
} from '../../../src/load/worker/process.ts';
import { it } from '../../support/unless-late.ts';

const NAMES = { who: 'The helper', failed: 'The helper failed', by: 'load generator' } as const;

/** `quick`: answers at once; `slow`: after 300 ms; `loop`: never again; `never`: alive, but no answer. */
function start(t: TestContext, pings?: { everyMs: number; silent: number }) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-helper-')));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const serve = new URL('../../../src/load/worker/serve.ts', import.meta.url).href;
  const file = join(dir, 'helper.mjs');
  writeFileSync(
    file,
    `import { serveGate } from '${serve}';
    serveGate('It', async ({ op }) => {
      if (op === 'loop') for (;;);
      if (op === 'never') await new Promise(() => {});
      if (op === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
      return {};
    });`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  t.after(() => child.kill('SIGKILL'));
  const helper = new HelperProcess<HelperRequest, HelperReply>(child, NAMES, undefined, pings);
  t.after(() => helper[Symbol.asyncDispose]());
  return { helper, child };
}

it('The gate ends a process that does not do in time what it was asked to', async (t) => {
  const { helper, child } = start(t);
  await helper.ready;
  assert.deepEqual(await helper.call({ op: 'quick' }, 60_000), { id: 1, ok: true });
  const told = /The helper did not do what it was asked to \(never\) within 100ms\.$/;
  await assert.rejects(helper.call({ op: 'never' }, 100), (error: Error) => {
    assert.ok(error instanceof GeneratorGone);
    assert.match(error.message, told);
    return true;
  });
  assert.equal(child.signalCode, 'SIGKILL');
  await assert.rejects(helper.call({ op: 'quick' }, 60_000), told);
});

for (const [what, op] of [
  ['loops', 'loop'],
  ['was stopped', 'never'],
] as const) {
  it(`The gate gives up on a process that ${what}, long before its time is up`, async (t) => {
    const { helper, child } = start(t, { everyMs: 50, silent: 4 });
    await helper.ready;
    const call = helper.call({ op }, 600_000);
    if (op === 'never') child.kill('SIGSTOP');
    await assert.rejects(call, /^GeneratorGone: The helper gave no sign of life for 0\.2 s: it is/);
    assert.equal(child.signalCode, 'SIGKILL');
  });
}

it('The gate bears with a process that is only slow', async (t) => {
  const { helper } = start(t, { everyMs: 20, silent: 100 });
  await helper.ready;
  assert.deepEqual(await helper.call({ op: 'slow' }, 60_000), { id: 1, ok: true });
});

it('The gate takes no figures from a process that stood still meanwhile', async (t) => {
  const { helper, child } = start(t);
  await helper.ready;
  const call = helper.call({ op: 'slow' }, 60_000);
  child.kill('SIGSTOP');
  await sleep(20);
  child.kill('SIGCONT');
  await assert.rejects(call, (error: Error) => {
    assert.ok(error instanceof GeneratorStopped);
    assert.match(error.message, /^The helper was stopped for a while/);
    return true;
  });
  assert.deepEqual(await helper.call({ op: 'quick' }, 60_000), { id: 2, ok: true });
});
