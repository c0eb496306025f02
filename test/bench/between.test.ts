/** The analysis of variance of the bench of the run effect. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { betweenGroups } from '../../bench/run-effect/between.ts';

const near = (actual: number, expected: number) =>
  assert.ok(
    Math.abs(actual - expected) < 1e-3 * Math.max(1, expected),
    `${actual}, not ${expected}`,
  );

it('What differs between groups is told apart from what differs within them, by the textbook’s figures', () => {
  // Mean squares 13 and 1, F(2, 6) = 13, whose distribution is 1 − (1 + F/3)⁻³.
  const { within, between, interval, p } = betweenGroups([
    [1, 2, 3],
    [2, 3, 4],
    [5, 6, 7],
  ]);
  near(within, 1);
  near(between, 2);
  near(p, (1 + 13 / 3) ** -3);
  const quantile = (share: number) => 3 * ((1 - share) ** (-1 / 3) - 1);
  near(interval[0], Math.sqrt((13 / quantile(0.975) - 1) / 3));
  near(interval[1], Math.sqrt((13 / quantile(0.025) - 1) / 3));
});

it('Groups with nothing between them have a component of 0 and a large p', () => {
  const { between, interval, p } = betweenGroups([
    [1, 2, 3, 4],
    [4, 3, 2, 1],
    [2, 4, 1, 3],
  ]);
  assert.deepEqual([between, interval[0]], [0, 0]);
  near(p, 1);
});

it('By ranks one odd value hides nothing', () => {
  const groups = [
    [1, 2, 3, 4],
    [11, 12, 13, 14],
    [21, 22, 23, 1e6],
  ];
  const { p, rankP } = betweenGroups(groups);
  assert.ok(p > 0.3, String(p));
  assert.ok(rankP < 1e-4, String(rankP));
});
