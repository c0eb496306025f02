/** E-divisive against its definition, and against the results that Apache Otava publishes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import {
  changePointsOf,
  type DivisiveOptions,
  TRENDS,
  weakPointsOf,
} from '../../../src/history/trends/divisive.ts';
import { bestSplit } from '../../../src/history/trends/energy.ts';
import { type Moments, piecesOf } from '../../../src/history/trends/moments.ts';
import { PUBLISHED, THREE_LEVELS } from './otava.ts';

/** Of so many published points: those that we do not find, and those that we find beside them. */
const DIFFERENCES = [
  '5: without 363',
  '70: with 234',
  '35: without 6, 265, 288, 305, with 220',
  '14: without 26',
  '11: without 260',
];

/** By the definition: four sums over all pairs, for each split and each end. */
function bestByDefinition(series: readonly number[]): { at: number; divergence: number } {
  const distance = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x) => sum + b.reduce((more, y) => more + Math.abs(x - y), 0), 0);
  let best = { at: 0, divergence: Number.NEGATIVE_INFINITY };
  for (let at = 1; at < series.length; at++) {
    for (let end = at + 1; end <= series.length; end++) {
      const [left, right] = [series.slice(0, at), series.slice(at, end)];
      const [n, m] = [left.length, right.length];
      const within = (one: readonly number[]) =>
        one.length < 2 ? 0 : distance(one, one) / (one.length * (one.length - 1));
      const energy = (2 * distance(left, right)) / (n * m) - within(left) - within(right);
      const divergence = ((m * n) / (m + n)) * energy;
      if (divergence > best.divergence) best = { at, divergence };
    }
  }
  return best;
}

/** The test that Otava uses: two-sided t, with standard deviations by n instead of n - 1. */
function otavaTest(left: Moments, right: Moments): number {
  const df = left.count + right.count - 2;
  if (df <= 0) return 1;
  const variance = ({ squares, count }: Moments) => squares / count;
  const pooled = ((left.count - 1) * variance(left) + (right.count - 1) * variance(right)) / df;
  const t =
    Math.abs(right.mean - left.mean) / Math.sqrt(pooled * (1 / left.count + 1 / right.count));
  return Number.isNaN(t) ? 1 : 2 * tCdf(-t, df);
}

function otavaOptions({ window, alpha, least }: (typeof PUBLISHED)[number]): DivisiveOptions {
  return {
    window,
    side: 1,
    alpha,
    weakAlpha: alpha < 0.05 ? 10 * alpha : Math.min(alpha, 0.5) * 2 > 1 ? alpha : 2 * alpha,
    test: otavaTest,
    size: (left, right) =>
      Math.max(Math.abs(right.mean / left.mean - 1), Math.abs(left.mean / right.mean - 1)),
    least,
  };
}

/**
 * The merge as Otava does it: after a point was taken out it tests the two points after the gap anew, not the ones on both
 * sides of it, so that a point before the gap keeps the p that it had. Published results depend on that.
 */
function otavaMerge(series: readonly number[], options: DivisiveOptions): number[] {
  const pieces = piecesOf(series);
  const all = weakPointsOf(series, options).map((at) => ({ at, p: 0, size: 0 }));
  const renew = (i: number) => {
    const one = all[i];
    if (one === undefined) return;
    const left = pieces.of(all[i - 1]?.at ?? 0, one.at);
    const right = pieces.of(one.at, all[i + 1]?.at ?? series.length);
    one.p = options.test(left, right);
    one.size = options.size(left, right);
  };
  all.forEach((_, i) => {
    renew(i);
  });
  for (;;) {
    let gone = all.reduce((a, b) => (b.p > a.p ? b : a), all[0] as (typeof all)[number]);
    if (gone === undefined) return [];
    if (gone.p < options.alpha) {
      gone = all.reduce((a, b) => (b.size < a.size ? b : a), gone);
      if (gone.size > options.least) return all.map(({ at }) => at);
    }
    const place = all.indexOf(gone);
    all.splice(place, 1);
    renew(place);
    renew(place + 1);
  }
}

