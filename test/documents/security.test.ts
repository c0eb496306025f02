/** What SECURITY.md says of the action is so: rights, files that are no readable JavaScript, checksums. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownFile } from '../../src/system/program/runtime.ts';

const read = (path: string) => readFileSync(ownFile(path), 'utf8');
const security = read('SECURITY.md');

test('SECURITY.md names every right that a workflow of the documents gives to its job', () => {
  const pages = ['README.md', ...globSync('docs/*.md', { cwd: ownFile('.') })];
  const rights = pages.flatMap((page) =>
    [...read(page).matchAll(/permissions: \{ ([^}]*) \}/g)].flatMap(([, list = '']) =>
      list.split(', '),
    ),
  );
  const writing = new Set(rights.filter((right) => right.endsWith(': write')));
  // GitHub Pages' own actions have these: the gate's step is in another job.
  for (const own of ['pages: write', 'id-token: write']) writing.delete(own);
  assert.ok(writing.size >= 2, [...writing].join());
  const unnamed = [...writing].filter((right) => !security.includes(right));
  assert.deepEqual(unnamed, []);
});

test('SECURITY.md names every input that makes the action write elsewhere', () => {
  for (const input of [
    'comment',
    'history: branch',
    'history: cache',
    'history: directory',
    'publish',
  ]) {
    assert.ok(security.includes(`\`${input}`), input);
  }
});

test('SECURITY.md names every file of dist that is no readable JavaScript, and the checksum of the WebAssembly', () => {
  const others = readdirSync(ownFile('dist')).filter((name) => !name.endsWith('.cjs'));
  assert.deepEqual(
    others.filter((name) => !security.includes(`\`dist/${name}\``)),
    [],
  );
  const wasm = readFileSync(ownFile('dist/http3_client.wasm'));
  assert.ok(security.includes(createHash('sha256').update(wasm).digest('hex')));
  const { version } = JSON.parse(read('node_modules/@currentspace/http3/package.json'));
  assert.ok(security.includes(`\`@currentspace/http3\` ${version} `));
});
