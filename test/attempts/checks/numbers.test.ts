import assert from 'node:assert/strict';
import { it } from 'node:test';
import { absurdNumbers, hasSoundNumbers } from '../../../src/attempts/checks/numbers.ts';
import { fc } from '../../support/properties.ts';

const SIZES = [0, -0, 1e-7, 1e-6, 0.5, 1, 1e15, 1.1e15, 1e300];
const number = fc.oneof(
  fc.constantFrom(...SIZES, ...SIZES.map((size) => -size)),
  fc.double({ noNaN: true }),
);
const key = fc.constantFrom('p50Us', 'startMs', 'rssBytes', 'share', 'n');
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(number, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(key, tie('tree'))),
}));

it('Numbers are sound exactly where none of them is absurd', () => {
  fc.assert(
    fc.property(tree, fc.boolean(), (value, signed) => {
      const absurd = [...absurdNumbers('it', value, { signed })];
      assert.equal(hasSoundNumbers(value, { signed }), absurd.length === 0);
    }),
  );
});

it('Every absurd number is told, by its place and by what is wrong with it', () => {
  const value = { share: -1, slices: { p50Us: [1, 1e-9], n: 1e-9, bytes: [2e15, { ms: -0.5 }] } };
  assert.deepEqual(
    [...absurdNumbers('it', value)].map(({ at, message }) => `${at} ${message}`),
    [
      'it.share it is below zero (-1)',
      'it.slices.p50Us.1 no run measures 1e-9',
      'it.slices.bytes.0 no run measures 2000000000000000',
      'it.slices.bytes.1.ms it is below zero (-0.5)',
    ],
  );
});
