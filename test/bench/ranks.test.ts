/** The ranks of the bench of the run effect. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ranked } from '../../bench/run-effect/ranks.ts';
import { varianceComponent } from '../../src/self-test/variance-component.ts';

it('Values have their ranks over all groups, and equal ones the mean of theirs', () => {
  assert.deepEqual(
    ranked([
      [0.3, 0.1],
      [0.2, 0.3],
    ]),
    [
      [3.5, 1],
      [2, 3.5],
    ],
  );
});

it('By ranks one odd value hides nothing', () => {
  const groups = [
    [1, 2, 3, 4],
    [11, 12, 13, 14],
    [21, 22, 23, 1e6],
  ];
  assert.ok((varianceComponent(groups, 4)?.p ?? 0) > 0.3);
  assert.ok((varianceComponent(ranked(groups), 4)?.p ?? 1) < 1e-4);
});
