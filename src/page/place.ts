/** What all parts of a subject's view are about, and a run of it in words. */

import {
  ACCEPTED,
  type LineKind,
  type PageMetric,
  type PageSubject,
  WORDS,
} from '../history/page/model.ts';
import { shortCommit } from '../terms/short-commit.ts';
import type { Line, SubjectData } from './data.ts';
import type { Store } from './store.ts';
import { halfText, logText, momentText, valueText } from './text.ts';

export interface Place {
  store: Store;
  subject: PageSubject;
  metric: PageMetric;
  kind: LineKind;
  data: SubjectData;
  line: Line;
  values: Line | null;
}

export function figureText({ metric, kind, line, values }: Place, at: number): string {
  const value = valueText(metric.unit, values?.figures[at] ?? null);
  const half = halfText(line.halves[at] ?? null);
  if (kind === 'value') return half === '' ? value : `${value} ${half}`;
  const start = line.figures.find((one) => one !== null) ?? null;
  const figure = line.figures[at] ?? null;
  const moved = start === null || figure === null ? null : Math.log(figure / start);
  return `${logText(moved)} since the start ${half}`.trim();
}

export function wordText(word: number): string {
  const name = WORDS[word % ACCEPTED] ?? 'unchanged';
  return word >= ACCEPTED ? `${name}, accepted` : name;
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
