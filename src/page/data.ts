/** Columns of one subject, unpacked: each line when it is first asked for. Pure. */
import { type Column, unpack, unpackFigures } from '../history/page/columns.ts';
import {
  HALF_STEP,
  type LineKind,
  lineKey,
  type PageData,
  type PageRuns,
} from '../history/page/model.ts';

export interface Runs {
  readonly commits: readonly string[];
  /** Seconds since 1970. */
  readonly at: readonly number[];
  readonly ids: Column;
}

export interface Line {
  readonly figures: Column;
  /** Ends of the 95 % interval of each figure. */
  readonly lows: Column;
  readonly highs: Column;
  /** Half of it, of ln(figure). */
  readonly halves: Column;
}

export interface SubjectData {
  /** Number of the run at each place. */
  readonly runs: readonly number[];
  /** Seconds since 1970 at each place. */
  readonly at: readonly number[];
  readonly words: readonly number[];
  readonly machines: Column;
  line(metric: string, kind: LineKind): Line | null;
}

export function runsOf({ commits, at, ids }: PageRuns): Runs {
  return { commits: commits === '' ? [] : commits.split(','), at: numbers(at), ids: unpack(ids) };
}

export function subjectData({ runs, words, machines, lines }: PageData, all: Runs): SubjectData {
  const places = numbers(runs);
  const unpacked = new Map<string, Line>();
  return {
    runs: places,
    at: places.map((run) => all.at[run] as number),
    words: numbers(words),
    machines: unpack(machines),
    line: (metric, kind) => {
      const key = lineKey(metric, kind);
      const known = unpacked.get(key);
      if (known !== undefined) return known;
      const packed = Object.hasOwn(lines, key) ? lines[key] : undefined;
      if (packed === undefined) return null;
      const figures = unpackFigures(packed.figures);
      const halves: Column =
        packed.halves === null
          ? figures.map(() => null)
          : unpack(packed.halves).map((one) => (one === null ? null : one * HALF_STEP));
      const end = (sign: 1 | -1) =>
        figures.map((figure, i) => {
          const half = halves[i] ?? null;
          return figure === null || half === null ? null : figure * Math.exp(sign * half);
        });
      const line = { figures, halves, lows: end(-1), highs: end(1) };
      unpacked.set(key, line);
      return line;
    },
  };
}

function numbers(packed: string): number[] {
  return unpack(packed).map((one) => one ?? 0);
}
