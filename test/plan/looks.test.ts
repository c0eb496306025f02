import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { looksFor, MIN_BLOCKS } from '../../src/plan/looks.ts';

it('A plan looks at three tenths, half, seven tenths and all of the blocks, never before six', () => {
  assert.deepEqual(looksFor(20), [6, 10, 14, 20]);
  assert.deepEqual(looksFor(6), [6]);
  assert.deepEqual(looksFor(7), [6, 7]);
  assert.deepEqual(looksFor(10), [6, 7, 10]);
  assert.deepEqual(looksFor(12), [6, 9, 12]);
  assert.deepEqual(looksFor(13), [6, 7, 10, 13]);
  assert.deepEqual(looksFor(60), [18, 30, 42, 60]);
});

it('A plan always ends with the last block, in ascending order', () => {
  fc.assert(
    fc.property(fc.integer({ min: MIN_BLOCKS, max: 500 }), (blocks) => {
      const looks = looksFor(blocks);
      assert.equal(looks.at(-1), blocks);
      assert.ok((looks[0] as number) >= MIN_BLOCKS);
      for (let i = 1; i < looks.length; i++) {
        assert.ok((looks[i] as number) > (looks[i - 1] as number));
      }
    }),
    { seed: 1 },
  );
});