describe('E-divisive', () => {
  it('E-divisive finds the split with the largest divergence of the definition', () => {
    const series = [THREE_LEVELS, [3, 1, 2, 8, 7, 9, 1], [5, 5, 5, 6], [1, 2]];
    for (const one of series) {
      const found = bestSplit(one, 0, one.length);
      const wanted = bestByDefinition(one);
      assert.equal(found?.at, wanted.at);
      assert.ok(Math.abs((found?.divergence ?? 0) - wanted.divergence) < 1e-9);
    }
  });

  it('E-divisive looks at a piece of a series as if there were no other', () => {
    const piece = bestSplit(THREE_LEVELS, 5, 14);
    const alone = bestSplit(THREE_LEVELS.slice(5, 14), 0, 9);
    assert.equal(piece?.at, (alone?.at ?? 0) + 5);
    assert.equal(piece?.divergence, alone?.divergence);
  });

  it('E-divisive leaves so many values on each side as are asked for, and splits nothing that is shorter', () => {
    assert.equal(bestSplit([0, 9, 9, 9, 9, 9, 9, 9], 0, 8, 3)?.at, 3);
    assert.equal(bestSplit([0, 9, 9], 0, 3, 2), null);
    assert.equal(bestSplit([0], 0, 1), null);
  });

  for (const one of PUBLISHED) {
    it(`E-divisive gives the change points that Apache Otava publishes: ${one.source}`, () => {
      assert.deepEqual(otavaMerge(one.series, otavaOptions(one)), one.changePoints);
    });
  }

  it('E-divisive differs from Otava only in points that an outdated p has kept or thrown out there', () => {
    const differences = PUBLISHED.flatMap((one) => {
      const found = changePointsOf(one.series, otavaOptions(one)).map(({ at }) => at);
      const missing = one.changePoints.filter((at) => !found.includes(at));
      const more = found.filter((at) => !one.changePoints.includes(at));
      const words = [
        ...(missing.length > 0 ? [`without ${missing.join(', ')}`] : []),
        ...(more.length > 0 ? [`with ${more.join(', ')}`] : []),
      ];
      return words.length > 0 ? [`${one.changePoints.length}: ${words.join(', ')}`] : [];
    });
    assert.deepEqual(differences, DIFFERENCES);
  });
});

describe('change points of a history', () => {
  const steady = (level: number, count: number) =>
    Array.from({ length: count }, (_, i) => level + 0.002 * Math.sin(7 * i));

  it('Change points of a history are where the level moves for good, with the levels on both sides', () => {
    const found = changePointsOf([...steady(0, 30), ...steady(-0.05, 20)], TRENDS);
    assert.equal(found.length, 1);
    const [one] = found;
    assert.equal(one?.at, 30);
    assert.ok((one?.p ?? 1) < 1e-6);
    assert.ok(Math.abs((one?.right.mean ?? 0) - (one?.left.mean ?? 0) + 0.05) < 0.001);
    assert.deepEqual(one?.span, [0, 50]);
  });

  it('Change points of a history are none in a series that holds its level, is too short, or is empty', () => {
    for (const series of [steady(0, 200), steady(0, 5), [0, 1, 0, 1], [0.5], []]) {
      assert.deepEqual(changePointsOf(series, TRENDS), []);
    }
  });

  it('Change points of a history are not made by one odd run, nor by three', () => {
    for (const odd of [1, 3]) {
      const series = [...steady(0, 20), ...steady(-0.2, odd), ...steady(0, 20)];
      assert.deepEqual(changePointsOf(series, TRENDS), [], `${odd}`);
    }
  });

  it('Change points of a history are not made by a move of less than 1 %, however sure it is', () => {
    const series = [...steady(0, 40), ...steady(-0.008, 40)];
    assert.deepEqual(changePointsOf(series, TRENDS), []);
  });

  it('Change points of a history are all found in a series that is longer than a window', () => {
    const series = [0, 0.03, 0.01, -0.04, 0].flatMap((level) => steady(level, 150));
    const found = changePointsOf(series, TRENDS).map(({ at }) => at);
    assert.deepEqual(found, [150, 300, 450, 600]);
  });
});
