/** What a store holds of its subjects: read line by line, with what is damaged told apart. */
import type { SubjectId } from '../config/experiment/experiment.ts';
import type { HistoryLine } from './line.ts';
import { linesPath, linesPaths, olderPaths } from './paths.ts';
import { type DamagedLine, type ReadHistory, readHistory, type SoundLine } from './read.ts';
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
  const newest = runsOf((await files.text(path)) ?? '', path, known);
  const { subject } = newest;
  if (reach === 'newest' || subject === null) return newest;
  const all = { lines: [] as HistoryLine[], damaged: [...newest.damaged] };
  for (const older of olderPaths(subject, files.paths)) {
    const found = sorted(readHistory((await files.text(older)) ?? '', subject), {
      at: older,
      path,
    });
    all.lines.push(...found.lines);
    all.damaged.push(...found.damaged);
  }
  all.lines.push(...newest.lines);
  all.damaged.sort((a, b) => (a.path === b.path ? a.number - b.number : a.path < b.path ? -1 : 1));
  return { subject, path, ...all };
}

/** Of the text of one file. `known`: whose it is; null: it says so itself. */
export function runsOf(text: string, path: string, known: SubjectId | null): SubjectRuns {
  const read = readHistory(text, known);
  // The first line that belongs into a file of this name says whose it is.
  const owner = known ?? read.sound.find((one) => isOf(path, one))?.line.subject ?? null;
  return { subject: owner, path, ...sorted(read, { at: path, path }) };
}

/** What belongs into the file of the newest lines with this `path`, and what does not. */
function sorted(
  { sound, damaged }: ReadHistory,
  { at, path }: { at: string; path: string },
): Pick<SubjectRuns, 'lines' | 'damaged'> {
  const lines: HistoryLine[] = [];
  const wrong = damaged.map((line) => ({ ...line, path: at }));
  let last: SubjectId | null = null;
  for (const one of sound) {
    const { subject } = one.line;
    // Whose file it is, is told by a hash at times: of one subject it is asked once.
    const isLast = last?.server === subject.server && last.scenario === subject.scenario;
    if (isLast || isOf(path, one)) {
      lines.push(one.line);
      last = subject;
    } else
      wrong.push({ path: at, number: one.number, text: one.text, reason: OTHER, isNewer: false });
  }
  return { lines, damaged: wrong.sort((a, b) => a.number - b.number) };
}

function isOf(path: string, { line }: SoundLine): boolean {
  return linesPath(line.subject) === path;
}

const OTHER = 'is of another subject than the name of its file';
