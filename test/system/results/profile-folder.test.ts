/** What a profiler wrote, copied to the results: files alone, whatever else lies there. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { clearProfiles, keepProfiles } from '../../../src/system/results/profile-folder.ts';

function folders(t: TestContext): { from: string; results: string } {
  const dir = mkdtempSync(join(tmpdir(), 'tg-profile-folder-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const name of ['from', 'results']) mkdirSync(join(dir, name));
  return { from: join(dir, 'from'), results: join(dir, 'results') };
}

const PLACE = 'api/default/head';

it('Links, folders and empty files are left, and every name is one for an address', (t) => {
  const { from, results } = folders(t);
  writeFileSync(join(from, 'secret'), 'not to be followed');
  symlinkSync(join(from, 'secret'), join(from, 'link.folded'));
  mkdirSync(join(from, 'folder'));
  writeFileSync(join(from, 'empty'), '');
  for (const name of ['..x', '"><b>.folded', '-rf', 'a b', 'a_b'])
    writeFileSync(join(from, name), name);
  const { kept, left } = keepProfiles(from, {
    ...{ results, place: PLACE },
    isText: (name) => name.endsWith('.folded'),
  });
  assert.deepEqual(left, ['empty', 'folder', 'link.folded']);
  assert.deepEqual(kept.map(({ name }) => name).sort(), [
    '2_a_b',
    '_.x',
    '___b_.folded',
    '_rf',
    'a_b',
    'secret',
  ]);
  assert.deepEqual(kept.find(({ name }) => name.endsWith('.folded'))?.text, '"><b>.folded');
  for (const { file } of kept) {
    assert.match(file, /^profiles\/api\/default\/head\/[A-Za-z0-9_@][A-Za-z0-9._@-]*$/);
    assert.ok(existsSync(join(results, file)));
  }
});

it('Only so many files of a build are kept', (t) => {
  const { from, results } = folders(t);
  for (let i = 0; i < 25; i++) writeFileSync(join(from, `${i}.bin`), 'x');
  const { kept, left } = keepProfiles(from, { results, place: PLACE, isText: () => false });
  assert.deepEqual([kept.length, left.length], [20, 5]);
});

it('An earlier run’s folder is removed, and a folder of the user’s is neither removed nor written into', (t) => {
  const { from, results } = folders(t);
  writeFileSync(join(from, 'cpu.pprof'), 'x');
  const how = { results, place: PLACE, isText: () => false };
  keepProfiles(from, how);
  keepProfiles(from, { ...how, place: 'api/default/base' });
  assert.match(readFileSync(join(results, 'profiles', 'README.txt'), 'utf8'), /speedscope/);
  clearProfiles(results);
  assert.deepEqual(readdirSync(results), []);
  mkdirSync(join(results, 'profiles'));
  writeFileSync(join(results, 'profiles', 'README.txt'), 'my own');
  clearProfiles(results);
  assert.throws(() => keepProfiles(from, how), /is there, and not from an earlier run/);
  assert.deepEqual(readdirSync(join(results, 'profiles')), ['README.txt']);
});
