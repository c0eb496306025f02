/** The job summary: the comment's content with nothing that matters folded away. */
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { Printed } from '../system/messages/printed.ts';
import { claimBlocks } from './claims/markdown.ts';
import { footer, type Links, readingGuide, verdictBox } from './frame/frame.ts';
import { markdownNotes } from './frame/notes.ts';
import type { HistoryTold } from './history/told.ts';
import { sentenceText } from './markup/escape.ts';
import { barInMarkdown } from './sections/bar.ts';
import { blockPictures } from './sections/block-picture.ts';
import { confirmationInMarkdown } from './sections/confirmation.ts';
import { holdInSummary, scalingInSummary } from './sections/hold-and-scaling.ts';
import { exactly, howMeasured, theSameAgain } from './sections/method.ts';
import { picturesInMarkdown } from './sections/pictures.ts';
import { printedInMarkdown } from './sections/printed.ts';
import { profilesInMarkdown } from './sections/profile.ts';
import { areWorthATable, mostTelling, rowsOf } from './tables/rows.ts';
import { fullRows } from './tables/table.ts';
import { versusSummary } from './versus/markdown.ts';
import { plural } from './wording/format.ts';
import { isVersus } from './wording/names.ts';

/** Together below GitHub's limit of 1 MiB a step. */
const ROWS = 2500;
const NOTES = { notes: 200, lines: 20, columns: 400 };
const PRINTED = { notes: 60, lines: 40, columns: 2000 };
const SECTIONS = { holds: 100, scalings: 100 };
const SUBJECTS_IN_METHOD = 200;
const CONFIRMATIONS = 200;
const BAR = 200;
const CLAIMS = 500;

/** Markdown, ending in a newline: what became of the history, for a summary that was published before that was known. */
export function historyInSummary({ line, moves }: HistoryTold): string {
  return `${[sentenceText(line), ...(moves === null ? [] : [moves.note.trimEnd()])].join('\n\n')}\n`;
}

/**
 * Markdown, ending in a newline. Any text in `verdict` may be hostile. `printed`: only for the page of the run, where the
 * runner masks secrets; never for a file.
 */
export function renderSummary(
  verdict: Verdict,
  links: Links = {},
  printed: readonly Printed[] = [],
): string {
  if (isVersus(verdict)) return versusSummary(verdict, links, printed);
  const rows = rowsOf(verdict);
  const rest = rows.length - ROWS;
  const blocks = [
    '## Throughput Gate',
    verdictBox(verdict, links),
    ...confirmationInMarkdown(verdict, CONFIRMATIONS),
    ...barInMarkdown(verdict, BAR),
    ...claimBlocks(verdict, CLAIMS),
    areWorthATable(rows) ? fullRows(mostTelling(rows, ROWS)) : '',
    rest > 0 ? `… and ${plural(rest, 'more row')}, in \`verdict.json\`.` : '',
    markdownNotes(verdict, NOTES),
    ...printedInMarkdown(printed, verdict, PRINTED),
    ...profilesInMarkdown(verdict),
    ...blockPictures(verdict),
    ...picturesInMarkdown(verdict),
    ...holdInSummary(verdict, SECTIONS),
    ...scalingInSummary(verdict, SECTIONS),
    links.history === undefined ? '' : sentenceText(links.history.line),
    readingGuide(links),
    links.history?.moves?.note.trimEnd() ?? '',
    '### How this was measured',
    ...howMeasured(verdict),
    ...exactly(verdict, SUBJECTS_IN_METHOD),
    ...theSameAgain(verdict),
    footer(verdict, links),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
