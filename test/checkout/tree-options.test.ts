import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Wanted, wantedTrees } from '../../src/checkout/tree-options.ts';

const nameOf = (key: string, value?: string) =>
  value === undefined ? `--${key}` : `--${key} ${value}`;
const trees = (wanted: Wanted) => wantedTrees(wanted, '/', { kind: 'auto' }, nameOf);

test('An attempt is continued on two commits, however they are named', () => {
  const asked = { continueFrom: 'm.json' };
  assert.deepEqual(trees(asked).base, { kind: 'auto' });
  assert.deepEqual(trees({ ...asked, base: 'main' }).base, { kind: 'ref', ref: 'main' });
});

test('Folders and comparisons with earlier runs cannot be continued, and that is said', () => {
  for (const [wanted, told] of [
    [
      { baseDir: 'a', headDir: 'b' },
      /^--baseDir, --headDir, --continueFrom: folders cannot be told/,
    ],
    [{ base: 'main', headDir: 'b' }, /^--headDir, --continueFrom: folders/],
    [{ baseline: 'stored' }, /^--baseline, --continueFrom: head is compared with earlier runs/],
  ] as const) {
    assert.throws(() => trees({ ...wanted, continueFrom: 'm.json' }), { message: told });
  }
});

test('A folder needs something to be compared with: a base, or earlier runs', () => {
  assert.throws(
    () => trees({ headDir: 'b' }),
    /--headDir: there is nothing to compare the folder with\n {2}add --baseDir or --base; or --baseline stored, for/,
  );
  assert.deepEqual(trees({ headDir: 'b', baseline: 'stored' }).base, { kind: 'none' });
  // Which base it is beside those is known, as its config is still read.
  assert.deepEqual(trees({ baseline: 'stored' }).base, { kind: 'auto' });
});
