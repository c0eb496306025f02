/** `throughput-gate history check`: where levels moved, and what is wrong with the files. */

import type { Command } from 'commander';
import { type CheckedSubject, checkSubject } from '../../history/check.ts';
import { eachSubject } from '../../history/runs.ts';
import { EXIT } from '../../judge/verdict/exit-code.ts';
import { checkMarkdown, checkText } from '../../report/history/check.ts';
import { UserError } from '../../system/messages/problem.ts';
import { terminalStyle } from '../terminal.ts';
import { onlyChosen } from './chosen.ts';
import type { Given, HistoryCommand, Told } from './command.ts';
import { count } from './count.ts';

/** Of each subject: changes that came earlier were told earlier. */
const LAST = 100;

interface CheckFlags {
  last: number;
  markdown?: boolean;
  json?: boolean;
}

export const CHECK: HistoryCommand<CheckFlags> = {
  name: 'check',
  description: 'print where levels moved for good, and damaged lines, unknown versions and gaps',
  declare: (command: Command) =>
    command
      .argument('[subject]', 'only this one, such as api/orders')
      .option(
        '--last <n>',
        'moves of a level, and pushes without a run, among the last n runs',
        count,
        LAST,
      )
      .option('--markdown', 'as a note for the summary of a job; nothing where there is nothing')
      .option('--json', 'for programs')
      .addHelpText(
        'after',
        '\nExit codes: 0 all files are sound, whatever levels did; 1 damaged or unknown lines; 2 a mistake in flags, or no history there',
      ),
  run: checkHistory,
};

async function checkHistory(
  { store, flags }: Given<CheckFlags>,
  [wanted]: readonly (string | undefined)[],
): Promise<Told> {
  const { last, json, markdown } = flags;
  if (json && markdown) {
    throw new UserError({ where: 'history check', message: 'give --json or --markdown, not both' });
  }
  const paths = await store.read(async (files) => files.paths);
  const all: CheckedSubject[] = [];
  await eachSubject(store, 'all', (runs) => {
    all.push(checkSubject(runs, paths, last));
  });
  const chosen = onlyChosen({ store, wanted }, all);
  const isSound = chosen.every(({ damaged, newer }) => damaged.length + newer.length === 0);
  return { text: textOf(store.name, chosen, flags), exitCode: isSound ? EXIT.ok : EXIT.regression };
}

function textOf(
  store: string,
  subjects: readonly CheckedSubject[],
  { json, markdown }: CheckFlags,
): string {
  if (json) return `${JSON.stringify({ store, subjects }, null, 2)}\n`;
  if (markdown) return checkMarkdown(subjects) ?? '';
  return checkText(store, subjects, terminalStyle());
}
