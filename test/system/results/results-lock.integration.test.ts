import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, it } from 'node:test';
import { writeWhole } from '../../../src/system/files/whole-file.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { openResults } from '../../../src/system/results/results.ts';
import { lockFolder } from '../../../src/system/results/results-lock.ts';

const root = mkdtempSync(path.join(tmpdir(), 'throughput-gate-lock-'));
after(() => rmSync(root, { recursive: true, force: true }));
let dir: string;
let lock: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(root, 'case-'));
  lock = path.join(dir, '.throughput-gate.lock');
});

/** Another process that opens the folder and says so, or says why it may not. */
async function other(before = ''): Promise<{ child: ChildProcess; said: string }> {
  const module = new URL('../../../src/system/results/results.ts', import.meta.url).href;
  const script = `${before}
    import(${JSON.stringify(module)}).then(({ openResults }) => {
      try { openResults(${JSON.stringify(dir)}); console.log('opened'); setInterval(() => {}, 1e6); }
      catch (error) { console.log(error.name + ': ' + error.message.split('\\n')[0]); }
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: String(said).trim() };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

it('A second run with the same folder is refused while the first one lives, and deletes nothing of it', async () => {
  const { child, said } = await other();
  assert.equal(said, 'opened');
  writeFileSync(path.join(dir, 'verdict.json'), 'of the first');
  writeFileSync(path.join(dir, `plan.json.${child.pid}.part`), 'being written');
  try {
    assert.throws(
      () => openResults(dir),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, new RegExp(`^${dir}: another run \\(process ${child.pid} on `));
        assert.match(error.message, /let this run write to another folder/);
        return true;
      },
    );
    assert.equal(readFileSync(path.join(dir, 'verdict.json'), 'utf8'), 'of the first');
    assert.ok(existsSync(path.join(dir, `plan.json.${child.pid}.part`)));
  } finally {
    await end(child, 'SIGKILL');
  }
});

it('The lock of a killed run is taken over, and what it left half written is removed', async () => {
  const { child } = await other();
  await end(child, 'SIGKILL');
  assert.ok(existsSync(lock));
  writeFileSync(path.join(dir, `measurement.json.${child.pid}.part`), '{"half":');
  writeFileSync(path.join(dir, `mine.json.${child.pid}.part`), 'no file of ours');
  openResults(dir);
  assert.deepEqual(readdirSync(dir).sort(), [
    '.throughput-gate.lock',
    `mine.json.${child.pid}.part`,
  ]);
  assert.ok(holder().startsWith(`${process.pid}-`));
});

it('The lock goes with the process that held it', async () => {
  const { child, said } = await other('process.stdin.once("end", () => process.exit(0)).resume();');
  assert.equal(said, 'opened');
  child.stdin?.end();
  await once(child, 'exit');
  assert.deepEqual(readdirSync(dir), []);
});

it('Another process of the same id is not taken for the holder', {
  skip: process.platform !== 'linux',
}, () => {
  const [pid, , host] = holderOf(mkdtempSync(path.join(root, 'probe-'))).split('-');
  mkdirSync(path.join(lock, `${pid}-1-${host}`), { recursive: true });
  lockFolder(dir);
  assert.notEqual(holder().split('-')[1], '1');
});

it('A lock of another host, or one that is none, counts until it has not been touched for two minutes', () => {
  for (const make of [
    () => mkdirSync(path.join(lock, '1-5-elsewhere'), { recursive: true }),
    () => mkdirSync(lock),
    () => mkdirSync(path.join(lock, 'no holder'), { recursive: true }),
    () => writeFileSync(lock, 'a file'),
  ]) {
    rmSync(lock, { recursive: true, force: true });
    make();
    assert.throws(() => lockFolder(dir), /another run.*is writing its results there/);
    const longAgo = new Date(Date.now() - 180_000);
    utimesSync(lock, longAgo, longAgo);
  }
  lockFolder(dir);
  assert.ok(holder().startsWith(`${process.pid}-`));
});

it('Git sees nothing of a lock, so that it is no uncommitted change', () => {
  execFileSync('git', ['init', '-q', dir]);
  lockFolder(dir);
  assert.ok(existsSync(lock));
  const args = ['-C', dir, 'status', '--porcelain', '--untracked-files=all'];
  assert.equal(execFileSync('git', args, { encoding: 'utf8' }), '');
});

it('A link in place of the lock is not followed', () => {
  const target = path.join(root, 'target');
  symlinkSync(target, lock);
  assert.throws(() => lockFolder(dir));
  assert.ok(!existsSync(target));
});

it('A file that is written again takes what a killed process left of it along', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const file = path.join(dir, 'kept.json');
  writeFileSync(`${file}.${child.pid}.part`, 'half');
  writeFileSync(`${file}.1.part`, 'of a process that lives');
  writeWhole(file, 'whole');
  assert.deepEqual(readdirSync(dir).sort(), ['kept.json', 'kept.json.1.part']);
});

/** What the lock of the case says. */
function holder(): string {
  return readdirSync(lock)[0] as string;
}

function holderOf(folder: string): string {
  lockFolder(folder);
  return readdirSync(path.join(folder, '.throughput-gate.lock'))[0] as string;
}
