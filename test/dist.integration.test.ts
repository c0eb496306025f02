/** The committed bundles are what the sources build, carry nothing of the machine that built them, and start on Node.js 20. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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

test('Dist/ is fresh: `npm run build` changes nothing', async () => {
  assert.deepEqual((await readdir(dist)).sort(), (await readdir(fresh)).sort());
  for (const name of await readdir(fresh)) {
    const [committed, built] = await Promise.all(
      [dist, fresh].map((dir) => readFile(path.join(dir, name), 'utf8')),
    );
    assert.ok(committed === built, `dist/${name} is stale: run \`npm run build\` and commit it`);
  }
});

test('No bundle names a folder of the machine that built it', async () => {
  for (const name of await readdir(fresh)) {
    const text = await readFile(path.join(fresh, name), 'utf8');
    for (const place of [root, fresh, os.homedir()]) {
      assert.ok(!text.includes(`${place}${path.sep}`), `${name} contains ${place}`);
    }
  }
});

test('Bundles are ASCII, so that the engine keeps them with one byte for each letter', async () => {
  for (const name of (await readdir(fresh)).filter((one) => one.endsWith('.cjs'))) {
    const odd = /[\u0080-\uffff].{0,40}/.exec(await readFile(path.join(fresh, name), 'utf8'));
    assert.equal(odd?.[0], undefined, name);
  }
});

/** What each bundle does when it is started by hand, in a folder and an environment that give it nothing. */
const BY_HAND = {
  'cli.cjs': { code: 2, says: /^Usage: throughput-gate / },
  'action.cjs': { code: 2, says: /Throughput Gate cannot run/ },
  'generator.cjs': { code: 2, says: /is started by throughput-gate, not by hand/ },
  'holder.cjs': { code: 2, says: /is started by throughput-gate, not by hand/ },
  'watchdog.cjs': { code: 0, says: /^/ },
  'http3.cjs': { code: 0, says: /^/ },
  // It serves whoever gives it a port: here one that cannot be.
  'calibrator.cjs': { code: 1, says: /ERR_SOCKET_BAD_PORT/ },
};

test('Every bundle starts on Node.js 20', {
  skip: node20() === null && 'no Node.js 20',
}, async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-node20-'));
  try {
    // Where the bundles look for their version.
    await cp(path.join(root, 'package.json'), path.join(home, 'package.json'));
    await cp(fresh, path.join(home, 'dist'), { recursive: true });
    const bundles = (await readdir(fresh)).filter((name) => name.endsWith('.cjs'));
    assert.deepEqual(bundles.sort(), Object.keys(BY_HAND).sort());
    for (const [name, { code, says }] of Object.entries(BY_HAND)) {
      const { status, stdout, stderr } = spawnSync(
        node20() as string,
        [path.join(home, 'dist', name)],
        {
          cwd: home,
          env: { PATH: process.env.PATH, TMPDIR: home, PORT: '-1' },
          input: '',
          encoding: 'utf8',
          timeout: 30_000,
        },
      );
      assert.equal(status, code, `${name}: ${stdout}${stderr}`);
      assert.match(`${stdout}${stderr}`, says, name);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

/** The first Node.js 20 on PATH. */
function node20(): string | null {
  const files = (process.env.PATH ?? '').split(path.delimiter).map((dir) => path.join(dir, 'node'));
  const isOld = (file: string) => {
    try {
      return execFileSync(file, ['--version'], { encoding: 'utf8' }).startsWith('v20.');
    } catch {
      return false;
    }
  };
  return files.find(isOld) ?? null;
}
