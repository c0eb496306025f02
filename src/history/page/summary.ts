/** What the overview says of one line: its last value, how far it moved, its last change point. Made alike by program and page. */
import { medianOf } from '../median.ts';

/** Of so many runs at each end the middle one counts, so that one odd run moves nothing. */
const AT_AN_END = 5;

export interface Span {
  /** Places in the column: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

export interface LineSummary {
  /** Place of the last figure; null when there is none in the span. */
  readonly last: number | null;
  /** Where the comparison starts: the first figure, of those of the last one's machine where figures cannot be compared across machines. */
  readonly since: number | null;
  /** ln(end / beginning), or end - beginning of figures that may be nothing; null with fewer than two figures. */
  readonly change: number | null;
  /** Half the 95 % interval of `change`; null where it is not known, as of figures whose runs differ by more than their own bands. */
  readonly half: number | null;
  /** Of a change point of this line: its place among them; null without one in the span. */
  readonly changePoint: number | null;
}

export interface SummaryParts {
  readonly figures: readonly (number | null)[];
  /** Number of each run's machine. */
  readonly machines: readonly (number | null)[];
  /** Whether figures of two machines can be compared, as chained ratios can. */
  readonly spansMachines: boolean;
  readonly isLog: boolean;
  /** Of a chain: half the 95 % interval of ln(figure), which grows along it. Absent: a band says nothing of two runs. */
  readonly halves?: readonly (number | null)[];
  /** Places of its change points, ascending. */
  readonly changePoints: readonly number[];
}

export function summaryOf(parts: SummaryParts, { from, to }: Span): LineSummary {
  const { figures, machines, spansMachines, isLog, changePoints, halves = [] } = parts;
  const changePoint = changePoints.findLastIndex((at) => at >= from && at < to);
  const found = { changePoint: changePoint < 0 ? null : changePoint };
  const places: number[] = [];
  for (let i = Math.min(to, figures.length) - 1; i >= from; i--) {
    if (figures[i] === null || figures[i] === undefined) continue;
    // Runners take turns: another machine's runs lie between those of this one, and are no part of its line.
    if (!spansMachines && places.length > 0 && machines[i] !== machines[places[0] as number]) {
      continue;
    }
    places.push(i);
  }
  const [last] = places;
  if (last === undefined) return { last: null, since: null, change: null, half: null, ...found };
  const since = places.at(-1) as number;
  if (places.length < 2) return { last, since, change: null, half: null, ...found };
  const count = Math.min(AT_AN_END, Math.floor(places.length / 2));
  const middle = (some: readonly number[]) => medianOf(some.map((at) => figures[at] as number));
  const [end, beginning] = [middle(places.slice(0, count)), middle(places.slice(-count))];
  const change = isLog ? Math.log(end / beginning) : end - beginning;
  const half = halfBetween(halves[since] ?? 0, halves[last] ?? null);
  return { last, since, change, half, ...found };
}

/** What was added to a chain's error between two of its figures; of one that was tied down meanwhile, both have their own. */
export function halfBetween(before: number, now: number | null): number | null {
  if (now === null) return null;
  return now >= before ? Math.sqrt(now ** 2 - before ** 2) : Math.hypot(now, before);
}
