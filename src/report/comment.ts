/** The comment on the pull request: what happened, how sure, what now; the rest is folded. */
import type { Verdict } from '../judge/verdict/verdict.ts';
import { VERDICT_ORDER } from '../terms/verdict-word.ts';
import { claimBlocks } from './claims/markdown.ts';
import { footer, type Links, LONGEST_COMMENT, verdictBox } from './frame/frame.ts';
import { markdownNotes, type NoteLimits } from './frame/notes.ts';
import { linkTarget } from './markup/escape.ts';
import { fold } from './markup/fold.ts';
import { barInMarkdown } from './sections/bar.ts';
import { confirmationInMarkdown } from './sections/confirmation.ts';
import {
  holdInComment,
  type SectionLimits,
  scalingInComment,
} from './sections/hold-and-scaling.ts';
import { howMeasured, theSameAgain } from './sections/method.ts';
import { picturesInMarkdown } from './sections/pictures.ts';
import { type CommentOutput, NO_OUTPUT, printedInComment } from './sections/printed.ts';
import {
  areWorthATable,
  isMarked,
  leadRows,
  mostTelling,
  type Row,
  rowsOf,
} from './tables/rows.ts';
import { briefRows, type Said } from './tables/table.ts';
import { versusComment } from './versus/markdown.ts';
import { plural } from './wording/format.ts';
import { isVersus } from './wording/names.ts';
import { VERDICT_LABEL, VERDICT_SIGN } from './wording/verdict-labels.ts';

/** How much is told, the most first. The last one fits whatever the texts are. */
const SIZES: readonly Size[] = [
  {
    open: 50,
    folded: 60,
    notes: { notes: 15, lines: 15, columns: 140 },
    sections: { holds: 10, scalings: 10 },
    method: true,
  },
  {
    open: 50,
    folded: 30,
    notes: { notes: 10, lines: 10, columns: 140 },
    sections: { holds: 5, scalings: 5 },
    method: true,
  },
  {
    open: 15,
    folded: 12,
    notes: { notes: 3, lines: 10, columns: 140 },
    sections: { holds: 2, scalings: 2 },
    method: false,
  },
];

interface Size {
  /** Subjects that stand open, and rows in each fold. */
  open: number;
  folded: number;
  notes: NoteLimits;
  sections: SectionLimits;
  /** Whether "How this was measured" is told, or left to the summary. */
  method: boolean;
}

/** Markdown, ending in a newline, of less than 60,000 characters. Any text in `verdict` may be hostile. */
export function renderComment(
  verdict: Verdict,
  links: Links = {},
  output: CommentOutput = NO_OUTPUT,
): string {
  if (isVersus(verdict)) return versusComment(verdict, links, output);
  let comment = '';
  for (const size of SIZES) {
    comment = commentOf(verdict, links, output, size);
    if (comment.length < LONGEST_COMMENT) break;
  }
  return comment;
}

function commentOf(verdict: Verdict, links: Links, output: CommentOutput, size: Size): string {
  const rows = rowsOf(verdict);
  const { leads, others } = leadRows(rows);
  const more = others.filter(({ place }) => place === 'open');
  const quiet = others.filter(({ place }) => place === 'quiet');
  const shown = others.filter(({ place }) => place === 'shown');
  const rest = leads.slice(size.open);
  // A single subject is in the first line. What could have been seen is the question where nothing was; beside a
  // regression the column would make the table wider than a comment.
  const of: Said[] = verdict.subjects.length > 1 ? [] : ['Subject'];
  const said = leads.some(({ word }) => word === 'regression')
    ? ([...of, 'Visible from'] as const)
    : of;
  const blocks = [
    '### Throughput Gate',
    verdictBox(verdict, links),
    ...confirmationInMarkdown(verdict, size.folded),
    ...barInMarkdown(verdict, size.notes.notes),
    ...claimBlocks(verdict, size.notes.notes),
    areWorthATable(leads) ? briefRows(leads.slice(0, size.open), said) : '',
    foldedRows(
      `The worst ${size.open} subjects are above; ${plural(rest.length, 'more subject')} to look at`,
      rest,
      size.folded,
      said,
    ),
    foldedRows(
      `${plural(more.length, 'more row')} of these: ${counted(more)}`,
      more,
      size.folded,
      said,
    ),
    markdownNotes(verdict, size.notes),
    ...printedInComment(output, verdict, size.notes, links.summaryUrl),
    ...picturesInMarkdown(verdict),
    ...holdInComment(verdict, size.sections),
    foldedRows(`${plural(quiet.length, 'row')} unchanged`, quiet, size.folded, [...of, 'Verdict']),
    foldedRows(shownTitle(shown), shown, size.folded, of),
    ...scalingInComment(verdict, size.sections),
    size.method
      ? fold('How this was measured', [
          ...howMeasured(verdict),
          ...theSameAgain(verdict),
          `Exact commands, autocannon's opening burst and how to read the table: ${summary(links)}.`,
        ])
      : 'How this was measured would not fit: see the job summary and `verdict.json`.',
    footer(verdict, links),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function summary({ summaryUrl }: Links): string {
  const target = linkTarget(summaryUrl);
  return target === null ? '`summary.md`' : `[the job summary](${target})`;
}

/** "1 🔴 regression, 2 🟡 inconclusive": what is folded away is counted on the fold. */
function counted(rows: readonly Row[]): string {
  return VERDICT_ORDER.flatMap((word) => {
    const count = rows.filter((row) => row.word === word).length;
    return count === 0 ? [] : [`${count} ${VERDICT_SIGN[word]} ${VERDICT_LABEL[word]}`];
  }).join(', ');
}

/** Nothing where there are no rows. */
function foldedRows(
  title: string,
  rows: readonly Row[],
  limit: number,
  said: readonly Said[] = [],
): string {
  if (rows.length === 0) return '';
  const rest = rows.length - limit;
  return fold(title, [
    briefRows(mostTelling(rows, limit), said),
    ...(rest > 0
      ? [`… and ${plural(rest, 'more row')}: see the job summary and \`verdict.json\`.`]
      : []),
  ]);
}

/** Folded because it fails nobody; what moved is said on the fold, so that nobody need open it to know. */
function shownTitle(rows: readonly Row[]): string {
  const moved = (['regression', 'improvement'] as const).flatMap((word) => {
    const count = rows.filter((row) => isMarked(row) && row.word === word).length;
    return count === 0 ? [] : [`${VERDICT_SIGN[word]} ${count} ${MOVED[word]}`];
  });
  return `Also measured (shown only): ${[plural(rows.length, 'row'), ...moved].join(', ')}`;
}

const MOVED = { regression: 'got worse', improvement: 'got better' };
