/** Links to the repository, where the runs tell which one it is. Nothing is loaded before somebody follows one. */

import { shortCommit } from '../terms/short-commit.ts';
import { el } from './dom.ts';
import type { Store } from './store.ts';

export function commitLink(store: Store, commit: string): Node {
  const text = el('code', {}, shortCommit(commit));
  const { repository } = store.model.runs;
  return repository === null ? text : link(`${repository}/commit/${commit}`, text);
}

export function pullLinks(store: Store, run: number): Node {
  const { repository, pulls } = store.model.runs;
  const numbers = pulls[run] ?? [];
  const items = numbers.flatMap((number, i) => {
    const text = `#${number}`;
    return [
      i === 0 ? '' : ' ',
      repository === null ? text : link(`${repository}/pull/${number}`, text),
    ];
  });
  return el('span', {}, ...items);
}

export function runLink(store: Store, run: number, text: string): Node | string {
  const { repository } = store.model.runs;
  const id = store.runs.ids[run] ?? null;
  return repository === null || id === null ? text : link(`${repository}/actions/runs/${id}`, text);
}

/** All commits from one to another. */
export function rangeLink(store: Store, from: string, to: string): Node | string {
  const { repository } = store.model.runs;
  if (from === to) return `none, both runs are of ${shortCommit(to)}`;
  const text = `${shortCommit(from)}...${shortCommit(to)}`;
  return repository === null ? text : link(`${repository}/compare/${from}...${to}`, text);
}

function link(href: string, content: Node | string): Node {
  return el('a', { href, rel: 'noreferrer' }, content);
}
