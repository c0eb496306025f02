/** Held connections and scaling as plain text. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { plainName } from '../markup/escape.ts';
import { textTable } from '../screen/columns.ts';
import type { Paint } from '../screen/paint.ts';
import { clipToWidth, wrapWords } from '../screen/width.ts';
import { HOLD_TITLES, holdTables } from '../tables/hold.ts';
import { EFFICIENCY_TEXT, scalingTables } from '../tables/scaling.ts';
import { plural } from '../wording/format.ts';

const MOST_TABLES = 5;

/** On a narrow screen the times go first: what failed stays. */
const HOLD_EXPENDABLE = [0, 1, 1, 0, 0, 0, 2, 3, 2, 3];

export function holdLines(verdict: Verdict, width: number, paint: Paint): string[] {
  const tables = holdTables(verdict);
  return [
    ...tables
      .slice(0, MOST_TABLES)
      .flatMap(({ subject, rows }) => [
        title('connections held', subject, width, paint),
        ...plainTable(HOLD_TITLES, rows, width, paint, HOLD_EXPENDABLE),
      ]),
    ...rest(tables.length),
  ];
}

export function scalingLines(verdict: Verdict, width: number, paint: Paint): string[] {
  const tables = scalingTables(verdict);
  if (tables.length === 0) return [];
  return [
    ...tables
      .slice(0, MOST_TABLES)
      .flatMap(({ name, titles, rows, remarks }) => [
        title('scaling over server cores', name, width, paint),
        ...(rows.length === 0 ? [] : plainTable(titles, rows, width, paint)),
        ...remarks.flatMap((remark) => wrapWords(remark, width - 2).map((line) => `  ${line}`)),
      ]),
    ...rest(tables.length),
    ...wrapWords(EFFICIENCY_TEXT, width).map((line) => paint('dim', line)),
  ];
}

function title(what: string, name: string, width: number, paint: Paint): string {
  return `${paint('bold', clipToWidth(plainName(name), width - what.length - 2))}: ${what}`;
}

function plainTable(
  titles: readonly string[],
  rows: readonly string[][],
  width: number,
  paint: Paint,
  expendable: readonly number[] = [],
): string[] {
  const columns = titles.map((heading, index) => ({
    title: heading,
    align: index === 0 ? ('l' as const) : ('r' as const),
    expendable: expendable[index] ?? 0,
    cells: rows.map((row) => row[index] ?? ''),
  }));
  const lines = textTable(columns, width - 2, (text, _column, row) =>
    row === null ? paint('dim', text) : text,
  );
  return lines.map((line) => `  ${line}`);
}

function rest(tables: number): string[] {
  const more = tables - MOST_TABLES;
  return more > 0 ? [`… and ${plural(more, 'more table')}, in verdict.json`] : [];
}
