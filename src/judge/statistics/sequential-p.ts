/**
 * Sequential p-values: the smallest alpha at which the group-sequential test would reject at this
 * look (Liu and Anderson 2008, J. Am. Stat. Assoc. 103). They make metrics at different looks
 * comparable, which Holm's procedure needs.
 */
import { nominalLevel, type Schedule, spendAlpha } from './sequential.ts';

/** Alphas of the table, spaced evenly in the logarithm; between them log-log interpolation is used. */
const ALPHAS = Array.from({ length: 48 }, (_, i) => 10 ** (-9 + (i * (9 + Math.log10(0.9))) / 47));

const LOG_ALPHAS = ALPHAS.map(Math.log);

/** Logarithms of the levels at one look, for each of these alphas. */
type Table = Float64Array;

/** By the looks up to that one, which schedules share; and of each schedule, by the look. */
const tables = new Map<string, Table>();
const known = new WeakMap<Schedule, Table[]>();

/**
 * `level` is the one-sided p-value of the data at look `index` as if it were the only look.
 * Exact at the first look (there, all of the level is spending), interpolated later. 1 at most.
 */
export function sequentialP(level: number, schedule: Schedule, index: number): number {
  if (index === 0) {
    return Math.min(1, level / spendAlpha(1, schedule.looks[0] as number, schedule));
  }
  const points = tableFor(schedule, index);
  const x = Math.log(Math.max(level, Number.MIN_VALUE));
  let right = 0;
  while (right < points.length && (points[right] as number) < x) right++;
  if (right === points.length) return 1;
  if (right === 0)
    return Math.min(1, ((ALPHAS[0] as number) * level) / Math.exp(points[0] as number));
  const [x0, x1] = [points[right - 1] as number, points[right] as number];
  const [y0, y1] = [LOG_ALPHAS[right - 1] as number, LOG_ALPHAS[right] as number];
  return Math.exp(y0 + ((y1 - y0) * (x - x0)) / (x1 - x0));
}

function tableFor(schedule: Schedule, index: number): Table {
  const own = known.get(schedule) ?? [];
  known.set(schedule, own);
  const found = own[index] ?? sharedTable(schedule, index);
  own[index] = found;
  return found;
}

function sharedTable(schedule: Schedule, index: number): Table {
  // What comes later does not matter; but the last look of an attempt is another one than one before.
  const { looks, ends } = schedule;
  const taken = looks.slice(0, index + 1);
  const past = ends.filter((end) => end <= (taken.at(-1) as number));
  const key = `${taken.join()}:${past.join()}:${looks[0] === ends[0]}`;
  let table = tables.get(key);
  if (table === undefined) {
    table = Float64Array.from(ALPHAS, (alpha) => Math.log(nominalLevel(alpha, schedule, index)));
    tables.set(key, table);
  }
  return table;
}
