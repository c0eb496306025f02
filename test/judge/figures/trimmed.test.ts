/** The trimmed mean is the library's mean of what is kept, to the last bit: verdicts of old files must not move. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean } from 'simple-statistics';
import { trimmedMean, trimmedMeanOfLogs } from '../../../src/judge/figures/trimmed.ts';
import { fc } from '../../support/properties.ts';

const anyList = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
  minLength: 1,
  maxLength: 150,
});
const anyShare = fc.constantFrom(0, 0.2, 0.3);

function keptOf(values: readonly number[], share: number): number[] {
  const drop = Math.floor(values.length * share);
  return values.toSorted((a, b) => a - b).slice(drop, values.length - drop);
}

test('A trimmed mean is the mean of what is kept, to the last bit, of values of either sign', () => {
  fc.assert(
    fc.property(
      anyList,
      anyShare,
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      (all, share, by) => {
        const values = all.map((value) => value - by);
        assert.equal(trimmedMean(values, share), mean(keptOf(values, share)));
      },
    ),
  );
});

test('A trimmed mean of logarithms is the mean of the logarithms of what is kept, to the last bit', () => {
  fc.assert(
    fc.property(anyList, anyShare, (values, share) => {
      const expected = mean(keptOf(values, share).map(Math.log));
      const isSound = Number.isFinite(expected);
      assert.equal(trimmedMeanOfLogs(values, share), isSound ? expected : null);
    }),
  );
});

test('Only the first values of an array that is used again and again are looked at', () => {
  fc.assert(
    fc.property(anyList, anyShare, (values, share) => {
      const room = new Float64Array(200).fill(Number.NaN);
      room.set(values);
      assert.equal(trimmedMean(room, share, values.length), trimmedMean(values, share));
      assert.equal(trimmedMeanOfLogs(room, share, values.length), trimmedMeanOfLogs(values, share));
    }),
  );
});

test('A list in which one is not a number has no trimmed mean, whether it is short or long', () => {
  for (const length of [1, 40, 150]) {
    const values = Array.from({ length }, (_, i) => i + 1);
    assert.notEqual(trimmedMean(values), null);
    for (const at of [0, length - 1]) {
      assert.equal(trimmedMean(values.with(at, Number.NaN)), null);
    }
  }
  assert.equal(trimmedMean([]), null);
});
