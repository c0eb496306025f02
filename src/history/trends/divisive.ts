/**
 * Change points of a series: E-divisive within windows, then a merge from the bottom. The order of steps is that of Fleming
 * and others, "Hunter: Using change point detection to hunt for performance regressions" (ICPE 2023), section 3; the test is
 * a parameter, so that it can be checked against published results by the test that these were made with. Pure.
 */
import { bestSplit, type Split } from './energy.ts';
import { type Moments, type Pieces, piecesOf } from './moments.ts';
import { type SplitTest, selectedP, tStatistic } from './significance.ts';

export interface DivisiveOptions {
  /** Values of a window; windows overlap by half. */
  readonly window: number;
  /** Values on each side of a split, at least. */
  readonly side: number;
  /** Change points with a larger p are none. */
  readonly alpha: number;
  /** Those within a window need this alone: neighbours that are no change points may hide it there. */
  readonly weakAlpha: number;
  readonly test: SplitTest;
  /** How large a move of the level is, and what is too small to count. */
  readonly size: (left: Moments, right: Moments) => number;
  readonly least: number;
  /** Whether a piece may have a split that passes `weakAlpha`: a short cut, where the test has one. */
  readonly mayHaveSplit?: (pieces: Pieces, from: number, to: number) => boolean;
}

export interface FoundPoint {
  /** Index of the first value of the new level. */
  readonly at: number;
  readonly p: number;
  readonly left: Moments;
  readonly right: Moments;
  /** Where the levels before and after it begin and end. */
  readonly span: readonly [number, number];
}

export function changePointsOf(series: readonly number[], options: DivisiveOptions): FoundPoint[] {
  return merged(weakPointsOf(series, options), series.length, piecesOf(series), options);
}

/** Where a level may have moved, as seen within windows; ascending. */
export function weakPointsOf(series: readonly number[], options: DivisiveOptions): number[] {
  const pieces = piecesOf(series);
  const found = new Set<number>();
  const step = Math.floor(options.window / 2);
  let start = 0;
  while (start < series.length) {
    const end = Math.min(start + options.window, series.length);
    const inside = splitsWithin(series, pieces, [start, end], options);
    for (const at of inside) found.add(at);
    start = Math.max(inside.at(-1) ?? 0, start + step);
  }
  return [...found].sort((a, b) => a - b);
}

/** Splits the piece with the most telling split again and again, until that split is not shown. */
function splitsWithin(
  series: readonly number[],
  pieces: Pieces,
  [start, end]: readonly [number, number],
  options: DivisiveOptions,
): number[] {
  const { side, weakAlpha, test, mayHaveSplit = () => true } = options;
  const splitOf = (from: number, to: number): Piece => ({
    from,
    to,
    split: mayHaveSplit(pieces, from, to) ? bestSplit(series, from, to, side) : null,
  });
  const all: Piece[] = [splitOf(start, end)];
  for (;;) {
    const best = all.reduce((a, b) => (divergence(b) > divergence(a) ? b : a));
    if (best.split === null) break;
    const { from, to, split } = best;
    if (test(pieces.of(from, split.at), pieces.of(split.at, to)) > weakAlpha) break;
    all.splice(all.indexOf(best), 1, splitOf(from, split.at), splitOf(split.at, to));
  }
  return all.map(({ from }) => from).filter((from) => from > start);
}

interface Piece {
  from: number;
  to: number;
  split: Split | null;
}

function divergence({ split }: Piece): number {
  return split?.divergence ?? Number.NEGATIVE_INFINITY;
}

/** The least likely one goes first, then the smallest, until all that are left are likely and large enough. */
function merged(
  points: readonly number[],
  length: number,
  pieces: Pieces,
  { alpha, test, size, least }: DivisiveOptions,
): FoundPoint[] {
  let all = [...points];
  for (;;) {
    const found = all.map((at, i): FoundPoint => {
      const [from, to] = [all[i - 1] ?? 0, all[i + 1] ?? length];
      const [left, right] = [pieces.of(from, at), pieces.of(at, to)];
      return { at, p: test(left, right), left, right, span: [from, to] };
    });
    const gone = leastOf(found, alpha, ({ left, right }) => size(left, right), least);
    if (gone === null) return found;
    // What was beside it has other neighbours now, and is tested anew.
    all = all.filter((at) => at !== gone.at);
  }
}

function leastOf(
  found: readonly FoundPoint[],
  alpha: number,
  size: (point: FoundPoint) => number,
  least: number,
): FoundPoint | null {
  const [first] = found;
  if (first === undefined) return null;
  const weakest = found.reduce((a, b) => (b.p > a.p ? b : a), first);
  if (weakest.p >= alpha) return weakest;
  const smallest = found.reduce((a, b) => (size(b) < size(a) ? b : a), first);
  return size(smallest) <= least ? smallest : null;
}

/** Most levels last for less, so that a level is seen whole, beside those before and after it. */
const WINDOW = 100;
/** What only so many runs have seen is a bad day, not a level. */
export const SIDE = 4;
/** Of a series whose level never moves, for each window of it. */
const ALPHA = 0.001;
/** e^0.01: a move of 1 % either way. Less than that another build of the same code can make. */
const LEAST_CHANGE = 0.01;

/** What trends are looked for with. `series`: logarithms. */
export const TRENDS: DivisiveOptions = {
  window: WINDOW,
  side: SIDE,
  alpha: ALPHA,
  weakAlpha: 10 * ALPHA,
  test: (left, right) => selectedP(tStatistic(left, right), left.count + right.count, SIDE),
  size: (left, right) => Math.abs(right.mean - left.mean),
  least: LEAST_CHANGE,
  mayHaveSplit: (pieces, from, to) => {
    let largest = 0;
    for (let at = from + SIDE; at <= to - SIDE; at++) {
      largest = Math.max(largest, tStatistic(pieces.of(from, at), pieces.of(at, to)));
    }
    return largest > 0 && selectedP(largest, to - from, SIDE) <= 10 * ALPHA;
  },
};
