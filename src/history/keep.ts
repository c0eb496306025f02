/**
 * New lines → the change that adds them to a store. What is damaged there is set aside first, so that it is never read again,
 * and never lost either; what a newer version wrote stays where it is. Pure.
 */
import { type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import { acceptedSince } from './accepted.ts';
import { LIMITS, type Limits, split } from './compact.ts';
import { begunAt, type HistoryLine, lineText, runKey } from './line.ts';
import { type Mixed, mixedWith } from './mixed.ts';
import { damagedPath, linesPath, olderNumber, olderPath, olderPaths } from './paths.ts';
import { type DamagedLine, readHistory, type SoundLine } from './read.ts';
import { lastAttempts, type Standing, standings } from './standing.ts';
import type { Changes, Files } from './stores/store.ts';

/** Whoever may write to the store could fill it otherwise. */
const DAMAGED_AT_MOST = 1024 * 1024;

export interface SetAside {
  /** File and number of the line. */
  readonly where: string;
  readonly reason: string;
}

/** A new line that is no baseline, or one only because somebody accepted it. */
export interface Marked {
  readonly subject: SubjectId;
  readonly standing: Standing;
  readonly accepted: boolean;
}

export interface Kept {
  readonly changes: Changes;
  readonly marked: readonly Marked[];
  readonly setAside: readonly SetAside[];
  /** Of which the same attempt at the same run has a line already that is not this one's: another step has measured what is called so. */
  readonly taken: readonly SubjectId[];
  /**
   * Kept, though two servers seem to stand in one row: another workflow, which the same event starts, has measured what is called so at the same
   * commit; or another repository keeps its runs there by turns with this one.
   */
  readonly mixed: readonly Mixed[];
}

/**
 * Asked again of what it has changed already, it changes nothing.
 *
 * @param replaces whether the lines are of a second measurement in the same run, whose word stands for that of the first
 */
export async function keepLines(
  files: Files,
  lines: readonly HistoryLine[],
  limits: Limits = LIMITS,
  replaces = false,
): Promise<Kept> {
  const bySubject = new Map<string, HistoryLine[]>();
  for (const line of lines) {
    const name = subjectName(line.subject);
    bySubject.set(name, [...(bySubject.get(name) ?? []), line]);
  }
  const kept = await Promise.all(
    [...bySubject.values()].map((own) =>
      keepOfSubject(files, (own[0] as HistoryLine).subject, own, { limits, replaces }),
    ),
  );
  return {
    changes: new Map(kept.flatMap(({ changes }) => [...changes])),
    marked: kept.flatMap(({ marked }) => marked),
    setAside: kept.flatMap(({ setAside }) => setAside),
    taken: kept.flatMap(({ taken }) => taken),
    mixed: kept.flatMap(({ mixed }) => mixed),
  };
}

async function keepOfSubject(
  files: Files,
  subject: SubjectId,
  lines: readonly HistoryLine[],
  { limits, replaces }: { limits: Limits; replaces: boolean },
): Promise<Kept> {
  const path = linesPath(subject);
  const before = (await files.text(path)) ?? '';
  const { sound, damaged } = readHistory(before, subject);
  const there = new Set(sound.map(({ text }) => text));
  const known = sound.map(({ line }) => line);
  const free = lines.filter((line) => replaces || !isTaken(line, known));
  const taken = free.length < lines.length ? [subject] : [];
  const mixed = mixedWith(subject, free, known);
  const seen = free.map((one) => {
    const line = withoutReference(withFirstAttempt(one, known), known);
    return { ...line, accepted: acceptedSince(line, known) };
  });
  const added = seen
    .map((line): SoundLine => ({ number: Infinity, text: lineText(line).trimEnd(), line }))
    .filter(({ text }) => !there.has(text));
  const aside = damaged.filter(({ isNewer }) => !isNewer);
  if (added.length === 0 && aside.length === 0) {
    return { changes: new Map(), marked: [], setAside: [], taken, mixed };
  }
  const { stay, move } = split([...sound, ...added], limits);
  const changes = new Map<string, string | null>();
  changes.set(
    path,
    inOrder(
      stay,
      damaged.filter(({ isNewer }) => isNewer),
    ),
  );
  for (const [older, text] of olderChanges(files, subject, move, limits)) changes.set(older, text);
  if (aside.length > 0) {
    const earlier = (await files.text(damagedPath(subject))) ?? '';
    changes.set(damagedPath(subject), lastOf(`${earlier}${ended(aside)}`));
  }
  const setAside = aside.map(({ number, reason }) => ({
    where: `${path}, line ${number}`,
    reason,
  }));
  const marked = markedOf(
    [...sound, ...added].map(({ line }) => line),
    seen,
  );
  return { changes, marked, setAside, taken, mixed };
}

/** Of a run and attempt one line counts, so the later of two would make the other vanish. */
function isTaken(line: HistoryLine, known: readonly HistoryLine[]): boolean {
  const { run } = line;
  if (run === null) return false;
  const key = runKey(line);
  return known.some(
    (one) => runKey(one) === key && one.run?.attempt === run.attempt && one.at !== line.at,
  );
}

/** A later attempt at a run stands where the first one stood, also once that one's line has moved into a file of older ones. */
function withFirstAttempt(line: HistoryLine, known: readonly HistoryLine[]): HistoryLine {
  const { run } = line;
  if (run === null || run.attempt === 1) return line;
  const key = runKey(line);
  const earlier = known.filter((one) => runKey(one) === key).map(begunAt);
  const [begun] = earlier.sort((a, b) => Date.parse(a) - Date.parse(b));
  const isEarlier = begun !== undefined && Date.parse(begun) < Date.parse(line.at);
  return isEarlier ? { ...line, run: { ...run, begun } } : line;
}

/**
 * Where the user names the commit of the run before, as a service that knows no pushes has to, it is where the branch was. Runs of the same
 * commit are none before it: a second try, or another job of the same push.
 */
function withoutReference(line: HistoryLine, known: readonly HistoryLine[]): HistoryLine {
  const { reference, ...rest } = line;
  if (reference === undefined || line.base === null) return line;
  const begun = Date.parse(begunAt(line));
  const own = known.filter(({ imported }) => imported == null);
  const last = lastAttempts(own).findLast(
    (one) => one.commit !== line.commit && Date.parse(begunAt(one)) < begun,
  );
  return last?.commit === line.base ? rest : line;
}

/** As they stand among all others. */
function markedOf(all: readonly HistoryLine[], lines: readonly HistoryLine[]): Marked[] {
  return standings(all)
    .filter(({ line }) => lines.includes(line))
    .filter(({ line, standing }) => standing !== 'baseline' || line.accepted !== null)
    .map(({ line, standing }) => ({
      subject: line.subject,
      standing,
      accepted: line.accepted !== null,
    }));
}

/** As they stood, new ones last. */
function inOrder(stay: readonly SoundLine[], newer: readonly DamagedLine[]): string {
  return ended(
    [...stay, ...newer].sort((a, b) => (a.number === b.number ? 0 : a.number - b.number)),
  );
}

function ended(lines: readonly { text: string }[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}

/** A file of older lines never changes: the next ones get the next number. */
function olderChanges(
  files: Files,
  subject: SubjectId,
  move: readonly SoundLine[],
  { olderFiles }: Limits,
): [string, string | null][] {
  if (move.length === 0) return [];
  const there = olderPaths(subject, files.paths);
  const next = (olderNumber(there.at(-1) ?? '') ?? 0) + 1;
  const surplus = there.slice(0, Math.max(0, there.length + 1 - olderFiles));
  return [
    [olderPath(subject, next), ended(move)],
    ...surplus.map((path): [string, null] => [path, null]),
  ];
}

/** Whole lines, the last ones. */
function lastOf(text: string): string {
  if (text.length <= DAMAGED_AT_MOST) return text;
  const cut = text.slice(-DAMAGED_AT_MOST);
  return cut.slice(cut.indexOf('\n') + 1);
}
