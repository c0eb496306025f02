/** The claims for a terminal. */
import type { Verdict } from '../../judge/verdict.ts';
import { type TextColumn, textTable } from '../columns.ts';
import { oneLine } from '../escape.ts';
import { plural } from '../format.ts';
import type { Paint } from '../paint.ts';
import { indented } from '../width.ts';
import { ANSWER_SIGN, CLAIM_TITLES, claimRows } from './rows.ts';

const MOST_CLAIMS = 60;

/** None where nothing is claimed. */
export function claimLines(verdict: Verdict, width: number, paint: Paint): string[] {
  const rows = claimRows(verdict);
  const shown = rows.slice(0, MOST_CLAIMS);
  if (shown.length === 0) return [];
  const column = (
    title: string,
    align: 'l' | 'r',
    expendable: number,
    cells: string[],
  ): TextColumn => ({
    ...{ title, align, expendable, cells },
  });
  const [claim = '', answer = '', measured = '', claimed = ''] = CLAIM_TITLES;
  const lines = textTable(
    [
      column(
        claim,
        'l',
        0,
        shown.map((row) => oneLine(`${row.claim}${row.isGate ? ' (gate)' : ''}`, 120)),
      ),
      column(
        answer,
        'l',
        0,
        shown.map((row) => `${ANSWER_SIGN[row.answer]} ${row.answer}`),
      ),
      column(
        measured,
        'r',
        1,
        shown.map((row) => row.measured),
      ),
      column(
        claimed,
        'r',
        2,
        shown.map((row) => row.claimed),
      ),
    ],
    width,
    (text, _column, row) => (row === null ? paint('dim', text) : text),
  );
  const [titles = '', ...rest] = lines;
  return [
    titles,
    ...rest.flatMap((line, i) => {
      const { decides = '', reach = '' } = shown[i] ?? {};
      const remarks = [decides, reach].filter((text) => text !== '');
      return [line, ...remarks.flatMap((text) => indented(oneLine(text), width))];
    }),
    ...(rows.length > shown.length
      ? [`… and ${plural(rows.length - shown.length, 'more claim')}, in verdict.json`]
      : []),
  ];
}
