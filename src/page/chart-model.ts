/** What the chart of one line draws. Pure: no element and no canvas. */
import {
  ACCEPTED,
  type LineKind,
  type PageChangePoint,
  REFERENCE,
  WORDS,
} from '../history/page/model.ts';
import type { Line, SubjectData } from './data.ts';

/** Of neighbouring runs on one machine: places of the first and the last. */
export interface MachineSpan {
  readonly from: number;
  readonly to: number;
  readonly machine: number | null;
}

export interface ChartModel {
  readonly count: number;
  /** Columns of the chart: places, figures, ends of the interval. */
  readonly columns: [number[], (number | null)[], (number | null)[], (number | null)[]];
  /** What the line counts: a unit, or shares of its first figure, or of the first on the same machine. */
  readonly isRelative: boolean;
  readonly changePoints: readonly PageChangePoint[];
  readonly machines: readonly MachineSpan[];
  /** Places of runs whose word was a regression; and whether somebody accepted it. */
  readonly regressions: readonly { place: number; isAccepted: boolean }[];
  /** A line across a change of machine would join what cannot be compared. */
  readonly breaksAtMachines: boolean;
}

export function chartModel(
  data: SubjectData,
  line: Line,
  options: {
    kind: LineKind;
    /** Only runs on it; null: on any. */
    machine: number | null;
    changePoints: readonly PageChangePoint[];
  },
): ChartModel {
  const { kind, machine, changePoints } = options;
  const isRelative = kind !== 'value';
  const shown = (place: number) => machine === null || data.machines[place] === machine;
  const { at: start } = startsOf(data, line, { kind, machine });
  const scaled = (column: readonly (number | null)[]) =>
    column.map((one, i) => {
      if (one === null || !shown(i)) return null;
      return isRelative ? one / (start(i) ?? 1) - 1 : one;
    });
  return {
    count: line.figures.length,
    columns: [
      line.figures.map((_, i) => i),
      scaled(line.figures),
      scaled(line.lows),
      scaled(line.highs),
    ],
    isRelative,
    changePoints,
    machines: machineSpans(data.machines),
    regressions: data.words.flatMap((word, place) =>
      isRegression(word) && shown(place) && line.figures[place] !== null
        ? [{ place, isAccepted: (word & ACCEPTED) !== 0 }]
        : [],
    ),
    // Of one machine, the runs of others are no part of the line, and do not break it.
    breaksAtMachines: kind !== 'chain' && machine === null,
  };
}

export interface Starts {
  /** The figure that stands for 0 % at this place; null: there is none. */
  at(place: number): number | null;
  /** Each machine has a start of its own. */
  readonly areSeveral: boolean;
}

/**
 * A chain goes on over every machine; a figure against the calibrator says something beside those of its own machine only, so that each
 * machine begins at 0 %.
 */
export function startsOf(
  { machines }: SubjectData,
  { figures }: Line,
  { kind, machine }: { kind: LineKind; machine: number | null },
): Starts {
  const isEach = kind === 'calibrated';
  const starts = new Map<number | null, number>();
  figures.forEach((figure, place) => {
    const on = machines[place] ?? null;
    const key = isEach ? on : null;
    const isShown = machine === null || on === machine;
    if (figure !== null && isShown && !starts.has(key)) starts.set(key, figure);
  });
  return {
    at: (place) => starts.get(isEach ? (machines[place] ?? null) : null) ?? null,
    areSeveral: starts.size > 1,
  };
}

/** In the order of the places. */
export function machineSpans(machines: readonly (number | null)[]): MachineSpan[] {
  const spans: MachineSpan[] = [];
  machines.forEach((machine, place) => {
    const last = spans.at(-1);
    if (last !== undefined && last.machine === machine) {
      spans[spans.length - 1] = { ...last, to: place };
    } else spans.push({ from: place, to: place, machine });
  });
  return spans;
}

function isRegression(word: number): boolean {
  return WORDS[word % ACCEPTED] === 'regression' && !(word & REFERENCE);
}

/** The window moved or zoomed so that it stays within the line and never gets too small. */
export function clamped(
  [from, to]: readonly [number, number],
  count: number,
  least = 5,
): [number, number] {
  const whole = Math.max(count - 1, 1);
  const size = Math.min(whole, Math.max(to - from, Math.min(least, whole)));
  const middle = (from + to) / 2;
  const start = Math.min(Math.max(0, middle - size / 2), whole - size);
  return [start, start + size];
}

/** The next place with a figure, from `place` on by `step`; the last one that there is where it ends before. */
export function nextPlace(
  figures: readonly (number | null)[],
  place: number,
  step: number,
): number | null {
  const direction = Math.sign(step);
  let found: number | null = null;
  let left = Math.abs(step);
  for (let i = place + direction; i >= 0 && i < figures.length; i += direction) {
    left--;
    if (figures[i] === null || figures[i] === undefined) continue;
    found = i;
    if (left <= 0) break;
  }
  return found ?? ((figures[place] ?? null) === null ? null : place);
}

/** The place with a figure that is nearest; `wanted` may lie outside of the line. */
export function nearestPlace(figures: readonly (number | null)[], wanted: number): number | null {
  const place = Math.min(Math.max(wanted, 0), figures.length - 1);
  for (let distance = 0; distance < figures.length; distance++) {
    for (const candidate of [place - distance, place + distance]) {
      if ((figures[candidate] ?? null) !== null) return candidate;
    }
  }
  return null;
}
