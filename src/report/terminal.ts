/** The result for a person at a terminal, or for a log that somebody scrolls through. */
import type { Verdict } from '../judge/verdict/verdict.ts';
import { claimLines } from './claims/lines.ts';
import { notesOf } from './frame/notes.ts';
import { fileLines, MOST_NOTES, MOST_PRINTED, noteLines } from './frame/terminal-notes.ts';
import { checkInText } from './headline/check-text.ts';
import { headline } from './headline/headline.ts';
import { countsLine } from './headline/which.ts';
import { plainName } from './markup/escape.ts';
import { phraseToText } from './markup/phrase.ts';
import { type TextColumn, textTable } from './screen/columns.ts';
import { type Paint, painter, VERDICT_STYLE } from './screen/paint.ts';
import type { TerminalOptions } from './screen/terminal-options.ts';
import { clipToWidth, wrapWords } from './screen/width.ts';
import { barLines } from './sections/bar.ts';
import { confirmationLines } from './sections/confirmation.ts';
import { holdLines, scalingLines } from './sections/hold-and-scaling-lines.ts';
import { noiseText } from './sections/noise.ts';
import { pictureLines } from './sections/pictures.ts';
import { printedLines } from './sections/printed.ts';
import { baseWithoutUnit, isMarked, mostTelling, type Row, rowsOf } from './tables/rows.ts';
import { versusTerminal } from './versus/terminal.ts';
import { changeColumns, visibleText } from './wording/changes.ts';
import { formatDuration, NOTHING, plural } from './wording/format.ts';
import { metricLabel } from './wording/metric-text.ts';
import { isVersus } from './wording/names.ts';
import { VERDICT_LABEL } from './wording/verdict-labels.ts';

export type { TerminalOptions };

const LEGEND =
  'Visible: a worsening of this size would be red in 80% of such runs; a smaller one may be there.';

const MOST_ROWS = 60;

/** Plain text, ending in a newline. Any text in `verdict` may be hostile. */
export function renderTerminal(verdict: Verdict, options: TerminalOptions): string {
  if (isVersus(verdict)) return versusTerminal(verdict, options);
  const width = Math.max(40, options.width);
  const paint = painter(options.color);
  const figures = table(verdict, width, paint, options.details);
  const legend = figures[0]?.includes(VISIBLE) ? LEGEND : '';
  const sections = [
    top(verdict, width, paint),
    confirmationLines(verdict, MOST_NOTES, width, paint),
    barLines(verdict, MOST_NOTES, width, paint),
    claimLines(verdict, width, paint),
    figures,
    holdLines(verdict, width, paint),
    scalingLines(verdict, width, paint),
    noteLines(notesOf(verdict), width, paint),
    printedLines(options.printed ?? [], verdict, MOST_PRINTED, { width, paint }),
    pictureLines(verdict, width),
    bottom(verdict, legend, options.files ?? [], width, paint),
  ].filter((lines) => lines.length > 0);
  const lines = sections.flatMap((section, index) => (index === 0 ? section : ['', ...section]));
  // By then the first line may have left the screen, and the last one is where the eye is.
  const again = lines.length > SHORT ? ['', ...first(verdict, width, paint)] : [];
  return `${[...lines, ...again].join('\n')}\n`;
}

/** Lines that are seen at one look. */
const SHORT = 16;

function first(verdict: Verdict, width: number, paint: Paint): string[] {
  const { word, title, action } = headline(verdict);
  const text = [title, action].map(phraseToText).join(' ');
  return wrapWords(text, width).map((line) => paint(['bold', VERDICT_STYLE[word]], line));
}

function top(verdict: Verdict, width: number, paint: Paint): string[] {
  const { detail, accept } = headline(verdict);
  const check = [checkInText(verdict), accept === undefined ? '' : `To accept it: ${accept}`];
  const rest = [phraseToText(detail), countsLine(verdict) ?? '', check.join(' ')];
  return [...first(verdict, width, paint), ...rest.flatMap((text) => wrapWords(text, width))];
}

