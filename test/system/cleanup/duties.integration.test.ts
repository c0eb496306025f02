import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { doDuties, readDuty } from '../../../src/system/cleanup/duties.ts';
import { NotRemoved, removeFolder } from '../../../src/system/cleanup/remove.ts';

function scratch(t: TestContext): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-duties-')));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A file that not even root can remove; false where the file system or the rights do not allow it. */
function makeImmutable(file: string): boolean {
  writeFileSync(file, 'x');
  try {
    execFileSync('chattr', ['+i', file], { stdio: 'ignore' });
  } catch {
    return false;
  }
  return true;
}

it('The watchdog reads the duties, and nothing that makes no sense', () => {
  const command = { pid: 4711, startTicks: 12 };
  for (const duty of [
    { kill: 'a.' },
    { remove: '/tmp/x' },
    { command, marker: 'a.1.' },
    { withdrawn: 4711 },
  ]) {
    assert.deepEqual(readDuty(JSON.stringify(duty)), duty);
  }
  for (const line of [
    '',
    '{',
    'null',
    '[]',
    '7',
    '{"kill":""}',
    '{"remove":7}',
    '{"forget":"/tmp/x"}',
    '{"command":{"pid":1,"startTicks":0},"marker":"a."}',
    '{"command":{"pid":-4711,"startTicks":0},"marker":"a."}',
    '{"command":{"pid":4711},"marker":"a."}',
  ]) {
    assert.equal(readDuty(line), null, line);
  }
});

it('The watchdog does each duty, whichever fails, and names what is left', async (t) => {
  const dir = scratch(t);
  const [first, second] = [join(dir, 'first'), join(dir, 'second')];
  for (const folder of [first, second]) mkdirSync(join(folder, 'deep'), { recursive: true });
  for (const name of ['a', 'z']) writeFileSync(join(first, 'deep', name), 'x');
  if (!makeImmutable(join(first, 'deep', 'm'))) return t.skip('no immutable files here');
  let left: string[];
  try {
    left = await doDuties([{ remove: first }, { remove: second }]);
  } finally {
    execFileSync('chattr', ['-i', join(first, 'deep', 'm')]);
  }
  const owner = process.getuid?.() === 0 ? 'root' : `user ${process.getuid?.()}`;
  assert.deepEqual(left, [
    `${first}: ${join(first, 'deep', 'm')}: EPERM (immutable?), owner ${owner}`,
  ]);
  assert.equal(existsSync(second), false);
  // All else in the folder is gone.
  assert.equal(existsSync(join(first, 'deep', 'a')) || existsSync(join(first, 'deep', 'z')), false);
});

it('The watchdog says nothing when all is done', async (t) => {
  const dir = join(scratch(t), 'x');
  mkdirSync(dir);
  assert.deepEqual(await doDuties([{ kill: 'nobody-at-all.' }, { remove: dir }]), []);
});

it('The watchdog removes folders that a build has closed', async (t) => {
  const dir = join(scratch(t), 'x');
  mkdirSync(join(dir, 'cache', 'module'), { recursive: true });
  writeFileSync(join(dir, 'cache', 'module', 'file'), 'x');
  execFileSync('chmod', ['-R', 'a-w', dir]);
  await removeFolder(dir);
  assert.equal(existsSync(dir), false);
  await removeFolder(dir);
});

it('The watchdog counts what it does not name', () => {
  const stuck = ['a', 'b', 'c', 'd', 'e'].map((path) => ({ path, code: 'EACCES', owner: 0 }));
  assert.equal(
    new NotRemoved('/x', stuck).message,
    '/x: a: EACCES, owner root; b: EACCES, owner root; c: EACCES, owner root, and 2 more',
  );
});
