/** `throughput-gate history …`: the table of its subcommands, and how each gets the store that it works on. */
import type { Command } from 'commander';
import { StoreError } from '../history/stores/store.ts';
import type { Means } from './declared.ts';
import { BADGE } from './history/badge.ts';
import { CHECK } from './history/check.ts';
import type { HistoryCommand } from './history/command.ts';
import { EXPORT } from './history/export.ts';
import { IMPORT } from './history/import.ts';
import { PAGE } from './history/page.ts';
import { type PlaceFlags, repositoryAround, storeAsked } from './history/place.ts';
import { REMOVE } from './history/remove.ts';
import { SHOW } from './history/show.ts';
import { assertMayWriteHistory } from './local-history.ts';

/** A subcommand is a file of `history/`, and a row here. */
const HISTORY_COMMANDS: readonly HistoryCommand[] = [
  SHOW,
  CHECK,
  IMPORT,
  EXPORT,
  REMOVE,
  PAGE,
  BADGE,
];

const NOTES = `
The history is the one that --history names, else that of the config file (gate.history), else the branch
throughput-gate-history of origin.

Examples:
  throughput-gate history show
  throughput-gate history show api/orders --last 50
  throughput-gate history show --history directory:/var/lib/throughput-gate --json
  throughput-gate history page --out history.html`;

export function addHistoryCommands(cli: Command, { signal, done }: Means): void {
  const history = cli
    .command('history')
    .description('what the runs of the default branch have found')
    .addHelpText('after', NOTES);
  for (const { name, description, declare, run } of HISTORY_COMMANDS) {
    const command = history
      .command(name)
      .description(description)
      .option(
        '--history <place>',
        'branch, branch:NAME or directory:PATH (default: as in the config file, else branch)',
      )
      .option('--config <file>', 'the config file that names it');
    declare(command).action(async () => {
      const flags = command.opts<PlaceFlags>();
      const cwd = process.cwd();
      const {
        pieces = [],
        text,
        exitCode,
      } = await told(async () => {
        const store = await storeAsked(flags, { cwd, env: process.env, signal });
        const assertMayWrite = (what: string) => assertMayWriteHistory(what, cwd, signal);
        const args = command.processedArgs as (string | undefined)[];
        const repository = () => repositoryAround(cwd, signal);
        return run({ store, flags, cwd, signal, assertMayWrite, repository }, args);
      });
      for (const piece of [...pieces, text]) process.stdout.write(piece);
      done(exitCode);
    });
  }
}

/** Here the store is what was asked for: what is wrong with it is the user's to mend. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) throw error.asUserError('history');
    throw error;
  }
}
