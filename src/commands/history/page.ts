/** `throughput-gate history page`: a history → `history.html`, as a file or in the history's own store. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { HistoryLine } from '../../history/line.ts';
import { pageFile } from '../../history/page/file.ts';
import { PageBuilder } from '../../history/page-model.ts';
import { eachSubject } from '../../history/runs.ts';
import type { HistoryStore } from '../../history/stores/store.ts';
import type { Trends } from '../../history/trends/change-point.ts';
import { trendsOf } from '../../history/trends/trends.ts';
import { EXIT } from '../../judge/exit-code.ts';
import { PAGE_WORDS } from '../../report/history-page-words.ts';
import { pageMadeText } from '../../report/history-text.ts';
import { writeWhole } from '../../system/results.ts';
import { ownFile } from '../../system/runtime.ts';
import type { Given, HistoryCommand, Told } from './command.ts';

export const PAGE_FILE = 'history.html';
/** What the build made of `src/page`. */
const TEMPLATE = 'dist/history-page.html';

export const PAGE: HistoryCommand = {
  name: 'page',
  description: 'write history.html: all runs as charts, one file that needs no network',
  declare: (command: Command) =>
    command
      .option('--out <file>', `where to write it (default: ${PAGE_FILE} in this folder)`)
      .option('--publish', 'put it into the history itself, for example for GitHub Pages'),
  run: pageCommand,
};

async function pageCommand({ store, flags, cwd, assertMayWrite }: Given): Promise<Told> {
  if (flags.publish === true) await assertMayWrite('history page --publish');
  const { text, runs, subjects, unread } = await historyPage(store);
  const publish = flags.publish === true;
  const out = typeof flags.out === 'string' ? flags.out : publish ? null : PAGE_FILE;
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

export interface MadePage {
  readonly text: string;
  readonly runs: number;
  readonly subjects: number;
  /** Damaged lines, which the page has not. */
  readonly unread: number;
}

/**
 * @param trends what the lines of one subject show over time
 * @param template the page without data
 */
export async function historyPage(
  store: Pick<HistoryStore, 'read'>,
  trends: (lines: readonly HistoryLine[]) => Partial<Trends> = trendsOf,
  template: string = readFileSync(ownFile(TEMPLATE), 'utf8'),
): Promise<MadePage> {
  const builder = new PageBuilder(PAGE_WORDS);
  let unread = 0;
  await eachSubject(store, 'all', ({ lines, damaged }) => {
    builder.add(lines, trends(lines));
    unread += damaged.length;
  });
  const parts = builder.finish(unread);
  const { runs, subjects } = parts.model;
  return { text: pageFile(template, parts), runs: runs.count, subjects: subjects.length, unread };
}
