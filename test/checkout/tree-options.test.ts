import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Wanted, wantedTrees } from '../../src/checkout/tree-options.ts';

const trees = (wanted: Wanted) => wantedTrees(wanted, '/', { kind: 'auto' }, (key) => `--${key}`);

test('An attempt is continued on two commits, however they are named', () => {
  const asked = { continueFrom: 'm.json' };
  assert.deepEqual(trees(asked).base, { kind: 'auto' });
  assert.deepEqual(trees({ ...asked, base: 'main' }).base, { kind: 'ref', ref: 'main' });
  const kept = trees({ ...asked, base: 'main', saveMeasurement: 'kept.json' });
  assert.deepEqual(kept.base, { kind: 'ref', ref: 'main' });
});

test('Folders, kept measurements and head alone cannot be continued, and that is said', () => {
  for (const [wanted, told] of [
    [
      { baseDir: 'a', headDir: 'b' },
      /^--baseDir, --headDir, --continueFrom: folders cannot be told/,
    ],
    [{ base: 'main', headDir: 'b' }, /^--headDir, --continueFrom: folders/],
    [
      { baseMeasurement: 'kept.json' },
      /^--baseMeasurement, --continueFrom: head is measured alone/,
    ],
    [
      { saveMeasurement: 'kept.json' },
      /^--saveMeasurement, --continueFrom: head is measured alone.*\n {2}.*give --base/,
    ],
  ] as const) {
    assert.throws(() => trees({ ...wanted, continueFrom: 'm.json' }), { message: told });
  }
});
