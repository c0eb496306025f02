/** What each series of a subject shows by itself: moves of its level, with the runs between which they came. Pure. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { ChangePoint } from './change-point.ts';
import { driftsOf } from './cusum.ts';
import { changePointsOf, type FoundPoint, SIDE, TRENDS } from './divisive.ts';
import { rangeOf } from './location.ts';
import { type Moments, piecesOf } from './moments.ts';
import type { ChainStep, Level, LevelTrack } from './tracks.ts';

/** `first` to `last`: places of the lines with which the change may have come. */
export interface Candidate {
  readonly first: number;
  readonly last: number;
  /** The likeliest of them. */
  readonly at: number;
  /** The last commit before `first`. */
  readonly from: string;
  readonly logChange: number;
  readonly interval: readonly [number, number];
  readonly p: number | null;
  readonly isCreep: boolean;
  readonly seenBy: NonNullable<ChangePoint['seenBy']>;
}

/** Moves the same way that are no further apart are one that came little by little. */
const CREEP_RUNS = 15;

export function ofLevels(
  { levels, seenBy }: LevelTrack,
  commitAt: (place: number) => string,
): Candidate[] {
  const series = levels.map(({ log }) => log);
  const pieces = piecesOf(series);
  const placeOf = (i: number) => (levels[i] as Level).place;
  return creeps(changePointsOf(series, TRENDS)).map((points): Candidate => {
    const [begin, end] = [points[0] as FoundPoint, points.at(-1) as FoundPoint];
    const largest = points.reduce((a, b) => (Math.abs(sizeOf(b)) > Math.abs(sizeOf(a)) ? b : a));
    const [first] = rangeOf(series, begin);
    const [, last] = rangeOf(series, end);
    // Without the runs of which nobody knows on which side they are.
    const before = first - begin.span[0] < SIDE ? begin.left : pieces.of(begin.span[0], first);
    const after = end.span[1] - last < SIDE ? end.right : pieces.of(last, end.span[1]);
    const { difference, interval } = welch(before, after);
    return {
      // Runs of other machines may lie between the two.
      first: placeOf(first - 1) + 1,
      last: placeOf(last),
      at: placeOf(largest.at),
      from: commitAt(placeOf(first - 1)),
      logChange: difference,
      interval,
      p: Math.min(...points.map(({ p }) => p)),
      isCreep: points.length > 1,
      seenBy,
    };
  });
}

/** Points that are one creep, together. */
function creeps(points: readonly FoundPoint[]): FoundPoint[][] {
  const groups: FoundPoint[][] = [];
  for (const point of points) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const goesOn =
      before !== undefined &&
      point.at - before.at <= CREEP_RUNS &&
      Math.sign(sizeOf(point)) === Math.sign(sizeOf(before));
    if (goesOn) group?.push(point);
    else groups.push([point]);
  }
  return groups;
}

function sizeOf({ left, right }: FoundPoint): number {
  return right.mean - left.mean;
}

function welch(left: Moments, right: Moments): { difference: number; interval: [number, number] } {
  const share = ({ squares, count }: Moments) => squares / (count - 1) / count;
  const [a, b] = [share(left), share(right)];
  const difference = right.mean - left.mean;
  const all = a + b;
  if (all <= 0) return { difference, interval: [difference, difference] };
  const df = all ** 2 / (a ** 2 / (left.count - 1) + b ** 2 / (right.count - 1));
  const half = tQuantile(0.975, df) * Math.sqrt(all);
  return { difference, interval: [difference - half, difference + half] };
}

/** In standard deviations of a step: less than that the runs differ by themselves, whatever one of them says. */
const SHOWN = 3;
/** The same: what a single step counts for in a drift, at most. A larger one is shown by its own run, or was a bad one. */
const STEP_AT_MOST = 4;

/** Single steps that their own runs have shown; and drifts, of which no single run shows anything. */
export function ofChain(steps: readonly ChainStep[], spread: number | null): Candidate[] {
  if (spread === null) return [];
  const isSingle = ({ isShown, log }: ChainStep) => isShown && Math.abs(log) >= SHOWN * spread;
  const singles = steps.filter(isSingle).map((one) => moveOf([one], spread, steps.length));
  const small = steps.map((one) => {
    if (isSingle(one)) return 0;
    return Math.max(-STEP_AT_MOST, Math.min(STEP_AT_MOST, one.log / spread));
  });
  const drifts = driftsOf(small).map(({ first, last }) =>
    moveOf(
      steps.slice(first, last + 1).filter((one) => !isSingle(one)),
      spread,
      steps.length,
    ),
  );
  const inOrder = [...singles, ...drifts].sort((a, b) => a.first - b.first);
  return withoutReturns(inOrder).filter(({ logChange }) => Math.abs(logChange) >= TRENDS.least);
}

function moveOf(steps: readonly ChainStep[], spread: number, all: number): Candidate {
  const logChange = steps.reduce((sum, { log }) => sum + log, 0);
  const half = tQuantile(0.975, all - 1) * spread * Math.sqrt(steps.length);
  const largest = steps.reduce((a, b) => (b.log * logChange > a.log * logChange ? b : a));
  const [begin, end] = [steps[0] as ChainStep, steps.at(-1) as ChainStep];
  return {
    first: begin.place,
    last: end.place,
    at: largest.place,
    from: begin.base,
    logChange,
    interval: [logChange - half, logChange + half],
    p: null,
    isCreep: steps.length > 1,
    seenBy: 'chain',
  };
}

/** What was gone again after a few runs was a bad run, or a change that somebody took back: the level stayed. */
function withoutReturns(found: readonly Candidate[]): Candidate[] {
  const left: Candidate[] = [];
  for (const one of found) {
    const before = left.at(-1);
    const isBack =
      before !== undefined &&
      one.first - before.last <= SIDE &&
      Math.abs(one.logChange + before.logChange) < Math.abs(before.logChange) / 2;
    if (isBack) left.pop();
    else left.push(one);
  }
  return left;
}

/** Runs on each side of a change that are looked at, at most. */
const WITNESSES = 20;

/** Whether levels before and after it show that a change in the chain was one bad run. */
export function contradicts(
  { levels }: LevelTrack,
  { first, last, logChange }: Candidate,
): boolean {
  const before = levels.filter(({ place }) => place < first).slice(-WITNESSES);
  const after = levels.filter(({ place }) => place >= last).slice(0, WITNESSES);
  if (before.length < SIDE || after.length < SIDE) return false;
  const pieces = piecesOf([...before, ...after].map(({ log }) => log));
  const { difference, interval } = welch(
    pieces.of(0, before.length),
    pieces.of(before.length, before.length + after.length),
  );
  const isOutside = logChange < interval[0] || logChange > interval[1];
  return isOutside && Math.abs(difference) < Math.abs(logChange) / 2;
}
