import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  addSizes,
  BodySizes,
  OCTAVES,
  octaveOf,
  rangeOf,
} from '../../../src/load/shared/body-sizes.ts';

it('Every length is in the octave whose range holds it', () => {
  for (const bytes of [0, 1, 2, 3, 4, 7, 8, 1023, 1024, 2 ** 31, 2 ** 32 - 1]) {
    const octave = octaveOf(bytes);
    const { least, most } = rangeOf(octave);
    assert.ok(least <= bytes && bytes <= most, `${bytes} in octave ${octave}`);
    assert.ok(octave < OCTAVES);
  }
});

it('Counts end with the longest body, and are empty where nothing was counted', () => {
  const sizes = new BodySizes();
  assert.deepEqual(sizes.counts(), []);
  for (const bytes of [0, 5, 6]) sizes.add(bytes);
  assert.deepEqual(sizes.counts(), [1, 0, 0, 2]);
  assert.deepEqual(addSizes([sizes.counts(), undefined, [2], [0, 1]]), [3, 1, 0, 2]);
});
