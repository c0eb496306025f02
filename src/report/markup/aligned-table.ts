/** A table in Markdown, aligned in the source too. */
import { markdownTable } from 'markdown-table';
import { displayWidth } from '../screen/width.ts';

/** Cells that are already escaped. Short tables are aligned, for those who read the source by mail. */
export function alignedTable(cells: string[][], align: readonly Align[]): string {
  return markdownTable(cells, {
    align: [...align],
    alignDelimiters: cells.length <= 20,
    stringLength: displayWidth,
  });
}

export type Align = 'l' | 'r';

/** A cell of our own words in one line: GitHub breaks cells at spaces before it lets a table scroll. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}
