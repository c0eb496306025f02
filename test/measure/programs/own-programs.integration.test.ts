/** Two builds that install over each other are one build: base's server must run base's files. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BuildTimes, notItsOwn } from '../../../src/measure/programs/own-programs.ts';
import { versus } from '../../support/contenders.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };
/** Longer than a tick of the clock that stamps files. */
const TICK_MS = 30;
const WAITS = 'setInterval(() => {}, 1000); console.log("up")';

function setUp(t: TestContext) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tg-programs-')));
  const children: ChildProcess[] = [];
  t.after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  const dirs = { base: join(root, 'base'), head: join(root, 'head') };
  const shared = join(root, 'shared');
  for (const dir of [dirs.base, dirs.head, shared]) mkdirSync(dir);
  const times = new BuildTimes();
  /** As if `act` were what the arm's build does. */
  const build = async (arm: 'base' | 'head', act: () => void) => {
    act();
    await sleep(TICK_MS);
    times.built('api', arm);
    await sleep(TICK_MS);
  };
  /** Starts it in base's tree, and asks once it is up. */
  const asked = async (file: string, ...args: string[]) => {
    const child = spawn(file, args, { cwd: dirs.base, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return notItsOwn([child.pid as number], {
      arm: 'base',
      names: { base: 'base', head: 'head' },
      dirs,
      window: times.after({ name: 'api' }, 'base'),
    });
  };
  return { root, shared, dirs, build, asked };
}

describe('a program of base', linux, () => {
  it('A program of base that head’s build has written over is not base’s any more', async (t) => {
    const { shared, build, asked } = setUp(t);
    const script = join(shared, 'server.js');
    for (const arm of ['base', 'head'] as const) {
      await build(arm, () => writeFileSync(script, `${WAITS} // ${arm}`));
    }
    const why = (await asked(process.execPath, '--no-warnings', script)) ?? '';
    assert.match(
      why,
      /^head's build wrote files that base's server runs as well \(\S+server\.js\)/,
    );
  });

  it('A program of base is noticed as an executable, by a relative way, and as a list of archives', async (t) => {
    const { shared, build, asked } = setUp(t);
    const [program, archive] = [join(shared, 'sleeper'), join(shared, 'app.jar')];
    await build('base', () => {});
    await build('head', () => {
      copyFileSync('/bin/sh', program);
      chmodSync(program, 0o755);
      writeFileSync(archive, '');
    });
    assert.match((await asked(program, '-c', 'echo up; read x </dev/zero')) ?? '', /sleeper/);
    assert.match(
      (await asked('../shared/sleeper', '-c', 'echo up; read x </dev/zero')) ?? '',
      /sleeper/,
    );
    const classPath = `/nowhere.jar:${archive}`;
    assert.match(
      (await asked(process.execPath, '-e', WAITS, '--', '-cp', classPath)) ?? '',
      /app\.jar/,
    );
  });

  it('An archive that base has open is noticed, though no argument names it, and one of its own or of before is not', async (t) => {
    const { shared, dirs, build, asked } = setUp(t);
    const [before, common] = [
      join(shared, 'undertow.jar'),
      join(shared, 'orders-1.0-SNAPSHOT.jar'),
    ];
    const own = join(dirs.base, 'app.jar');
    writeFileSync(before, '');
    await build('base', () => {
      writeFileSync(own, '');
      writeFileSync(common, 'of base');
    });
    await build('head', () => writeFileSync(common, 'of head'));
    const opens = (...files: string[]) =>
      `for (const f of ${JSON.stringify(files)}) require('node:fs').openSync(f); ${WAITS}`;
    assert.equal(await asked(process.execPath, '-e', opens(before, own)), null);
    assert.match(
      (await asked(process.execPath, '-e', opens(before, own, common))) ?? '',
      /^head's build wrote files that base's server runs as well \(\S+orders-1\.0-SNAPSHOT\.jar\)/,
    );
  });

  it('A program of base that is a link into head’s tree is head’s, whoever made the link and when', async (t) => {
    const { shared, dirs, asked } = setUp(t);
    writeFileSync(join(dirs.head, 'cli.js'), WAITS);
    symlinkSync(join(dirs.head, 'cli.js'), join(shared, 'tool'));
    const why = await asked(process.execPath, join(shared, 'tool'));
    assert.match(why ?? '', /^base's server runs files of head \(\S+head\/cli\.js\)/);
  });

  it('A program of base is base’s in its own tree, written before, or written once it runs', async (t) => {
    const { shared, dirs, build, asked } = setUp(t);
    const [own, before, later] = [
      join(dirs.base, 's.js'),
      join(shared, 'a.js'),
      join(shared, 'b.js'),
    ];
    await build('base', () => writeFileSync(before, WAITS));
    await build('head', () => {
      writeFileSync(own, WAITS);
      writeFileSync(join(shared, 'settings.json'), '{}');
    });
    writeFileSync(later, WAITS);
    for (const script of [own, before, later]) {
      assert.equal(await asked(process.execPath, script, join(shared, 'settings.json')), null);
    }
  });

  it('A program of base may be started by a package manager that both builds have installed', async (t) => {
    const { shared, build, asked } = setUp(t);
    const starter = join(shared, 'node_modules', 'pnpm', 'bin');
    await build('base', () => mkdirSync(starter, { recursive: true }));
    await build('head', () => writeFileSync(join(starter, 'pnpm.cjs'), WAITS));
    assert.equal(await asked(process.execPath, join(starter, 'pnpm.cjs'), 'start'), null);
  });
});

describe('packages of a Python that both arms run', linux, () => {
  async function installed(t: TestContext, head: (packages: string) => void) {
    const { root, build, asked } = setUp(t);
    const bin = join(root, 'venv', 'bin');
    const packages = join(root, 'venv', 'lib', 'python3.12', 'site-packages');
    await build('base', () => {
      mkdirSync(join(packages, 'app'), { recursive: true });
      mkdirSync(bin, { recursive: true });
      // Only its name counts here.
      copyFileSync('/bin/sh', join(bin, 'python3.12'));
    });
    await build('head', () => head(packages));
    return await asked(join(bin, 'python3.12'), '-c', 'echo up; read x </dev/zero');
  }

  it('Packages of a Python that both arms run are not base’s any more where head’s build has replaced one', async (t) => {
    const why = await installed(t, (packages) => {
      rmSync(join(packages, 'app'), { recursive: true });
      mkdirSync(join(packages, 'app'));
    });
    assert.match(why ?? '', /^head's build wrote files .*site-packages\/app\)/);
  });

  it('Packages of a Python that both arms run are, where it has only used them, or brought its installer up to date', async (t) => {
    const why = await installed(t, (packages) => {
      mkdirSync(join(packages, 'app', '__pycache__'));
      mkdirSync(join(packages, 'pip-24.0.dist-info'));
    });
    assert.equal(why, null);
  });
});

it('Only the arm that was built first can have been written over', () => {
  const times = new BuildTimes();
  assert.equal(times.after({ name: 'api' }, 'base'), null);
  times.built('api', 'head', 1);
  assert.equal(times.after({ name: 'api' }, 'head'), null);
  times.built('api', 'base', 3);
  assert.deepEqual(times.after({ name: 'api' }, 'head'), { fromMs: 1, toMs: 3 });
  assert.equal(times.after({ name: 'api' }, 'base'), null);
  assert.equal(times.after({ name: 'other' }, 'head'), null);
});

it('Of contenders, every later build counts, of whichever of them', () => {
  const times = new BuildTimes();
  times.built('gleam', 'base', 1);
  times.built('go', 'head', 3);
  times.built('rust', 'head', 5);
  const pair = versus('gleam', 'go');
  assert.deepEqual(times.after(pair, 'base'), { fromMs: 1, toMs: 5 });
  assert.deepEqual(times.after(pair, 'head'), { fromMs: 3, toMs: 5 });
  assert.equal(times.after(versus('gleam', 'rust'), 'head'), null);
  assert.equal(times.after(versus('other', 'rust'), 'base'), null);
});
