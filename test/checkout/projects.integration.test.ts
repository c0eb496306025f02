/** Where the projects of a versus are, and their trees in both arms. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProjects, placeProjects } from '../../src/checkout/projects.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import {
  assertUntouched,
  bytesOf,
  commit,
  initRepo,
  makeSandbox,
  writeFiles,
} from '../support/git.ts';

test('Projects of one work tree are placed once, with their neighbours; others each by itself', async (t) => {
  const { dir } = makeSandbox(t);
  const mono = initRepo(join(dir, 'mono'));
  commit(mono, {
    'go/main.go': 'go',
    'gleam/main.gleam': 'gleam',
    'shared/data': '1',
    '.gitignore': 'out\n',
  });
  writeFiles(dir, { 'plain/server.js': 'plain', 'mono/out/built': 'x' });
  initRepo(join(dir, 'fresh'));
  writeFiles(join(dir, 'fresh'), { 'server.js': 'no commit yet' });
  const folders = ['mono/go', 'plain', 'mono/gleam', 'mono/out', 'fresh'].map((one) =>
    join(dir, one),
  );
  const { places, roots } = await findProjects(folders);
  assert.deepEqual(
    places.map(({ path, isRepository }) => [path, isRepository]),
    [
      [mono, true],
      [join(dir, 'plain'), false],
      // What git ignores would not be there in a clone.
      [join(dir, 'mono/out'), false],
      [join(dir, 'fresh'), false],
    ],
  );
  assert.deepEqual(roots, ['0/go', '1', '0/gleam', '2', '3']);
});

test('Folders of trees have as many digits each', async (t) => {
  const { dir } = makeSandbox(t);
  const folders = Array.from({ length: 11 }, (_, i) => `p${i}`);
  writeFiles(dir, Object.fromEntries(folders.map((one) => [`${one}/x`, one])));
  const { roots } = await findProjects(folders.map((one) => join(dir, one)));
  assert.deepEqual([roots[0], roots[10]], ['00', '10']);
});

test('Both arms have every project as it stands, and the user’s own folders stay as they are', async (t) => {
  const { dir, temp } = makeSandbox(t);
  const repo = initRepo(join(dir, 'repo'));
  const id = commit(repo, { 'server.js': 'committed', '.gitignore': 'node_modules\n' });
  writeFiles(dir, {
    'repo/server.js': 'changed',
    'repo/new.js': 'untracked',
    'repo/node_modules/x/index.js': 'ignored',
    'plain/server.js': 'plain',
  });
  const before = [bytesOf(repo), bytesOf(join(dir, 'plain'))];
  const { places } = await findProjects([repo, join(dir, 'plain')]);
  const made: string[] = [];
  const trees = await placeProjects({ places, made: (root) => made.push(root) });
  for (const arm of ['base', 'head'] as const) {
    const tree = trees.arms[arm]?.dir as string;
    const text = (file: string) => readFileSync(join(tree, file), 'utf8');
    assert.deepEqual(
      [text('0/server.js'), text('0/new.js'), text('1/server.js')],
      ['changed', 'untracked', 'plain'],
    );
    assert.ok(!existsSync(join(tree, '0/node_modules')));
  }
  assert.equal(trees.arms.base?.dir.length, trees.arms.head?.dir.length);
  assert.deepEqual(made, [trees.root]);
  const { source } = trees.arms.base as { source: { commit: string | null; description: string } };
  assert.equal(source.commit, null);
  assert.match(
    source.description,
    /repo, HEAD of main with uncommitted changes \([0-9a-f]{10}\); folder .*plain$/,
  );
  assert.ok(!source.description.includes(id.slice(0, 12)));
  assertUntouched(repo, before[0] ?? {});
  assertUntouched(join(dir, 'plain'), before[1] ?? {});
  await trees[Symbol.asyncDispose]();
  assert.deepEqual(readdirSync(temp), []);
});

test('A folder that is not there is told, and a cancelled placing leaves nothing', async (t) => {
  const { dir, temp } = makeSandbox(t);
  await assert.rejects(findProjects([join(dir, 'nowhere')]), (error) => {
    assert.ok(error instanceof UserError);
    return /There is no folder .*nowhere/.test(error.message);
  });
  writeFiles(dir, { 'plain/server.js': 'plain' });
  const { places } = await findProjects([join(dir, 'plain')]);
  const stop = new AbortController();
  const reason = new Error('stop');
  const log = () => stop.abort(reason);
  await assert.rejects(placeProjects({ places, signal: stop.signal, log }), reason);
  assert.deepEqual(readdirSync(temp), []);
});
