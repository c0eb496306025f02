/** The claims for a terminal: a table where it fits, else each in lines of its own. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { oneLine } from '../markup/escape.ts';
import { type TextColumn, textTable } from '../screen/columns.ts';
import type { Paint } from '../screen/paint.ts';
import { indented, wrapWords } from '../screen/width.ts';
import { plural } from '../wording/format.ts';
import { ANSWER_SIGN, CLAIM_TITLES, type ClaimRow, claimRows } from './rows.ts';

const MOST_CLAIMS = 60;

/** None where nothing is claimed. */
export function claimLines(verdict: Verdict, width: number, paint: Paint): string[] {
  const rows = claimRows(verdict);
  const shown = rows.slice(0, MOST_CLAIMS);
  if (shown.length === 0) return [];
  const [titles = '', ...table] = textTable(columnsOf(shown), width);
  const fits = CLAIM_TITLES.slice(0, 4).every((title) => titles.includes(title));
  const rest = rows.length - shown.length;
  return [
    ...(fits ? [paint('dim', titles)] : []),
    ...shown.flatMap((row, i) => [
      ...(fits ? [table[i] ?? ''] : listed(row, width)),
      ...remarksOf(row).flatMap((text) => indented(text, width)),
    ]),
    ...(rest > 0 ? [`… and ${plural(rest, 'more claim')}, in verdict.json`] : []),
  ];
}

function columnsOf(rows: readonly ClaimRow[]): TextColumn[] {
  const column = (
    index: number,
    align: TextColumn['align'],
    cell: (row: ClaimRow) => string,
  ): TextColumn => ({
    title: CLAIM_TITLES[index] ?? '',
    align,
    expendable: index,
    cells: rows.map(cell),
  });
  return [
    column(0, 'l', nameOf),
    column(1, 'l', answerOf),
    column(2, 'r', ({ measured }) => measured),
    column(3, 'r', ({ claimed }) => claimed),
  ];
}

function listed(row: ClaimRow, width: number): string[] {
  return [
    ...wrapWords(`${answerOf(row)}: ${nameOf(row)}`, width),
    ...indented(`measured ${row.measured}, claimed ${row.claimed}`, width),
  ];
}

function nameOf({ claim, isGate }: ClaimRow): string {
  return oneLine(`${claim}${isGate ? ' (gate)' : ''}`, 120);
}

function answerOf({ answer }: ClaimRow): string {
  return `${ANSWER_SIGN[answer]} ${answer}`;
}

function remarksOf({ decides, reach }: ClaimRow): string[] {
  return [decides, reach].filter((text) => text !== '').map((text) => oneLine(text));
}
