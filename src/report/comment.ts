/** The comment on the pull request: what happened, how sure, what now; the rest is folded. */
import type { Verdict } from '../judge/verdict.ts';
import { plural } from './format.ts';
import { fold, footer, type Links, readingGuide, verdictBox } from './frame.ts';
import { howMeasured } from './method.ts';
import { markdownNotes, type NoteLimits } from './notes.ts';
import { type Row, rowsOf } from './rows.ts';
import { markdownRows } from './table.ts';

/** GitHub's limit is 65,536 characters a comment; a step may still add to this one. */
const LONGEST = 60_000;

/** How much is told, the most first. The last one fits whatever the texts are. */
const SIZES: readonly Size[] = [
  { open: 50, folded: 60, notes: { notes: 15, lines: 15, columns: 140 }, method: true },
  { open: 20, folded: 20, notes: { notes: 5, lines: 10, columns: 140 }, method: false },
];

interface Size {
  /** Rows that stand open, and rows in each fold. */
  open: number;
  folded: number;
  notes: NoteLimits;
  /** Whether "How this was measured" is told, or left to the summary. */
  method: boolean;
}

const SUBJECTS_IN_METHOD = 10;

/** Markdown, ending in a newline, of less than 60,000 characters. Any text in `verdict` may be hostile. */
export function renderComment(verdict: Verdict, links: Links = {}): string {
  let comment = '';
  for (const size of SIZES) {
    comment = commentOf(verdict, links, size);
    if (comment.length < LONGEST) break;
  }
  return comment;
}

function commentOf(verdict: Verdict, links: Links, size: Size): string {
  const rows = rowsOf(verdict);
  const open = rows.filter((row) => row.open);
  const quiet = rows.filter((row) => !row.open);
  const blocks = [
    verdictBox(verdict),
    open.length === 0 ? '' : markdownRows(open.slice(0, size.open), 'brief'),
    open.length <= size.open
      ? ''
      : foldedRows(
          `The worst ${size.open} rows are above; `,
          open.slice(size.open),
          'to look at',
          size.folded,
        ),
    markdownNotes(verdict, size.notes),
    quiet.length === 0 ? '' : foldedRows('', quiet, quietWords(quiet), size.folded),
    size.method
      ? fold('How this was measured', [
          ...howMeasured(verdict, SUBJECTS_IN_METHOD),
          readingGuide(links),
        ])
      : 'How this was measured would not fit: see the job summary and `verdict.json`.',
    footer(verdict, links),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function foldedRows(
  introduction: string,
  rows: readonly Row[],
  what: string,
  limit: number,
): string {
  const more = introduction === '' ? 'row' : 'more row';
  const rest = rows.length - limit;
  return fold(`${introduction}${plural(rows.length, more)} ${what}`, [
    markdownRows(rows.slice(0, limit), 'brief'),
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
