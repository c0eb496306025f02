/** What all parts of a subject's view are about, and a run of it in words. */

import { ACCEPTED, type PageSubject, REFERENCE, WORDS } from '../history/page/model.ts';
import { shortCommit } from '../terms/short-commit.ts';
import type { SubjectData } from './data.ts';
import { figureText, type Shown } from './figure-text.ts';
import type { Store } from './store.ts';
import { momentText } from './text.ts';

export interface Place extends Shown {
  store: Store;
  subject: PageSubject;
  data: SubjectData;
}

export function wordText(word: number): string {
  const name = WORDS[word % ACCEPTED] ?? 'unchanged';
  if (word & REFERENCE) return `${name}, beside a named base`;
  return word & ACCEPTED ? `${name}, accepted` : name;
}

/** In one sentence. */
export function runInWords(place: Place, at: number): string {
  const { store, data } = place;
  const run = data.runs[at] as number;
  const machine = data.machines[at] ?? null;
  const hash = machine === null ? null : store.model.machines[machine]?.hash.slice(0, 6);
  const pulls = store.model.runs.pulls[run] ?? [];
  return [
    `Commit ${shortCommit(store.runs.commits[run] as string)}`,
    ...(pulls.length === 0 ? [] : [pulls.map((one) => `#${one}`).join(' ')]),
    momentText(data.at[at] as number),
    figureText(place, at),
    wordText(data.words[at] as number),
    ...(hash ? [`machine ${hash}`] : []),
  ].join(', ');
}
