/** The comment and the summary of a versus. Any text in the verdict may be hostile. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import type { Printed } from '../../system/messages/printed.ts';
import { claimBlocks } from '../claims/markdown.ts';
import { footer, type Links, LONGEST_COMMENT } from '../frame/frame.ts';
import { markdownNotes, type NoteLimits } from '../frame/notes.ts';
import { alignedTable } from '../markup/aligned-table.ts';
import { codeBlock, codeSpan, escapeText, tableCell } from '../markup/escape.ts';
import { fold } from '../markup/fold.ts';
import { type Phrase, phraseToMarkdown } from '../markup/phrase.ts';
import {
  holdInComment,
  holdInSummary,
  scalingInComment,
  scalingInSummary,
} from '../sections/hold-and-scaling.ts';
import { exactly, theSameAgain } from '../sections/method.ts';
import {
  type CommentOutput,
  NO_OUTPUT,
  printedInComment,
  printedInMarkdown,
} from '../sections/printed.ts';
import { shortMethod } from '../sections/short-method.ts';
import { mostTelling, rowsOf } from '../tables/rows.ts';
import { plural } from '../wording/format.ts';
import { contenderRows } from './figures.ts';
import { PLOT_KEY, PLOT_SENTENCE, textPlots } from './forest.ts';
import { introOf } from './intro.ts';
import { whatItCannotSay } from './limits.ts';
import { RANKING_TITLES, rankingTables } from './ranking.ts';

/** Nothing changed from one commit to another. */
const NO_CHANGE = { compareUrl: '' };

/** Rows of one ranking. */
const MOST_RANKS = 20;

interface Size {
  claims: number;
  /** Plots that stand open, and those in the fold. */
  open: number;
  folded: number;
  /** Rankings in the fold. */
  rankings: number;
  notes: NoteLimits;
}

/** The last one fits whatever the texts are. */
const SIZES: readonly Size[] = [
  { claims: 40, open: 1, folded: 30, rankings: 40, notes: { notes: 12, lines: 10, columns: 140 } },
  { claims: 20, open: 1, folded: 6, rankings: 8, notes: { notes: 5, lines: 8, columns: 140 } },
  { claims: 6, open: 1, folded: 0, rankings: 0, notes: { notes: 2, lines: 4, columns: 140 } },
];

const IN_SUMMARY: Size = {
  claims: 500,
  open: 200,
  folded: 0,
  rankings: 200,
  notes: { notes: 200, lines: 20, columns: 400 },
};

export function versusComment(
  verdict: Verdict,
  links: Links = {},
  output: CommentOutput = NO_OUTPUT,
): string {
  let comment = '';
  for (const size of SIZES) {
    comment = joined(commentBlocks(verdict, links, output, size));
    if (comment.length < LONGEST_COMMENT) break;
  }
  return comment;
}

export function versusSummary(
  verdict: Verdict,
  links: Links = {},
  printed: readonly Printed[] = [],
): string {
  const size = IN_SUMMARY;
  return joined([
    `## ${heading(verdict)}`,
    box(verdict),
    ...claimBlocks(verdict, size.claims),
    ...rankingBlocks(verdict, 200, size),
    ...plotBlocks(verdict, size),
    '### All figures',
    contenderRows(mostTelling(rowsOf(verdict), 2500), verdict),
    ...holdInSummary(verdict, { holds: 100, scalings: 100 }),
    ...scalingInSummary(verdict, { holds: 100, scalings: 100 }),
    markdownNotes(verdict, size.notes),
    ...printedInMarkdown(printed, verdict, { notes: 60, lines: 40, columns: 2000 }),
    '### How this was measured',
    ...methodBlocks(verdict),
    ...exactly(verdict, 200),
    ...limitBlocks(verdict),
    footer(verdict, { ...links, ...NO_CHANGE }),
  ]);
}

