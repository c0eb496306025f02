/** What a browser shows of a history: the page and the badges, and both put into the history itself in one write. */
import { readFileSync } from 'node:fs';
import { subjectName } from '../config/experiment/experiment.ts';
import type { HistoryLine } from '../history/line.ts';
import { pageFile } from '../history/page/file.ts';
import { PageBuilder } from '../history/page-model.ts';
import { badgePath, PAGE_FILE } from '../history/paths.ts';
import { eachSubject } from '../history/runs.ts';
import type { Files, HistoryStore } from '../history/stores/store.ts';
import type { Trends } from '../history/trends/change-point.ts';
import { trendsOf } from '../history/trends/trends.ts';
import { badgeOf } from '../report/history/badge.ts';
import { PAGE_WORDS } from '../report/history/page-words.ts';
import { ownFile } from '../system/program/runtime.ts';

/** What the build made of `src/page`. */
const TEMPLATE = 'dist/history-page.html';

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

/** Of every subject that has a run. */
export async function badgeFiles(
  store: Pick<HistoryStore, 'read'>,
): Promise<{ name: string; path: string; text: string }[]> {
  const files: { name: string; path: string; text: string }[] = [];
  await eachSubject(store, 'newest', ({ subject, lines }) => {
    const badge = badgeOf(lines);
    if (subject === null || badge === null) return;
    const text = `${JSON.stringify(badge)}\n`;
    files.push({ name: subjectName(subject), path: badgePath(subject), text });
  });
  return files;
}

export interface PublishedPages {
  /** Runs on the page. */
  readonly runs: number;
  readonly badges: readonly { readonly name: string; readonly path: string }[];
}

/** @throws StoreError */
export async function publishPages(store: Pick<HistoryStore, 'update'>): Promise<PublishedPages> {
  let done: PublishedPages = { runs: 0, badges: [] };
  await store.update(async (files: Files) => {
    const seen: Pick<HistoryStore, 'read'> = { read: (look) => look(files) };
    const [page, badges] = [await historyPage(seen), await badgeFiles(seen)];
    done = { runs: page.runs, badges };
    return new Map([
      [PAGE_FILE, page.text],
      ...badges.map(({ path, text }) => [path, text] as const),
    ]);
    // Other services build every branch that is pushed.
  }, 'Write history.html and badges [skip ci]');
  return done;
}
