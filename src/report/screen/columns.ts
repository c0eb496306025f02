/** A table for a terminal: aligned by what the eye sees, never wider than the screen. */
import { clipToWidth, displayWidth, padToWidth } from './width.ts';

export interface TextColumn {
  title: string;
  align: 'l' | 'r';
  cells: string[];
  /** On a narrow screen the highest number goes first; equal numbers go together; 0 stays. */
  expendable: number;
}

const GAP = '  ';

/**
 * Lines of at most `width` columns, the title first. `paint` colours one padded cell; it must not
 * change its width. If dropping columns does not suffice, the first column is clipped.
 */
export function textTable(
  columns: readonly TextColumn[],
  width: number,
  paint: (text: string, column: TextColumn, row: number | null) => string = (text) => text,
): string[] {
  const kept = fitting(columns, width);
  const widths = kept.map(columnWidth);
  const excess = total(widths) - width;
  if (excess > 0 && widths[0] !== undefined) widths[0] = Math.max(8, widths[0] - excess);
  const line = (row: number | null) =>
    kept
      .map((column, index) => {
        const text = row === null ? column.title : (column.cells[row] ?? '');
        const size = widths[index] ?? 0;
        return paint(padToWidth(clipToWidth(text, size), size, column.align), column, row);
      })
      .join(GAP)
      .trimEnd();
  const rows = kept.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  return [line(null), ...Array.from({ length: rows }, (_, row) => line(row))];
}

/** The columns that stay, and of the others, from the most wanted on, each group that still fits. */
function fitting(columns: readonly TextColumn[], width: number): TextColumn[] {
  const groups = [...new Set(columns.map(({ expendable }) => expendable))].sort((a, b) => a - b);
  const chosen = new Set<number>();
  const select = () => columns.filter(({ expendable }) => chosen.has(expendable));
  for (const group of groups) {
    chosen.add(group);
    if (group !== 0 && total(select().map(columnWidth)) > width) chosen.delete(group);
  }
  return select();
}

function columnWidth({ title, cells }: TextColumn): number {
  return cells.reduce((most, cell) => Math.max(most, displayWidth(cell)), displayWidth(title));
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}