/** A line for each subject, then its metrics, aligned over all subjects. */
function table(verdict: Verdict, width: number, paint: Paint, details?: boolean): string[] {
  const all = rowsOf(verdict);
  const rows = details ? all : all.filter(({ place }) => place !== 'shown');
  const shown = mostTelling(rows, MOST_ROWS);
  const figures = shown.filter(({ metric }) => metric !== null);
  const [titles = '', ...lines] = textTable(columnsOf(figures), width - 2, (text, column, row) => {
    if (row === null) return paint('dim', text);
    const word = figures[row]?.word;
    return column.title === 'Verdict' && word ? paint(VERDICT_STYLE[word], text) : text;
  });
  const rest = rows.length - shown.length;
  return [
    ...(lines.length > 0 ? [`  ${titles}`] : []),
    ...shown.flatMap((row, index) => [
      ...(shown[index - 1]?.subject === row.subject ? [] : [subjectLine(row, width, paint)]),
      ...(beginsShownOnly(row, shown[index - 1]) ? [paint('dim', '  shown only:')] : []),
      ...(row.metric === null ? [] : [`  ${lines[figures.indexOf(row)]}`]),
    ]),
    ...(rest > 0 ? [`… and ${plural(rest, 'more row')}, in verdict.json`] : []),
    ...(rows.length < all.length
      ? wrapWords(leftOut(all, details), width).map((line) => paint('dim', line))
      : []),
  ];
}

/** "12 more rows cannot fail the job (1 got worse): --details shows them." */
function leftOut(all: readonly Row[], details: boolean | undefined): string {
  const shown = all.filter(({ place }) => place === 'shown');
  const worse = shown.filter((row) => isMarked(row) && row.word === 'regression').length;
  const moved = worse === 0 ? '' : ` (${worse} got worse)`;
  return `${plural(shown.length, 'more row')}${moved} cannot fail the job${details === undefined ? '' : ': `--details` shows them'}.`;
}

function beginsShownOnly({ subject, place }: Row, before: Row | undefined): boolean {
  return place === 'shown' && !(before?.place === 'shown' && before.subject === subject);
}

function subjectLine({ subject, subjectWord }: Row, width: number, paint: Paint): string {
  const word = VERDICT_LABEL[subjectWord];
  const name = clipToWidth(plainName(subject), width - word.length - 2);
  return `${paint('bold', name)}: ${paint(VERDICT_STYLE[subjectWord], word)}`;
}

function columnsOf(rows: readonly Row[]): TextColumn[] {
  const column = (
    title: string,
    align: TextColumn['align'],
    expendable: number,
    cell: (row: Row) => string,
  ): TextColumn => ({ title, align, expendable, cells: rows.map(cell) });
  return [
    column('Metric', 'l', 0, ({ metric }) => (metric === null ? NOTHING : metricLabel(metric))),
    column('Base', 'r', 3, baseWithoutUnit),
    column('Head', 'r', 2, ({ head }) => head),
    column('Change', 'r', 0, ({ metric }) =>
      metric === null ? NOTHING : withoutThousands(changeColumns(metric).change),
    ),
    column('95% interval', 'r', 1, ({ metric }) =>
      metric === null ? NOTHING : changeColumns(metric).interval,
    ),
    column(VISIBLE, 'r', 4, ({ metric }) =>
      metric === null ? NOTHING : withoutThousands(visibleText(metric)),
    ),
    column('Verdict', 'l', 0, ({ word }) => (word === null ? NOTHING : VERDICT_LABEL[word])),
  ];
}

/** Head's figure says what growth is counted by; the room is small. */
function withoutThousands(text: string): string {
  return text.replace(/\/1,000$/, '');
}

const VISIBLE = 'Visible';

function bottom(
  verdict: Verdict,
  legend: string,
  files: readonly string[],
  width: number,
  paint: Paint,
): string[] {
  const { subjects, design, seed, budgetMs } = verdict;
  const noise = noiseText(verdict);
  const most = subjects.reduce((most, { blocks }) => Math.max(most, blocks), 0);
  const blocks = `${subjects.length > 1 ? 'at most ' : ''}${plural(most, 'block')}`;
  const exclusive = subjects.filter(({ pairs }) => pairs === 'exclusive').length;
  const how = {
    pairs: pairsText(exclusive, subjects.length),
    past: 'of head beside the calibrator, against earlier runs',
    alone: 'head alone',
  };
  const method = `Measured: ${blocks} ${how[design]}, budget ${formatDuration(budgetMs)} per subject, seed ${seed}.`;
  return [
    ...wrapWords(legend, width),
    ...wrapWords(method, width),
    ...(noise === null ? [] : wrapWords(`Noise: ${noise}`, width)),
    ...fileLines(files, width),
  ].map((line) => paint('dim', line));
}

function pairsText(exclusive: number, subjects: number): string {
  if (exclusive === 0) return 'in live pairs';
  return exclusive === subjects ? 'in exclusive pairs' : 'in live and exclusive pairs';
}
