/** `data`: a CSV file whose rows give values to requests, one row for each. */
import { parse } from 'csv-parse/sync';
import { COLUMN } from './request-values.ts';

export interface DataFile {
  columns: string[];
  rows: string[][];
}

/** Names that stand for something else in a request. */
export const TAKEN: readonly string[] = [
  'uuid',
  'n',
  'timestamp',
  'random',
  'id',
  'port',
  'socket',
  'arm',
  'dir',
];
const MOST_ROWS = 1_000_000;

/** What is wrong with it, in our own words: what it holds may be secret. */
export function readData(text: string): DataFile | string {
  let all: string[][];
  try {
    all = parse(text, { bom: true, skip_empty_lines: true, relax_column_count: false });
  } catch (error) {
    const line = (error as { lines?: number }).lines;
    return `a CSV file with as many values in each row as it has columns${line === undefined ? '' : ` (line ${line} is not so, or has an open quotation mark)`}`;
  }
  const [columns = [], ...rows] = all;
  const bad = columns.findIndex((name) => !COLUMN.test(name));
  if (columns.length === 0) return 'a CSV file with a first line of column names';
  if (bad >= 0 && columns.length === 1 && /[;\t|]/.test(columns[0] ?? '')) {
    return 'a CSV file whose values are separated by commas, and not by semicolons, tabs or bars';
  }
  if (bad >= 0) {
    return `a CSV file whose first line has the names of its columns, words of letters, digits, \`_\` and \`-\` (number ${bad + 1} is none)`;
  }
  const taken = columns.find((name) => TAKEN.includes(name));
  if (taken !== undefined)
    return `another name than \`${taken}\` for a column: it means something else`;
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) return `a CSV file with each column once (\`${twice}\` is there twice)`;
  if (rows.length === 0) return 'a CSV file with rows below its column names';
  if (rows.length > MOST_ROWS) return `a CSV file of at most ${MOST_ROWS} rows`;
  return { columns, rows };
}
