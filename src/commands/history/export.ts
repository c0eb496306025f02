/** `throughput-gate history export`: a history for other programs. */

import path from 'node:path';
import { type Command, Option } from 'commander';
import { subjectName } from '../../config/experiment.ts';
import { bencherMetricFormat } from '../../history/export/bencher-metric-format.ts';
import { CSV_HEAD, csvRows } from '../../history/export/csv.ts';
import { type HistoryLine, lineText } from '../../history/line.ts';
import { eachSubject } from '../../history/runs.ts';
import { EXIT } from '../../judge/exit-code.ts';
import { UserError } from '../../system/problem.ts';
import { writeWhole } from '../../system/results.ts';
import type { Given, HistoryCommand, Told } from './command.ts';
import { noSubject } from './no-subject.ts';

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
  const subjects: HistoryLine[][] = [];
  const names: string[] = [];
  await eachSubject(store, 'all', ({ subject, lines }) => {
    if (subject === null) return;
    names.push(subjectName(subject));
    if (wanted === undefined || subjectName(subject) === wanted) subjects.push([...lines]);
  });
  if (wanted !== undefined && subjects.length === 0) {
    throw noSubject(store, wanted, names);
  }
  const text = textOf(as, subjects, commit ?? null, store.name);
  if (out === undefined) return { text, exitCode: EXIT.ok };
  writeWhole(path.resolve(cwd, out), text);
  return { text: `Wrote ${out}.\n`, exitCode: EXIT.ok };
}

function textOf(
  format: ExportFlags['as'],
  subjects: readonly HistoryLine[][],
  commit: string | null,
  store: string,
): string {
  if (format === 'csv') return `${CSV_HEAD}${subjects.map(csvRows).join('')}`;
  if (format === 'ndjson') return subjects.flatMap((lines) => lines.map(lineText)).join('');
  const made = bencherMetricFormat(subjects, commit);
  if (commit !== null && Object.keys(made).length === 0) {
    throw new UserError({
      where: '--commit',
      message: `${store} has no run of ${commit}`,
      hint: '`throughput-gate history show` lists the runs',
    });
  }
  return `${JSON.stringify(made, null, 2)}\n`;
}
