/** The logarithmic axis of forest plots: twice as much and half as much lie equally far from 1. */
import type { Mark } from './mark.ts';

export interface Axis {
  /** It reaches from 1/extent to extent. */
  extent: number;
  /** Ascending; the ends and 1 are among them. */
  ticks: readonly number[];
}

/** How far an axis may reach, and a tick half way. */
const EXTENTS: readonly (readonly [extent: number, between: number])[] = [
  [1.1, 1.05],
  [1.25, 1.1],
  [1.5, 1.2],
  [2, 1.4],
  [3, 1.7],
  [5, 2],
  [10, 3],
];

/** One extreme figure must not press all the others into a dot: so many of the intervals fit, and the rest if it costs little. */
const FITTING = 0.75;
const LITTLE = 2;

/** One axis for all plots of a report, so that they can be compared with each other. */
export function axisFor(marks: readonly Mark[]): Axis {
  const reaches = marks.map(reachOf).sort((a, b) => a - b);
  const most = stepFor(reaches[Math.max(0, Math.ceil(reaches.length * FITTING) - 1)] ?? 1);
  const step = Math.min(stepFor(reaches.at(-1) ?? 1), most + LITTLE);
  const [extent, between] = EXTENTS[step] as (typeof EXTENTS)[number];
  return { extent, ticks: [1 / extent, 1 / between, 1, between, extent] };
}

/** The first extent that suffices, or the last. */
function stepFor(reach: number): number {
  const step = EXTENTS.findIndex(([extent]) => extent >= reach);
  return step < 0 ? EXTENTS.length - 1 : step;
}

/** 0 is the left end, 1 the right one; beyond them it is off the scale. */
export function positionOf(ratio: number, { extent }: Pick<Axis, 'extent'>): number {
  if (ratio <= 0) return Number.NEGATIVE_INFINITY;
  const position = (Math.log(ratio) / Math.log(extent) + 1) / 2;
  // The ends themselves are on the scale, however they were rounded; the left one is 0 and not -0.
  return Math.abs(position - Math.round(position)) < 1e-9 ? Math.round(position) + 0 : position;
}

/** `0.5`, `1`, `1.25`: at most two decimals. */
export function tickText(ratio: number): string {
  return String(Number(ratio.toFixed(2)));
}

/** The extent that its whole interval would need. */
function reachOf({ ratio, interval, isAside = false }: Mark): number {
  return Math.max(
    ...(isAside || interval === null ? [ratio] : interval).map((end) =>
      end <= 0 ? Infinity : Math.max(end, 1 / end),
    ),
  );
}