function commentBlocks(
  verdict: Verdict,
  links: Links,
  output: CommentOutput,
  size: Size,
): string[] {
  return [
    `### ${heading(verdict)}`,
    box(verdict),
    ...claimBlocks(verdict, size.claims),
    ...rankingBlocks(verdict, 2, size),
    ...plotBlocks(verdict, size),
    markdownNotes(verdict, size.notes),
    ...printedInComment(output, verdict, size.notes, links.summaryUrl),
    ...holdInComment(verdict, { holds: 5, scalings: 5 }),
    ...scalingInComment(verdict, { holds: 5, scalings: 5 }),
    methodFold(verdict),
    footer(verdict, { ...links, ...NO_CHANGE }),
  ];
}

function methodFold(verdict: Verdict): string {
  const limits = limitBlocks(verdict);
  const title =
    limits.length === 0
      ? 'How this was measured, and how to repeat it'
      : 'How this was measured, how to repeat it, and what it cannot say';
  return fold(title, [...methodBlocks(verdict), ...limits]);
}

function joined(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function heading(verdict: Verdict): string {
  return `Throughput Gate: ${escapeText(introOf(verdict).title, 300)}`;
}

const ALERT = { plain: 'NOTE', failed: 'CAUTION', broken: 'WARNING' };

/** Grey for whoever only wants to know; red where a claim that gates is refuted. */
function box(verdict: Verdict): string {
  const { sentences, check, tone } = introOf(verdict);
  const [first = '', ...rest] = sentences.map(phraseToMarkdown);
  const paragraphs = [`**${first}**`, rest.join(' '), check.map(phraseToMarkdown).join(' ')].filter(
    (text) => text !== '',
  );
  return [`[!${ALERT[tone]}]`, paragraphs.join('\n\n')]
    .join('\n')
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

function rankingBlocks(verdict: Verdict, open: number, { rankings }: Size): string[] {
  const tables = rankingTables(verdict);
  const leads = tables.filter((one) => one.isLead).length;
  const shown = Math.min(open, leads);
  const inOrder = [...tables.filter((one) => one.isLead), ...tables.filter((one) => !one.isLead)];
  const blocks = inOrder.map(({ scenario, title, rows }) => [
    `**Ranking on ${codeSpan(scenario)} by ${title}**`,
    alignedTable(
      [
        RANKING_TITLES,
        ...rows
          .slice(0, MOST_RANKS)
          .map(([rank = '', name = '', value = '']) => [rank, tableCell(codeSpan(name)), value]),
      ],
      ['l', 'l', 'r'],
    ),
  ]);
  const folded = blocks.slice(shown, shown + rankings).flat();
  return [
    ...blocks.slice(0, shown).flat(),
    ...(folded.length === 0
      ? []
      : [fold(`${plural(blocks.length - shown, 'more ranking')}`, folded)]),
  ];
}

function plotBlocks(verdict: Verdict, { open, folded }: Size): string[] {
  const plots = textPlots(verdict);
  if (plots.length === 0) return [];
  const blocks = plots.map(({ title, lines, blocks: measured }) => [
    `**${escapeText(title, 200)}** (${measured})`,
    codeBlock([...lines, '', PLOT_KEY].join('\n'), 'text', 60, 80),
  ]);
  const more = blocks.slice(open, open + folded).flat();
  const left = plots.length - open - folded;
  return [
    ...blocks.slice(0, open).flat(),
    PLOT_SENTENCE,
    ...(more.length === 0
      ? []
      : [
          fold(
            `${plural(Math.min(folded, plots.length - open), 'more plot')}, on the same scale`,
            more,
          ),
        ]),
    ...(left > 0 ? [`… and ${plural(left, 'more plot')}, in \`report.html\`.`] : []),
  ];
}

function methodBlocks(verdict: Verdict): string[] {
  return [list(shortMethod(verdict)), ...theSameAgain(verdict)];
}

function limitBlocks(verdict: Verdict): string[] {
  const limits = whatItCannotSay(verdict);
  return limits.length === 0
    ? []
    : ['**What this cannot say**', list(limits.map((text) => [text]))];
}

function list(phrases: readonly Phrase[]): string {
  return phrases.map((phrase) => `- ${phraseToMarkdown(phrase)}`).join('\n');
}
