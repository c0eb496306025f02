/** What a browser shows of a history, put into the history itself: the page and the badges, in one write. */
import type { Files, HistoryStore } from '../../history/stores/store.ts';
import { badgeFiles } from './badge.ts';
import { historyPage, PAGE_FILE } from './page.ts';

export interface PublishedPages {
  /** Runs on the page. */
  readonly runs: number;
  readonly badges: number;
}

export async function publishPages(store: Pick<HistoryStore, 'update'>): Promise<PublishedPages> {
  let done: PublishedPages = { runs: 0, badges: 0 };
  await store.update(async (files: Files) => {
    const seen: Pick<HistoryStore, 'read'> = { read: (look) => look(files) };
    const [page, badges] = [await historyPage(seen), await badgeFiles(seen)];
    done = { runs: page.runs, badges: badges.length };
    return new Map([
      [PAGE_FILE, page.text],
      ...badges.map(({ path, text }) => [path, text] as const),
    ]);
    // Other services build every branch that is pushed.
  }, 'Write history.html and badges [skip ci]');
  return done;
}
