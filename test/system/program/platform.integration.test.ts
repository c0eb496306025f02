import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { coreNotes } from '../../../src/preflight/machine.ts';
import { platformNotes } from '../../../src/system/program/platform.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'throughput-gate-platform-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** A program as Windows would start it, as far as `process.platform` says. */
function onWindows(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const preload = path.join(dir, 'windows.cjs');
  writeFileSync(preload, "Object.defineProperty(process, 'platform', { value: 'win32' });");
  const cwd = mkdtempSync(path.join(dir, 'cwd-'));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', preload, ownFile(program), ...args],
    { cwd, encoding: 'utf8', env: { ...process.env, ...env }, timeout: 30_000 },
  );
  return { code: status, text: stdout + stderr, left: readdirSync(cwd) };
}

it('Windows is refused with one sentence and exit code 2, by every command that measures', () => {
  for (const args of [['run', '--start', 'x'], ['plan'], ['demo'], ['self-test']]) {
    const { code, text, left } = onWindows('src/cli.ts', args);
    assert.equal(code, 2, text);
    assert.match(text, /servers cannot be measured on Windows: .*\n.*ubuntu-latest.*WSL/);
    assert.doesNotMatch(text, /^\s+at /m);
    assert.deepEqual(left, []);
  }
});

it('Files are judged and rendered on Windows too', () => {
  const { code, text } = onWindows('src/cli.ts', ['judge', 'none.json']);
  assert.equal(code, 2);
  assert.match(text, /none\.json: cannot be read: ENOENT/);
});

it('The action refuses Windows before it reads an input', () => {
  const { code, text } = onWindows('src/action.ts', [], {
    INPUT_COMMENT: 'alway',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SHA: '5'.repeat(40),
    GITHUB_STEP_SUMMARY: '',
    GITHUB_OUTPUT: '',
  });
  assert.equal(code, 2, text);
  assert.match(text, /servers cannot be measured on Windows/);
  assert.doesNotMatch(text, /alway/);
});

it('What other platforms cannot do is told once, and nothing on Linux', () => {
  const cores = { note: 'cores can be pinned on Linux only' };
  assert.deepEqual(platformNotes('linux'), []);
  assert.deepEqual(coreNotes({ note: null }, 'linux'), []);
  assert.deepEqual(coreNotes(cores, 'linux'), [cores.note]);
  assert.match(coreNotes(cores, 'darwin').join('\n'), /^on macOS nothing is pinned, and [^\n]*$/);
  assert.match(
    coreNotes(cores, 'freebsd').join('\n'),
    /^nobody has tried this program on freebsd: [^\n]*$/,
  );
});
