/**
 * The runs of a subject that a new one may be compared with, read from the end of its file. What does not count is glanced at: of a
 * thousand subjects, that is most of all text.
 */
import type { SubjectId } from '../config/experiment/experiment.ts';
import { COUNTED, type CountedRun, countedRuns, type Entry } from './counted.ts';
import { glanceOf, glancer } from './glance.ts';
import { LINE_BYTES_AT_MOST, lineReader } from './read.ts';
import type { FileBytes } from './stores/store.ts';

/** Jobs that run at once add their lines as they end: some more are looked at, so that none of the last runs is missed. */
const LOOKED_AT = COUNTED.runs + 50;
/** Has the lines of some 300 runs. */
const PIECE = 512 * 1024;
const LINE_FEED = 10;
/** At once, as one text: many lines of ours, and at least one of any. A larger text costs the engine more than the lines of it. */
const GLANCED_AT = LINE_BYTES_AT_MOST;

/**
 * @param job of which a new run is; null: of the only one
 * @returns null for a file of which something that was looked at is damaged, and for one whose earlier lines may matter: then all of it
 * has to be read.
 */
export function lastRuns(
  file: FileBytes,
  subject: SubjectId,
  job: string | null,
): readonly CountedRun[] | null {
  const runs = new Set<string>();
  let entries: Entry[] = [];
  let end = file.size;
  let piece = PIECE;
  while (end > 0 && runs.size < LOOKED_AT) {
    const from = Math.max(0, end - piece);
    const bytes = file.read(from, end);
    const begin = from === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1;
    if (from > 0 && (begin === 0 || begin === bytes.length)) {
      piece *= 2;
      continue;
    }
    const found = entriesIn(bytes.subarray(begin), subject);
    if (found === null) return null;
    for (const { key, job: its, isImported, fingerprint } of found) {
      if (its === job && !isImported && fingerprint !== null) runs.add(key);
    }
    entries = [...found, ...entries];
    end = from + begin;
  }
  return mayMatter(file, end) ? null : countedRuns(entries, job);
}

/** Of whole lines; null where one is damaged. */
function entriesIn(bytes: Buffer, subject: SubjectId): Entry[] | null {
  const entries: Entry[] = [];
  const read = lineReader(subject);
  let [glance, begin, end] = [glancer(subject, ''), 0, 0];
  for (let at = 0; at < bytes.length; ) {
    const from = at;
    const next = bytes.indexOf(LINE_FEED, from);
    const to = next === -1 ? bytes.length : next;
    at = to + 1;
    if (to - from > LINE_BYTES_AT_MOST) return null;
    if (to > end) {
      [begin, end] = [from, Math.min(bytes.length, from + GLANCED_AT)];
      glance = glancer(subject, bytes.toString('latin1', begin, end));
    }
    const whole = () => {
      const one = read(bytes.toString('utf8', from, to));
      return one.kind === 'sound' ? one.line : null;
    };
    const seen = glance(from - begin, to - begin);
    if (seen !== null) entries.push({ ...seen, read: whole });
    else {
      const line = whole();
      if (line === null) return null;
      entries.push({ ...glanceOf(line), read: () => line });
    }
  }
  return entries;
}

/** Whether a slowdown may have begun in what stands before `end`, which then lasts until it is seen to be mended. */
function mayMatter(file: FileBytes, end: number): boolean {
  const overlap = REGRESSION.length;
  for (let from = 0; from < end; from += 8 * PIECE) {
    const bytes = file.read(from, Math.min(end, from + 8 * PIECE + overlap));
    // With an escape, the word could be written otherwise.
    if (bytes.includes(REGRESSION) || bytes.includes('\\')) return true;
  }
  return false;
}
const REGRESSION = 'regression';
