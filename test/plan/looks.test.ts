import assert from 'node:assert/strict';
import { it } from 'node:test';
import { looksFor, MIN_BLOCKS } from '../../src/plan/looks.ts';
import { fc } from '../support/properties.ts';

it('A plan looks after every block from the fourth, never before', () => {
  assert.equal(MIN_BLOCKS, 4);
  assert.deepEqual(looksFor(8), [4, 5, 6, 7, 8]);
  assert.deepEqual(looksFor(4), [4]);
  assert.deepEqual(looksFor(1), [4]);
});

it('A plan of a longer budget has the looks of a shorter one, and further ones', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: MIN_BLOCKS, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
      (blocks, more) => {
        const looks = looksFor(blocks);
        assert.equal(looks.at(-1), blocks);
        assert.deepEqual(looksFor(blocks + more).slice(0, looks.length), looks);
      },
    ),
    { seed: 1 },
  );
});
