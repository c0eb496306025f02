import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isMoreThanChance } from '../../../src/measure/answers/chance.ts';

const isTold = (shown: number, headOf: number, baseOf: number, ofBase = 0) =>
  isMoreThanChance({ shown, of: headOf }, { shown: ofBase, of: baseOf });

it('What head shows in every one of its starts is told, however few they are', () => {
  for (const starts of [1, 2, 5, 20]) assert.equal(isTold(starts, starts, starts), true);
  assert.equal(isTold(0, 5, 5), false);
});

it('What head shows in some of its starts is told only where unchanged code would hardly ever show it in head alone', () => {
  const fewestOf = (starts: number) =>
    Array.from({ length: starts }, (_, i) => i + 1).find((shown) => isTold(shown, starts, starts));
  assert.deepEqual([4, 5, 6, 8, 12, 16].map(fewestOf), [4, 4, 4, 4, 4, 4]);
  // Fewer answers of base know less of what it may answer.
  assert.equal(isTold(4, 12, 2), false);
  assert.equal(isTold(4, 12, 12), true);
});

it('What base shows itself, hardly ever, is told where head shows it far more often', () => {
  assert.equal(isTold(15, 300, 300, 1), true);
  assert.equal(isTold(5, 300, 300, 2), false);
  assert.equal(isTold(5, 300, 300), true);
  assert.equal(isTold(3, 300, 300), false);
});
