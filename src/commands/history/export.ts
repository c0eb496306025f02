/** `throughput-gate history export`: a history for other programs. */

import path from 'node:path';
import { type Command, Option } from 'commander';
import {
  type BencherMetricFormat,
  bencherMetricFormat,
} from '../../history/export/bencher-metric-format.ts';
import { CSV_HEAD, csvRows } from '../../history/export/csv.ts';
import { lineText } from '../../history/line.ts';
import { EXIT } from '../../judge/verdict/exit-code.ts';
import { WholeFile } from '../../system/files/whole-file.ts';
import { UserError } from '../../system/messages/problem.ts';
import { type Chosen, eachChosen } from './chosen.ts';
import type { Given, HistoryCommand, Told } from './command.ts';

const FORMATS = ['csv', 'ndjson', 'bmf'] as const;

interface ExportFlags {
  as: (typeof FORMATS)[number];
  commit?: string;
  out?: string;
}

export const EXPORT: HistoryCommand<ExportFlags> = {
  name: 'export',
  description: 'write the history as CSV, as NDJSON, or a run of it in Bencher Metric Format',
  declare: (command: Command) =>
    command
      .argument('[subject]', 'only this one, such as api/orders')
      .addOption(
        new Option('--as <format>', 'bmf (Bencher Metric Format) has one run of each subject')
          .choices(FORMATS)
          .makeOptionMandatory(),
      )
      .option('--commit <id>', 'of bmf: the run of this commit (default: the newest run)')
      .option('--out <file>', 'write it there instead of to standard output'),
  run: exportHistory,
};

async function exportHistory(
  { store, flags, cwd }: Given<ExportFlags>,
  [wanted]: readonly (string | undefined)[],
): Promise<Told> {
  const { as, commit, out } = flags;
  if (commit !== undefined && as !== 'bmf') {
    throw new UserError({
      where: '--commit',
      message: 'belongs to --as bmf; other formats have all',
    });
  }
  const chosen = { store, wanted };
  if (out !== undefined) {
    using file = new WholeFile(path.resolve(cwd, out));
    await inPieces(as, commit ?? null, chosen, (piece) => file.write(piece));
    file.finish();
    return { text: `Wrote ${out}.\n`, exitCode: EXIT.ok };
  }
  // Held until all is read: whoever takes it slowly, such as a pager, would keep the history's server waiting.
  const pieces: Buffer[] = [];
  await inPieces(as, commit ?? null, chosen, (piece) => pieces.push(Buffer.from(piece)));
  return { pieces, text: '', exitCode: EXIT.ok };
}

/** One subject after the other: a long history of many subjects is more than one string holds, and more than memory. */
async function inPieces(
  format: ExportFlags['as'],
  commit: string | null,
  chosen: Chosen,
  write: (piece: string) => void,
): Promise<void> {
  if (format === 'bmf') {
    write(await bencherText(chosen, commit));
    return;
  }
  if (format === 'csv') write(CSV_HEAD);
  await eachChosen(chosen, (lines) => {
    write(format === 'csv' ? csvRows(lines) : lines.map(lineText).join(''));
  });
}

/** One run of each subject, so it is small. */
async function bencherText(chosen: Chosen, commit: string | null): Promise<string> {
  const entries: [string, BencherMetricFormat[string]][] = [];
  await eachChosen(chosen, (lines) => {
    entries.push(...Object.entries(bencherMetricFormat([lines], commit)));
  });
  if (commit !== null && entries.length === 0) {
    throw new UserError({
      where: '--commit',
      message: `${chosen.store.name} has no run of ${commit}`,
      hint: '`throughput-gate history show` lists the runs',
    });
  }
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
