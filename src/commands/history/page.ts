/** `throughput-gate history page`: a history → `history.html`, as a file or in the history's own store. */
import path from 'node:path';
import type { Command } from 'commander';
import { PAGE_FILE } from '../../history/paths.ts';
import { EXIT } from '../../judge/verdict/exit-code.ts';
import { pageMadeText } from '../../report/history/history-text.ts';
import { historyPage } from '../../run/history-pages.ts';
import { writeWhole } from '../../system/files/whole-file.ts';
import type { Given, HistoryCommand, Told } from './command.ts';
import { noHistory } from './no-subject.ts';

interface PageFlags {
  out?: string;
  publish?: boolean;
}

export const PAGE: HistoryCommand<PageFlags> = {
  name: 'page',
  description: 'write history.html: all runs as charts, one file that needs no network',
  declare: (command: Command) =>
    command
      .option('--out <file>', `where to write it (default: ${PAGE_FILE} in this folder)`)
      .option('--publish', 'put it into the history itself, for example for GitHub Pages'),
  run: pageCommand,
};

async function pageCommand({ store, flags, cwd, assertMayWrite }: Given<PageFlags>): Promise<Told> {
  const { publish = false } = flags;
  if (publish) await assertMayWrite('history page --publish');
  const { text, runs, subjects, unread } = await historyPage(store);
  // Before anything is written: a slip in the name of a branch would make that branch.
  if (subjects + unread === 0) throw noHistory(store);
  const out = flags.out ?? (publish ? null : PAGE_FILE);
  if (out !== null) writeWhole(path.resolve(cwd, out), text);
  if (publish) {
    await store.update(() => new Map([[PAGE_FILE, text]]), 'Write history.html');
  }
  const places = [
    ...(out === null ? [] : [out]),
    ...(publish ? [`${PAGE_FILE} in ${store.name}`] : []),
  ];
  const told = pageMadeText({ places, runs, subjects, unread, bytes: Buffer.byteLength(text) });
  return { text: told, exitCode: EXIT.ok };
}
