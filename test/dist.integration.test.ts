/** The committed bundles are what the sources build, and carry nothing of the machine that built them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
let fresh: string;

before(async () => {
  fresh = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-dist-'));
  await promisify(execFile)(process.execPath, ['scripts/build.ts', fresh], { cwd: root });
});
after(() => rm(fresh, { recursive: true, force: true }));

test('dist/ is fresh: `npm run build` changes nothing', async () => {
  assert.deepEqual((await readdir(dist)).sort(), (await readdir(fresh)).sort());
  for (const name of await readdir(fresh)) {
    const [committed, built] = await Promise.all(
      [dist, fresh].map((dir) => readFile(path.join(dir, name), 'utf8')),
    );
    assert.ok(committed === built, `dist/${name} is stale: run \`npm run build\` and commit it`);
  }
});

test('no bundle names a folder of the machine that built it', async () => {
  for (const name of await readdir(fresh)) {
    const text = await readFile(path.join(fresh, name), 'utf8');
    for (const place of [root, fresh, os.homedir()]) {
      assert.ok(!text.includes(`${place}${path.sep}`), `${name} contains ${place}`);
    }
  }
});
