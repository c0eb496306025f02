import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ownFile } from '../../../src/system/program/runtime.ts';

/** Files whose promises are never kept: whoever awaits one waits for nothing that holds the program open. */
const NEVER = `data:text/javascript,${encodeURIComponent(`
  import { promises } from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  for (const name of ['access', 'open', 'readFile', 'mkdir', 'stat']) promises[name] = () => new Promise(() => {});
  syncBuiltinESMExports();
`)}`;

function ended(t: TestContext, program: string, args: string[], env: NodeJS.ProcessEnv) {
  const dir = mkdtempSync(join(tmpdir(), 'tg-standstill-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const outputs = join(dir, 'outputs');
  writeFileSync(outputs, '');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', NEVER, ownFile(program), ...args],
    {
      cwd: dir,
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: process.env.PATH, GITHUB_OUTPUT: outputs, GITHUB_WORKSPACE: dir, ...env },
    },
  );
  return { status, printed: stdout + stderr, outputs: readFileSync(outputs, 'utf8') };
}

test('A command that waits for nothing any more ends as broken, and not with the exit code of a green check', (t) => {
  const { status, printed } = ended(t, 'src/cli.ts', ['report', 'verdict.json'], {});
  assert.equal(status, 3, printed);
  assert.match(printed, /unexpected error, please report it:\nError: it stopped in the middle/);
});

test('A step that waits for nothing any more is invalid, and says so', (t) => {
  const { status, printed, outputs } = ended(t, 'src/action.ts', [], {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'schedule',
    GITHUB_REPOSITORY: 'octo/app',
    INPUT_START: 'node server.js',
  });
  assert.equal(status, 3, printed);
  assert.match(
    printed,
    /^::error title=Throughput Gate failed unexpectedly.*stopped in the middle/m,
  );
  assert.match(outputs, /verdict<<(\S+)\ninvalid\n\1/);
});
