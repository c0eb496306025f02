/** Folders for results, also where there can be none: an error, and never a wait without end. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { makeFolder } from '../../../src/system/files/make-folder.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';

it('The maker of folders makes all that is missing, and takes what is there', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tg-folder-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  makeFolder(join(dir, 'a', 'b', 'c'));
  assert.ok(existsSync(join(dir, 'a', 'b', 'c')));
  makeFolder(join(dir, 'a', 'b'));
  writeFileSync(join(dir, 'file'), '');
  assert.throws(() => makeFolder(join(dir, 'file')), { code: 'EEXIST' });
  assert.throws(() => makeFolder(join(dir, 'file', 'x')), { code: 'EEXIST' });
  symlinkSync(join(dir, 'nowhere'), join(dir, 'link'));
  assert.throws(() => makeFolder(join(dir, 'link', 'x')), { code: 'EEXIST' });
});

it('The maker of folders ends where no folder can be made, as below /proc', {
  skip: process.platform !== 'linux',
}, () => {
  const script = `import { openResults } from ${JSON.stringify(ownFile('src/system/results/results.ts'))};
    try { openResults('/proc/no/such/place'); } catch (error) { console.log(error.message); }`;
  // A process of its own: what does not end could not be ended here.
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  assert.equal(signal, null, 'it never ended');
  assert.match(stdout, /^\/proc\/no\/such\/place: cannot be written: ENOENT/);
});
