/** The comment on the pull request: what happened, how sure, what now; the rest is folded. */
import type { Verdict } from '../judge/verdict.ts';
import { plural } from './format.ts';
import { fold, footer, type Links, readingGuide, verdictBox } from './frame.ts';
import { howMeasured } from './method.ts';
import { markdownNotes } from './notes.ts';
import { type Row, rowsOf } from './rows.ts';
import { markdownRows } from './table.ts';

/** Together well below GitHub's limit of 65,536 characters a comment. */
const OPEN_ROWS = 50;
const FOLDED_ROWS = 60;
const NOTES = 15;
const SUBJECTS_IN_METHOD = 10;

/** Markdown, ending in a newline. Any text in `verdict` may be hostile. */
export function renderComment(verdict: Verdict, links: Links = {}): string {
  const rows = rowsOf(verdict);
  const open = rows.filter((row) => row.open);
  const quiet = rows.filter((row) => !row.open);
  const blocks = [
    verdictBox(verdict),
    open.length === 0 ? '' : markdownRows(open.slice(0, OPEN_ROWS), 'brief'),
    open.length <= OPEN_ROWS
      ? ''
      : foldedRows(`The worst ${OPEN_ROWS} rows are above; `, open.slice(OPEN_ROWS), 'to look at'),
    markdownNotes(verdict, NOTES),
    quiet.length === 0 ? '' : foldedRows('', quiet, quietWords(quiet)),
    fold('How this was measured', [
      ...howMeasured(verdict, SUBJECTS_IN_METHOD),
      readingGuide(links),
    ]),
    footer(verdict, links),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function foldedRows(introduction: string, rows: readonly Row[], what: string): string {
  const more = introduction === '' ? 'row' : 'more row';
  const rest = rows.length - FOLDED_ROWS;
  return fold(`${introduction}${plural(rows.length, more)} ${what}`, [
    markdownRows(rows.slice(0, FOLDED_ROWS), 'brief'),
    ...(rest > 0
      ? [`… and ${plural(rest, 'more row')}: see the job summary and \`verdict.json\`.`]
      : []),
  ]);
}

/** "unchanged", or what else is folded with them. */
function quietWords(rows: readonly Row[]): string {
  const others = rows.filter(({ word }) => word !== 'unchanged').length;
  if (others === 0) return 'unchanged';
  if (others === rows.length) return 'shown only (not gated)';
  return `unchanged, or shown only (not gated)`;
}
