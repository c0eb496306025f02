/** The job summary: the comment's content with nothing that matters folded away. */
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { Printed } from '../system/messages/printed.ts';
import { barInMarkdown } from './bar.ts';
import { blockPictures } from './block-picture.ts';
import { claimBlocks } from './claims/markdown.ts';
import { confirmationInMarkdown } from './confirmation.ts';
import { sentenceText } from './escape.ts';
import { plural } from './format.ts';
import { footer, type Links, readingGuide, verdictBox } from './frame.ts';
import { exactly, howMeasured, theSameAgain } from './method.ts';
import { isVersus } from './names.ts';
import { markdownNotes } from './notes.ts';
import { picturesInMarkdown } from './pictures.ts';
import { printedInMarkdown } from './printed.ts';
import { profilesInMarkdown } from './profile.ts';
import { areWorthATable, mostTelling, rowsOf } from './rows.ts';
import { holdInSummary, scalingInSummary } from './sections.ts';
import { fullRows } from './table.ts';
import type { HistoryTold } from './text/history.ts';
import { versusSummary } from './versus/markdown.ts';

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
