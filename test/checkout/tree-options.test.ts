import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Wanted, wantedTrees } from '../../src/checkout/tree-options.ts';

const trees = (wanted: Wanted) => wantedTrees(wanted, '/', { kind: 'auto' }, (key) => `--${key}`);

test('an attempt is continued on two commits, however they are named', () => {
  const asked = { continue: 'm.json' };
  assert.deepEqual(trees(asked).base, { kind: 'auto' });
  assert.deepEqual(trees({ ...asked, base: 'main' }).base, { kind: 'ref', ref: 'main' });
  const kept = trees({ ...asked, base: 'main', save: 'kept.json' });
  assert.deepEqual(kept.base, { kind: 'ref', ref: 'main' });
});

test('folders, kept measurements and head alone cannot be continued, and that is said', () => {
  for (const [wanted, told] of [
    [{ baseDir: 'a', headDir: 'b' }, /^--baseDir, --headDir, --continue: folders cannot be told/],
    [{ base: 'main', headDir: 'b' }, /^--headDir, --continue: folders/],
    [{ against: 'kept.json' }, /^--against, --continue: head is measured alone/],
    [{ save: 'kept.json' }, /^--save, --continue: head is measured alone.*\n {2}.*give --base/],
  ] as const) {
    assert.throws(() => trees({ ...wanted, continue: 'm.json' }), { message: told });
  }
});
