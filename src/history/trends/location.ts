/**
 * Within which runs a change surely came: the 95 % confidence set of a change point by its likelihood ratio. Hansen,
 * "Sample splitting and threshold estimation", Econometrica 68 (2000), table 1, has the bound. Pure.
 */
import type { FoundPoint } from './divisive.ts';
import { piecesOf } from './moments.ts';

const BOUND_95 = 7.35;

/** First and last index at which the new level may have begun. */
export function rangeOf(series: readonly number[], { at, span }: FoundPoint): [number, number] {
  const [from, to] = span;
  const pieces = piecesOf(series);
  const spreadAt = (i: number) => pieces.of(from, i).squares + pieces.of(i, to).squares;
  const best = spreadAt(at);
  const count = to - from;
  // Of series whose values are equal to the last digit.
  const isAsGood = (i: number) =>
    best <= 0 ? i === at : count * Math.log(spreadAt(i) / best) <= BOUND_95;
  let first = at;
  let last = at;
  for (let i = from + 1; i < at; i++) {
    if (isAsGood(i)) {
      first = i;
      break;
    }
  }
  for (let i = to - 1; i > at; i--) {
    if (isAsGood(i)) {
      last = i;
      break;
    }
  }
  return [first, last];
}
