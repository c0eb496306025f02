/** `throughput-gate history show`: the subjects of a history, and their last runs. */

import { type Command, Option } from 'commander';
import { type Reach, readAllRuns } from '../../history/runs.ts';
import { EXIT } from '../../judge/verdict/exit-code.ts';
import { renderHistory } from '../../report/history/history-text.ts';
import { terminalStyle } from '../terminal.ts';
import { type Chosen, eachChosen, onlyChosen } from './chosen.ts';
import type { Given, HistoryCommand, Told } from './command.ts';
import { count } from './count.ts';

const LAST = 10;

interface ShowFlags {
  last?: number;
  marked?: boolean;
  all?: boolean;
  json?: boolean;
}

export const SHOW: HistoryCommand<ShowFlags> = {
  name: 'show',
  description: 'print the subjects of the history and their last runs',
  declare: (command: Command) =>
    command
      .argument('[subject]', 'only this one, such as api/orders')
      .option(
        '--last <n>',
        `how many runs of each subject (default: ${LAST}; with --json: all)`,
        count,
      )
      .option(
        '--marked',
        'only runs that are no baseline, were accepted, or are as slow as one that is none',
      )
      .option('--all', 'also runs that were moved into files of older ones')
      .addOption(
        new Option(
          '--json',
          'for programs: the lines as they are kept, one per line of output',
        ).conflicts('marked'),
      ),
  run: showHistory,
};

async function showHistory(
  { store, flags }: Given<ShowFlags>,
  [wanted]: readonly (string | undefined)[],
): Promise<Told> {
  const { last = LAST, marked = false, all, json } = flags;
  const reach = all ? 'all' : 'newest';
  if (json) {
    const pieces = await linesAsKept({ store, wanted }, { reach, last: flags.last });
    return { pieces, text: '', exitCode: EXIT.ok };
  }
  const chosen = onlyChosen({ store, wanted }, await readAllRuns(store, reach));
  const text = renderHistory(store.name, chosen, { last, marked, ...terminalStyle() });
  return { text, exitCode: EXIT.ok };
}

/** A piece for each subject: all of them may be more than one string holds. */
async function linesAsKept(
  chosen: Chosen,
  { reach, last = Number.POSITIVE_INFINITY }: { reach: Reach; last: number | undefined },
): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  await eachChosen(
    chosen,
    (lines) => {
      const newest = lines.slice(-last);
      pieces.push(Buffer.from(newest.map((line) => `${JSON.stringify(line)}\n`).join('')));
    },
    reach,
  );
  return pieces;
}
