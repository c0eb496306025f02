/** Which of a subject's lines a change point means: by its commit, and by when that run began where it is known, else the commit's first run. Pure. */
import { begunAt, type HistoryLine } from '../line.ts';

export function placesOf(
  lines: readonly Pick<HistoryLine, 'commit' | 'at' | 'run'>[],
): (commit: string, began?: string | null) => number | undefined {
  const places = new Map<string, number>();
  const add = (key: string, place: number) => {
    if (!places.has(key)) places.set(key, place);
  };
  lines.forEach((line, place) => {
    add(line.commit, place);
    add(`${line.commit} ${begunAt(line)}`, place);
  });
  return (commit, began) => places.get(`${commit} ${began}`) ?? places.get(commit);
}
