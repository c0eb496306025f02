/** The table of a Markdown report. */
import { markdownTable } from 'markdown-table';
import { changeAndInterval, heldToText, sizeText } from './changes.ts';
import { codeSpan, tableCell } from './escape.ts';
import { formatProbability, NOTHING } from './format.ts';
import { metricLabel } from './metric-words.ts';
import { isMarked, type Row } from './rows.ts';
import { displayWidth } from './width.ts';
import { VERDICT_LABEL, VERDICT_SIGN } from './words.ts';

/** `brief`: what a reader needs to act. `full`: also everything that the verdict rests on. */
export type Columns = 'brief' | 'full';

/** Rows as a Markdown table, every cell safe whatever the names are. */
export function markdownRows(rows: readonly Row[], columns: Columns): string {
  const chosen = COLUMNS.filter(({ full }) => columns === 'full' || !full);
  const cells = rows.map((row) => chosen.map(({ cell }) => tableCell(cell(row))));
  return alignedTable(
    [chosen.map(({ title }) => title), ...cells],
    chosen.map(({ align }) => align),
  );
}

/** Cells that are already escaped. Short tables are aligned, for those who read the source by mail. */
export function alignedTable(cells: string[][], align: readonly Align[]): string {
  return markdownTable(cells, {
    align: [...align],
    alignDelimiters: cells.length <= 20,
    stringLength: displayWidth,
  });
}

export type Align = 'l' | 'r';

interface Column {
  title: string;
  align: Align;
  full?: boolean;
  cell: (row: Row) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'Subject', align: 'l', cell: ({ subject }) => codeSpan(subject) },
  {
    title: 'Metric',
    align: 'l',
    cell: ({ metric }) => (metric === null ? NOTHING : metricLabel(metric)),
  },
  { title: 'Base', align: 'r', cell: ({ base }) => base },
  { title: 'Head', align: 'r', cell: ({ head }) => head },
  {
    title: 'Change [95% interval]',
    align: 'r',
    cell: ({ metric }) => (metric === null ? NOTHING : changeAndInterval(metric)),
  },
  {
    title: 'Smallest visible change',
    align: 'r',
    cell: ({ metric }) => (metric === null ? NOTHING : sizeText(metric, metric.mde)),
  },
  {
    title: 'Tolerance',
    align: 'r',
    full: true,
    cell: ({ metric }) => (metric === null ? NOTHING : heldToText(metric)),
  },
  {
    title: 'Noise (sd of blocks)',
    align: 'r',
    full: true,
    cell: ({ metric }) => (metric === null ? NOTHING : sizeText(metric, metric.sd)),
  },
  {
    title: 'p (worse)',
    align: 'r',
    full: true,
    cell: ({ metric }) => formatProbability(metric?.p ?? null).replace('<', '&lt;'),
  },
  {
    title: 'Blocks',
    align: 'r',
    full: true,
    cell: ({ metric }) => (metric === null ? NOTHING : String(metric.blocks)),
  },
  { title: 'Verdict', align: 'l', cell: verdictCell },
];

function verdictCell(row: Row): string {
  const { word, place } = row;
  if (word === null) return `${NOTHING} (shown only)`;
  const shownOnly = place === 'shown' ? ' (shown only)' : '';
  const label = isMarked(row) ? `**${VERDICT_LABEL[word]}**` : VERDICT_LABEL[word];
  return `${VERDICT_SIGN[word]} ${label}${shownOnly}`;
}
