/** What the README shows of a comment is what a comment says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownFile } from '../../src/system/runtime.ts';

const COMMENT = 'test/report/golden/regression.comment.md';

test(`the comment in the README is the beginning of ${COMMENT}: copy it from there when that changes`, () => {
  const shown = section('## What the comment looks like').filter((line) => /^[>|]/.test(line));
  const comment = read(COMMENT)
    .split('\n')
    .filter((line) => /^[>|]/.test(line));
  const beginning = comment.filter((line) => line !== '> [!CAUTION]').slice(0, 8);
  assert.deepEqual(shown.slice(0, 8).map(withoutTarget), beginning.map(withoutTarget));
});

function section(heading: string): string[] {
  const [, rest = ''] = read('README.md').split(`${heading}\n`);
  return (rest.split('\n## ')[0] ?? '').split('\n');
}

/** Links lead to other places in a comment. */
function withoutTarget(line: string): string {
  return line.replace(/\]\([^)]*\)/g, ']()');
}

function read(path: string): string {
  return readFileSync(ownFile(path), 'utf8');
}
