/** A versus for a person at a terminal. Any text in the verdict may be hostile. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { claimLines } from '../claims/lines.ts';
import { notesOf } from '../frame/notes.ts';
import { fileLines, MOST_PRINTED, noteLines } from '../frame/terminal-notes.ts';
import { blockLines, oneLine, plainName } from '../markup/escape.ts';
import { phraseToText } from '../markup/phrase.ts';
import { textTable } from '../screen/columns.ts';
import { type Paint, painter } from '../screen/paint.ts';
import type { TerminalOptions } from '../screen/terminal-options.ts';
import { indented, wrapWords } from '../screen/width.ts';
import { holdLines, scalingLines } from '../sections/hold-and-scaling-lines.ts';
import { repeatCommands } from '../sections/method.ts';
import { printedLines } from '../sections/printed.ts';
import { shortMethod } from '../sections/short-method.ts';
import { plural } from '../wording/format.ts';
import { versusCheck } from './check.ts';
import { PLOT_KEY, PLOT_SENTENCE, textPlots } from './forest.ts';
import { introOf } from './intro.ts';
import { whatItCannotSay } from './limits.ts';
import { RANKING_TITLES, rankingTables } from './ranking.ts';

const MOST_PLOTS = 12;
/** Wider than this a plot says no more. */
const WIDEST_PLOT = 100;

export function versusTerminal(verdict: Verdict, options: TerminalOptions): string {
  const width = Math.max(40, options.width);
  const paint = painter(options.color);
  const sections = [
    top(verdict, width, paint),
    claimLines(verdict, width, paint),
    rankingLines(verdict, width, paint),
    plotLines(verdict, width, paint),
    holdLines(verdict, width, paint),
    scalingLines(verdict, width, paint),
    noteLines(notesOf(verdict), width - 2, paint).map((line) => `  ${line}`),
    printedLines(options.printed ?? [], verdict, MOST_PRINTED, { width, paint }),
    bottom(verdict, options, width).map((line) => paint('dim', line)),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function top(verdict: Verdict, width: number, paint: Paint): string[] {
  const { sentences, check, tone } = introOf(verdict);
  const [first = [], ...rest] = [...sentences, ...check];
  const style = tone === 'failed' ? 'red' : tone === 'broken' ? 'magenta' : 'bold';
  return [
    ...wrapWords(phraseToText(first), width).map((line) =>
      paint(style === 'bold' ? 'bold' : ['bold', style], line),
    ),
    ...rest.flatMap((sentence) => wrapWords(phraseToText(sentence), width)),
    ...wrapWords(`Exit code ${versusCheck(verdict).code}.`, width),
  ];
}

function rankingLines(verdict: Verdict, width: number, paint: Paint): string[] {
  return rankingTables(verdict)
    .filter(({ isLead }) => isLead)
    .flatMap(({ scenario, title, rows }) => [
      `${paint('bold', plainName(scenario))}: ranking by ${title}`,
      ...textTable(
        RANKING_TITLES.map((heading, i) => ({
          title: heading,
          align: i === 2 ? ('r' as const) : ('l' as const),
          expendable: 0,
          cells: rows.map((row) => (i === 1 ? plainName(row[i] ?? '') : (row[i] ?? ''))),
        })),
        width - 2,
      ).map((line) => `  ${line}`),
    ]);
}

function plotLines(verdict: Verdict, width: number, paint: Paint): string[] {
  const plots = textPlots(verdict, Math.min(WIDEST_PLOT, width));
  if (plots.length === 0) return [];
  const rest = plots.length - MOST_PLOTS;
  return [
    ...plots
      .slice(0, MOST_PLOTS)
      .flatMap(({ title, lines, blocks }) => [
        ...wrapWords(`${oneLine(title, 200)} (${blocks})`, width).map((line) =>
          paint('bold', line),
        ),
        ...lines,
        '',
      ]),
    ...(rest > 0 ? [`… and ${plural(rest, 'more plot')}, in report.html`] : []),
    ...[PLOT_KEY, PLOT_SENTENCE]
      .flatMap((line) => wrapWords(line, width))
      .map((line) => paint('dim', line)),
  ];
}

function bottom(verdict: Verdict, { files = [] }: TerminalOptions, width: number): string[] {
  const limits = whatItCannotSay(verdict);
  return [
    ...shortMethod(verdict).flatMap((line) => wrapWords(phraseToText(line), width)),
    ...(limits.length === 0 ? [] : ['What this cannot say:']),
    ...limits.flatMap((text) => indented(text, width)),
    'The same again:',
    ...blockLines(repeatCommands(verdict), 20).map((line) => `  ${line}`),
    ...fileLines(files, width),
  ];
}
