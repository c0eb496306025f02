/** What CONTRIBUTING.md says of its commands is so. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownFile } from '../../src/system/program/runtime.ts';

const contributing = read('CONTRIBUTING.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

test('Every npm script that a page tells people to run exists', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...globSync('docs/**/*.md', { cwd: ownFile('.') }),
  ];
  const missing = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].flatMap(([, name = '']) =>
      name in scripts ? [] : [`${page}: npm run ${name}`],
    ),
  );
  assert.deepEqual(missing, []);
});

test('CONTRIBUTING.md names every npm script', () => {
  const unnamed = Object.keys(scripts).filter((name) => !contributing.includes(name));
  assert.deepEqual(unnamed, []);
});

function read(path: string): string {
  return readFileSync(ownFile(path), 'utf8');
}
