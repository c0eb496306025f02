/** What a store holds of its subjects: read line by line, with what is damaged told apart. */
import type { SubjectId } from '../config/experiment.ts';
import type { HistoryLine } from './line.ts';
import { linesPath, linesPaths, olderPaths } from './paths.ts';
import { type DamagedLine, readHistory } from './read.ts';
import type { Files, HistoryStore } from './stores/store.ts';

export interface SubjectRuns {
  /** Null: no line of the file says, so that there is no sound one. */
  readonly subject: SubjectId | null;
  /** The file of the newest lines. */
  readonly path: string;
  /** As they were added; see `standing.ts` for their order in time and for what may be compared with. */
  readonly lines: readonly HistoryLine[];
  /** What was set aside earlier is not among them. */
  readonly damaged: readonly (DamagedLine & { readonly path: string })[];
}

/** Which lines: the newest of each subject, among which are all that may be compared with; or all there are. */
export type Reach = 'newest' | 'all';

/** Of each of these subjects, in their order; one that the store has never heard of has no lines. */
export function readRuns(
  store: Pick<HistoryStore, 'read'>,
  subjects: readonly SubjectId[],
  reach: Reach = 'newest',
): Promise<SubjectRuns[]> {
  return store.read((files) =>
    Promise.all(subjects.map((subject) => runsAt(files, linesPath(subject), subject, reach))),
  );
}

/** Of every subject that the store knows, by name. */
export function readAllRuns(store: HistoryStore, reach: Reach = 'newest'): Promise<SubjectRuns[]> {
  return store.read((files) =>
    Promise.all(linesPaths(files.paths).map((path) => runsAt(files, path, null, reach))),
  );
}

/** One subject after the other: whoever needs no two at once needs the memory of one. */
export function eachSubject(
  store: Pick<HistoryStore, 'read'>,
  reach: Reach,
  visit: (runs: SubjectRuns) => void,
): Promise<void> {
  return store.read(async (files) => {
    for (const path of linesPaths(files.paths)) visit(await runsAt(files, path, null, reach));
  });
}

async function runsAt(
  files: Files,
  path: string,
  known: SubjectId | null,
  reach: Reach,
): Promise<SubjectRuns> {
  const newest = readHistory((await files.text(path)) ?? '', known);
  // The first line that belongs into a file of this name says whose it is.
  const owner = newest.sound.find(({ line }) => linesPath(line.subject) === path);
  const subject = known ?? owner?.line.subject ?? null;
  const paths = [...(reach === 'all' && subject ? olderPaths(subject, files.paths) : []), path];
  const lines: HistoryLine[] = [];
  const damaged: (DamagedLine & { path: string })[] = [];
  for (const one of paths) {
    const text = one === path ? null : await files.text(one);
    const { sound, damaged: bad } = text === null ? newest : readHistory(text, subject);
    for (const { number, text: whole, line } of sound) {
      if (linesPath(line.subject) === path) lines.push(line);
      else damaged.push({ path: one, number, text: whole, reason: OTHER, isNewer: false });
    }
    damaged.push(...bad.map((line) => ({ ...line, path: one })));
  }
  damaged.sort((a, b) => (a.path === b.path ? a.number - b.number : a.path < b.path ? -1 : 1));
  return { subject, path, lines, damaged };
}

const OTHER = 'is of another subject than the name of its file';
