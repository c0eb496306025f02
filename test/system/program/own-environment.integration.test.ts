/** What a job sets for its servers' Node.js does not reach into our own programs. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startProcess } from '../../../src/load/client.ts';
import { startHolder } from '../../../src/load/hold/client.ts';
import { startGuard } from '../../../src/system/cleanup/guard.ts';

test('Code that NODE_OPTIONS names is loaded by no generator, no holder and no watchdog', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tg-options-'));
  const { NODE_OPTIONS } = process.env;
  t.after(() => {
    if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = NODE_OPTIONS;
    rmSync(dir, { recursive: true, force: true });
  });
  const [code, mark] = [join(dir, 'tracing.cjs'), join(dir, 'was-loaded')];
  writeFileSync(code, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '');`);
  process.env.NODE_OPTIONS = `--require=${code}`;
  await (await startProcess({ core: null, cores: null }))[Symbol.asyncDispose]();
  const { signal } = new AbortController();
  await (await startHolder({ cores: null, signal }))[Symbol.asyncDispose]();
  await startGuard()[Symbol.asyncDispose]();
  assert.equal(existsSync(mark), false);
});
