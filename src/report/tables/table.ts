/** The table of a Markdown report: its columns, in full and in brief. */
import { type Align, alignedTable, unbroken } from '../markup/aligned-table.ts';
import { codeSpan, tableCell } from '../markup/escape.ts';
import { changeColumns, heldToText, sizeText, visibleText } from '../wording/changes.ts';
import { formatProbability, NOTHING } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { VERDICT_LABEL, VERDICT_SIGN } from '../wording/verdict-labels.ts';
import { baseWithoutUnit, isLeftOut, isMarked, isTooNoisy, type Row } from './rows.ts';

/** `brief`: what a reader needs to act. `full`: also everything that the verdict rests on. */
type Columns = 'brief' | 'full';

/** Rows as a Markdown table, every cell safe whatever the names are. */
export function fullRows(rows: readonly Row[]): string {
  return tableOf(
    COLUMNS.filter(({ detail = 'full' }) => detail === 'full'),
    rows,
  );
}

/** The same in few columns: none without a figure, and none that is said already where the table stands. */
export function briefRows(rows: readonly Row[], said: readonly Said[] = []): string {
  const columns = COLUMNS.filter(({ detail = 'brief' }) => detail === 'brief')
    .filter(({ title }) => !said.some((one) => one === title))
    .map(({ cell, brief = cell, ...column }) => ({ ...column, cell: brief }))
    .filter(({ cell }) => rows.some((row) => cell(row) !== NOTHING));
  return tableOf(columns, rows);
}

export type Said = 'Verdict' | 'Subject' | 'Visible from';

function tableOf(columns: readonly Column[], rows: readonly Row[]): string {
  return alignedTable(
    [
      columns.map(({ title }) => unbroken(title)),
      ...rows.map((row) => columns.map(({ cell }) => tableCell(cell(row)))),
    ],
    columns.map(({ align }) => align),
  );
}

interface Column {
  title: string;
  align: Align;
  /** Only in such a table. */
  detail?: Columns;
  cell: (row: Row) => string;
  /** In a brief table, where it is another text. */
  brief?: (row: Row) => string;
}

const COLUMNS: readonly Column[] = [
  {
    title: 'Verdict',
    align: 'l',
    cell: (row) => verdictCell(row, row.place === 'shown' ? beside(row) : ''),
    // There they have a fold of their own, which says so.
    brief: (row) => verdictCell(row, ''),
  },
  { title: 'Subject', align: 'l', cell: ({ subject }) => codeSpan(subject) },
  {
    title: 'Metric',
    align: 'l',
    cell: ({ metric }) => (metric === null ? NOTHING : unbroken(metricLabel(metric))),
  },
  { title: 'Base', align: 'r', detail: 'full', cell: ({ base }) => unbroken(base) },
  { title: 'Head', align: 'r', detail: 'full', cell: ({ head }) => unbroken(head) },
  {
    title: 'Change',
    align: 'r',
    cell: ({ metric }) => (metric === null ? NOTHING : unbroken(changeColumns(metric).change)),
  },
  {
    title: '95% interval',
    align: 'r',
    cell: ({ metric }) => (metric === null ? NOTHING : unbroken(changeColumns(metric).interval)),
  },
  { title: 'Base → Head', align: 'r', detail: 'brief', cell: bothCell },
  {
    title: 'Visible from',
    align: 'r',
    cell: visibleCell,
    // What was seen could be seen.
    brief: (row) => (row.word === 'regression' ? NOTHING : visibleCell(row)),
  },
  {
    title: 'Tolerance',
    align: 'r',
    detail: 'full',
    cell: ({ metric }) => (metric === null ? NOTHING : unbroken(heldToText(metric))),
  },
  {
    title: 'Noise',
    align: 'r',
    detail: 'full',
    cell: ({ metric }) => (metric === null ? NOTHING : unbroken(sizeText(metric, metric.sd))),
  },
  {
    title: 'p (worse)',
    align: 'r',
    detail: 'full',
    cell: ({ metric }) => formatProbability(metric?.p ?? null).replace('<', '&lt;'),
  },
  {
    title: 'Blocks',
    align: 'r',
    detail: 'full',
    cell: ({ metric, measured }) => (metric === null ? NOTHING : blocksOf(metric.blocks, measured)),
  },
];

/** `41,230 → 37,890 req/s`: the unit once, where both have the same. */
function bothCell(row: Row): string {
  if (row.base === NOTHING && row.head === NOTHING) return NOTHING;
  return unbroken(`${baseWithoutUnit(row)} → ${row.head}`);
}

function visibleCell({ metric }: Row): string {
  return metric === null ? NOTHING : unbroken(visibleText(metric)).replace('>', '&gt;');
}

/** `10`; `7 of 10` where the word stands on the first of them. */
function blocksOf(blocks: number, measured: number): string {
  return blocks < measured ? unbroken(`${blocks} of ${measured}`) : String(blocks);
}

function beside({ metric }: Row): string {
  if (metric !== null && isTooNoisy(metric)) return ' (too noisy)';
  return metric !== null && isLeftOut(metric) ? ' (not judged)' : ' (shown only)';
}

function verdictCell(row: Row, shownOnly: string): string {
  const { word } = row;
  if (word === null) return unbroken(`${NOTHING}${shownOnly}`);
  const label = isMarked(row) ? `**${VERDICT_LABEL[word]}**` : VERDICT_LABEL[word];
  return unbroken(`${VERDICT_SIGN[word]} ${label}${shownOnly}`);
}
