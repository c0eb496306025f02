/** Lines of a history → CSV (RFC 4180): a row for each metric of each run. Pure. */
import type { HistoryLine } from '../line.ts';
import { standings } from '../standing.ts';

const COLUMNS = [
  ...['server', 'scenario', 'at', 'commit', 'base_commit', 'run', 'run_url', 'verdict', 'standing'],
  ...['accepted', 'imported', 'fingerprint', 'metric', 'unit', 'better', 'word', 'gating'],
  ...['head', 'base', 'ratio_log', 'ratio_low', 'ratio_high'],
  ...['calibrated_log', 'calibrated_sd', 'calibrated_blocks'],
  ...['expected_log', 'expected_low', 'expected_high'],
  // Of the run, and behind all others, as programs may go by the places of those.
  ...['job', 'workflow', 'event'],
] as const;

/** A cell is text that somebody may have chosen, or a number that we have written. */
type Cell = string | number | boolean | null;

export const CSV_HEAD = rowText(COLUMNS);

/** @param lines of one subject */
export function csvRows(lines: readonly HistoryLine[]): string {
  return standings(lines)
    .flatMap(({ line, standing }) =>
      Object.entries(line.metrics).map(([name, metric]) => {
        const { ratio, calibrated, expected } = metric;
        return rowText([
          ...[line.subject.server, line.subject.scenario, line.at, line.commit, line.base],
          ...[line.run?.id ?? null, line.run?.url ?? null, line.verdict, standing],
          ...[line.accepted?.reason ?? null, line.imported ?? null, line.fingerprint?.hash ?? null],
          ...[name, metric.unit, metric.better, metric.word, metric.gating],
          ...[metric.head, metric.base],
          ...[ratio?.log ?? null, ratio?.interval?.[0] ?? null, ratio?.interval?.[1] ?? null],
          ...[calibrated?.log ?? null, calibrated?.sd ?? null, calibrated?.blocks ?? null],
          ...[expected?.log ?? null, ...(expected?.interval ?? [null, null])],
          ...[line.run?.job ?? null, line.run?.workflow ?? null, line.run?.event ?? null],
        ]);
      }),
    )
    .join('');
}

function rowText(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = unarmed(cell);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets run what begins so as a formula, which may send the sheet elsewhere: an apostrophe before it makes it text. */
function unarmed(text: string): string {
  return /^[\s\p{Cf}]*[=+\-@\t\r|%＝＋－＠]/u.test(text) ? `'${text}` : text;
}
