import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ProgramCopies } from '../../../src/measure/programs/program-copies.ts';
import { until } from '../servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };
const ARMS = ['base', 'head'] as const;

/** Two trees with one program each, `bin/server`, that runs until the test is over. */
function makeTrees(t: TestContext) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tg-programs-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const dirs = { base: join(root, 'base'), head: join(root, 'head') };
  const programs = { base: join(dirs.base, 'bin/server'), head: join(dirs.head, 'bin/server') };
  for (const arm of ARMS) {
    mkdirSync(join(dirs[arm], 'bin'), { recursive: true });
    copyFileSync(realpathSync('/bin/sleep'), programs[arm]);
    chmodSync(programs[arm], 0o750);
    utimesSync(programs[arm], 1_700_000_000, 1_700_000_000);
  }
  return { dirs, programs };
}

/** Runs these for a moment, while `copies` looks at them. */
async function see(
  copies: ProgramCopies,
  commands: Readonly<Record<'base' | 'head', string>>,
  server = 'api',
) {
  const children: ChildProcess[] = [];
  for (const arm of ARMS) {
    const child = spawn(commands[arm], ['60'], { stdio: 'ignore' });
    children.push(child);
    await until('it sleeps', () => /\bsleep|nanosleep/.test(wchanOf(child.pid as number)));
    copies.saw(server, arm, [child.pid as number]);
  }
  for (const child of children) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

function wchanOf(pid: number): string {
  // Started, and past the loader: its argument is read.
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];
  return maps.includes('/server') && state === 'S' ? 'sleep' : '';
}

const facts = (file: string) => {
  const { mode, mtimeMs, uid, gid, size } = statSync(file);
  return { mode, mtimeMs, uid, gid, size, bytes: readFileSync(file).toString('base64') };
};

describe('copies of programs', () => {
  it(
    'Copies of programs are new files with the same bytes, mode and times, for both arms in every block',
    linux,
    async (t) => {
      const { dirs, programs } = makeTrees(t);
      const copies = new ProgramCopies(dirs);
      await see(copies, programs);
      const before = ARMS.map((arm) => facts(programs[arm]));
      const seen = new Set(ARMS.map((arm) => statSync(programs[arm]).ino));
      for (let block = 0; block < 2; block++) {
        // The old file is still open here, so that its number cannot come again.
        const held = ARMS.map((arm) => spawn(programs[arm], ['60'], { stdio: 'ignore' }));
        t.after(() => held.map((child) => child.kill('SIGKILL')));
        await Promise.all(held.map((child) => once(child, 'spawn')));
        const copied = await copies.renew('api', ARMS);
        assert.deepEqual([copied?.files, copied?.lacking], [2, null]);
        for (const arm of ARMS) {
          const { ino } = statSync(programs[arm]);
          assert.ok(!seen.has(ino), `block ${block}: ${arm} has an old file`);
          seen.add(ino);
        }
      }
      assert.deepEqual(
        ARMS.map((arm) => facts(programs[arm])),
        before,
      );
      assert.deepEqual(readdirSync(join(dirs.base, 'bin')), ['server']);
    },
  );

  it('Copies of programs that two servers execute are made for each of them', linux, async (t) => {
    const { dirs, programs } = makeTrees(t);
    const copies = new ProgramCopies(dirs);
    await see(copies, programs);
    await see(copies, programs, 'other');
    for (const server of ['api', 'other', 'api']) {
      const copied = await copies.renew(server, ARMS);
      assert.deepEqual([copied?.files, copied?.lacking], [2, null], server);
    }
  });

  it(
    'Copies of programs are not made of what is outside the trees, nor of a server that was never seen',
    linux,
    async (t) => {
      const { dirs } = makeTrees(t);
      const copies = new ProgramCopies(dirs);
      assert.equal(await copies.renew('api', ARMS), null);
      copies.saw('api', 'base', [process.pid]);
      assert.equal(await copies.renew('api', ARMS), null);
    },
  );

  it(
    'A runtime is shared where the process of either arm that works most runs no executable of its own tree',
    linux,
    async (t) => {
      const { dirs, programs } = makeTrees(t);
      const copies = new ProgramCopies(dirs);
      assert.equal(copies.isOnSharedRuntime('api'), false, 'unseen');
      copies.saw('api', 'base', [2 ** 22 + 1]);
      assert.equal(copies.isOnSharedRuntime('api'), false, 'not readable');
      await see(copies, programs);
      assert.equal(copies.isOnSharedRuntime('api'), false);
      copies.saw('other', 'base', [process.pid]);
      assert.equal(copies.isOnSharedRuntime('other'), true);
      assert.equal(copies.isOnSharedRuntime('api'), false);
      // A helper of the tree that does nothing, beside an interpreter that has worked for more than a tick, and one process that has ended.
      const helper = spawn(programs.head, ['60'], { stdio: 'ignore' });
      t.after(() => helper.kill('SIGKILL'));
      await once(helper, 'spawn');
      copies.saw('api', 'head', [helper.pid as number, process.pid, 2 ** 22 + 1]);
      assert.equal(copies.isOnSharedRuntime('api'), true);
    },
  );

  it(
    'Copies of programs leave symbolic links and other names of the file alone',
    linux,
    async (t) => {
      const { dirs, programs } = makeTrees(t);
      const started = { base: join(dirs.base, 'start'), head: join(dirs.head, 'start') };
      for (const arm of ARMS) symlinkSync('bin/server', started[arm]);
      const store = join(dirs.base, '..', 'store');
      linkSync(programs.base, store);
      const copies = new ProgramCopies(dirs);
      await see(copies, started);
      assert.equal((await copies.renew('api', ARMS))?.files, 2);
      assert.equal(realpathSync(started.base), programs.base);
      assert.notEqual(statSync(programs.base).ino, statSync(store).ino);
      assert.equal(readFileSync(store).equals(readFileSync(programs.base)), true);
    },
  );

  it(
    'Copies of programs are made for neither arm where one cannot have them, and it is told from then on',
    linux,
    async (t) => {
      const { dirs, programs } = makeTrees(t);
      const copies = new ProgramCopies(dirs);
      await see(copies, programs);
      const inodes = ARMS.map((arm) => statSync(programs[arm]).ino);
      appendFileSync(programs.head, 'x');
      for (let block = 0; block < 2; block++) {
        const copied = await copies.renew('api', ARMS);
        assert.deepEqual([copied?.files, copied?.lacking], [0, 'changed']);
      }
      assert.deepEqual(
        ARMS.map((arm) => statSync(programs[arm]).ino),
        inodes,
      );
      assert.deepEqual(readdirSync(join(dirs.base, 'bin')), ['server']);
    },
  );

  it('Copies of programs of more than half a gigabyte are not made', linux, async (t) => {
    const { dirs, programs } = makeTrees(t);
    // Without blocks on the disk.
    truncateSync(programs.base, 600 * 1024 * 1024);
    const copies = new ProgramCopies(dirs);
    await see(copies, programs);
    assert.equal((await copies.renew('api', ARMS))?.lacking, 'too-large');
  });
});
