import assert from 'node:assert/strict';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Rivals, TreeWatch } from '../../../src/system/files/tree-watch.ts';

/** Longer than a tick of the clock that stamps files. */
const TICK_MS = 30;

async function trees(t: TestContext, rivals: Rivals | null = null) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tg-trees-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const [base, head] = [join(root, 'base'), join(root, 'head')];
  for (const dir of [base, head]) {
    mkdirSync(join(dir, '.git'), { recursive: true });
    mkdirSync(join(dir, 'src', '.git'), { recursive: true });
    mkdirSync(join(dir, 'src', 'deep', '.git'), { recursive: true });
    writeFileSync(join(dir, 'src', 'server.js'), '1');
    writeFileSync(join(dir, 'data.json'), '{}');
  }
  await sleep(TICK_MS);
  const watch = new TreeWatch(
    root,
    new Map([
      ['base', base],
      ['head', head],
    ] as const),
    rivals,
  );
  await sleep(TICK_MS);
  return { root, base, head, watch };
}

it('The watch of the trees lets each arm build and write in its own tree', async (t) => {
  const { base, head, watch } = await trees(t);
  for (const [arm, dir] of [
    ['head', head],
    ['base', base],
  ] as const) {
    writeFileSync(join(dir, 'src', 'server.js'), 'stamped');
    writeFileSync(join(dir, 'built.bin'), 'x');
    watch.built(arm);
    await sleep(TICK_MS);
  }
  for (const dir of [base, head]) {
    writeFileSync(join(dir, 'server.log'), 'x');
    writeFileSync(join(dir, 'data.json'), '{"visits":1}');
    appendFileSync(join(dir, '.git', 'index'), 'x');
  }
  appendFileSync(join(base, 'built.bin'), 'a file that a build has made may be a database');
  assert.equal(watch.measured(), null);
});

it('The watch of the trees notices a build that writes into the other tree, also when it turns the time back', async (t) => {
  const { base, watch } = await trees(t);
  writeFileSync(join(base, 'src', 'server.js'), 'slow');
  utimesSync(join(base, 'src', 'server.js'), new Date(0), new Date(0));
  watch.built('head');
  assert.match(
    watch.measured() ?? '',
    /^head's build wrote into base's files \(src\/server\.js\): what base is/,
  );
});

it('The watch of the trees notices a file that was taken away or put there during the build of the other', async (t) => {
  for (const change of [
    (base: string) => rmSync(join(base, 'src', 'server.js')),
    (base: string) => writeFileSync(join(base, 'src', 'index.js'), 'new'),
  ]) {
    const { base, watch } = await trees(t);
    change(base);
    watch.built('head');
    assert.match(watch.measured() ?? '', /^head's build wrote into base's files \(src/);
  }
});

it('The watch of the trees does not take a second name of a file for a change', async (t) => {
  const { root, base, watch } = await trees(t);
  linkSync(join(base, 'src', 'server.js'), join(root, 'store'));
  watch.built('head');
  assert.equal(watch.measured(), null);
});

it('The watch of the trees notices that the sources of base alone change while both are measured', async (t) => {
  const { base, head, watch } = await trees(t);
  writeFileSync(join(head, 'src', 'server.js'), 'its own affair');
  assert.equal(watch.measured(), null);
  writeFileSync(join(base, 'data.json'), 'x');
  assert.match(watch.measured() ?? '', /^files of base were changed .* \(data\.json\)/);
  // The gate's own doing is nobody's.
  assert.equal(watch.measured(new Set([join(base, 'data.json')])), null);
});

const RIVALS: Rivals = { names: { base: 'gleam', head: 'go' }, folders: ['src'] };

it('Of rivals, neither may write into the other’s files, and both are named', async (t) => {
  const { base, watch } = await trees(t, RIVALS);
  writeFileSync(join(base, 'built.bin'), 'x');
  watch.built('head');
  assert.equal(
    watch.measured(),
    "go's build wrote into gleam's files (built.bin): what gleam is can no longer be told",
  );
});

it('Of rivals, sources that change in either arm alone are told, and in both they are not', async (t) => {
  for (const arm of ['base', 'head'] as const) {
    const { watch, ...dirs } = await trees(t, RIVALS);
    writeFileSync(join(dirs[arm], 'data.json'), '{"visits":1}');
    assert.match(
      watch.measured() ?? '',
      /^source files were changed while gleam and go were measured \(data\.json\)/,
      arm,
    );
  }
  const { base, head, watch } = await trees(t, RIVALS);
  for (const dir of [base, head]) writeFileSync(join(dir, 'data.json'), '{"visits":1}');
  assert.equal(watch.measured(), null);
});

it('Of rivals, git’s own files of every project are passed over, and no other folder of that name', async (t) => {
  const { base, watch } = await trees(t, RIVALS);
  writeFileSync(join(base, 'src', '.git', 'index'), 'x');
  watch.built('head');
  assert.equal(watch.measured(), null);
  await sleep(TICK_MS);
  writeFileSync(join(base, 'src', 'deep', '.git', 'hidden'), 'x');
  watch.built('head');
  assert.match(watch.measured() ?? '', /wrote into gleam's files/);
});
