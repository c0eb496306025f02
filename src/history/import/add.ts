/** Imported lines → what they change in a store. Importing a file twice is importing it once. Pure. */
import { type HistoryLine, lineText, runKey } from '../line.ts';
import { linesPath, olderPaths } from '../paths.ts';
import { readHistory } from '../read.ts';
import type { Changes, Files } from '../stores/store.ts';

export interface Added {
  readonly changes: Changes;
  readonly lines: number;
  readonly subjects: number;
  /** Lines that were there already. */
  readonly known: number;
}

export async function addedTo(files: Files, lines: readonly HistoryLine[]): Promise<Added> {
  const byPath = new Map<string, HistoryLine[]>();
  for (const line of lines) {
    const path = linesPath(line.subject);
    const own = byPath.get(path);
    if (own === undefined) byPath.set(path, [line]);
    else own.push(line);
  }
  const changes = new Map<string, string | null>();
  let added = 0;
  for (const [path, own] of byPath) {
    const text = (await files.text(path)) ?? '';
    const known = new Set<string>();
    const [{ subject }] = own as [HistoryLine, ...HistoryLine[]];
    for (const one of [...olderPaths(subject, files.paths), path]) {
      const held = one === path ? text : ((await files.text(one)) ?? '');
      for (const { line } of readHistory(held, subject).sound) known.add(runKey(line));
    }
    const fresh = own.filter((line) => !known.has(runKey(line)));
    if (fresh.length === 0) continue;
    added += fresh.length;
    const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    changes.set(path, `${start}${fresh.map(lineText).join('')}`);
  }
  return { changes, lines: added, subjects: byPath.size, known: lines.length - added };
}
