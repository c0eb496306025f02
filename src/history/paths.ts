/** Names of files in a store. Names of servers and scenarios hold any character, and none of them leads out of the store. Pure. */
import { createHash } from 'node:crypto';
import type { SubjectId } from '../config/experiment/experiment.ts';

/** Of the file with the newest lines of a subject. */
const LINES = '.ndjson';
/** The history page, where it is published. */
export const PAGE_FILE = 'history.html';
/** Beside it: what was set aside. */
const DAMAGED = '.damaged';
/** File systems take 255 bytes; endings, and names of files that are written beside, need some. */
const NAME_AT_MOST = 120;
/** Depths and lengths that no name of ours has. */
const PATH_AT_MOST = 512;

/** `api/plain.ndjson`: what new lines are added to. */
export function linesPath(subject: SubjectId): string {
  return `${stemOf(subject)}${LINES}`;
}

/** `badges/api/plain.json` */
export function badgePath(subject: SubjectId): string {
  return `badges/${stemOf(subject)}.json`;
}

/** `api/plain.damaged` */
export function damagedPath(subject: SubjectId): string {
  return `${stemOf(subject)}${DAMAGED}`;
}

/** `api/plain~00001.ndjson`: older lines, which are read only by who wants all; 1 has the oldest. */
export function olderPath(subject: SubjectId, number: number): string {
  return `${stemOf(subject)}~${String(number).padStart(5, '0')}${LINES}`;
}

/** Of a subject's older lines: which ones; null for every other file. */
export function olderNumber(path: string): number | null {
  const [, digits] = /~(\d{5,})\.ndjson$/.exec(path) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** The subject's files with older lines that are among these, oldest first. */
export function olderPaths(subject: SubjectId, paths: readonly string[]): string[] {
  const start = `${stemOf(subject)}~`;
  return paths
    .filter((path) => path.startsWith(start) && path === olderPath(subject, olderNumber(path) ?? 0))
    .sort((a, b) => (olderNumber(a) ?? 0) - (olderNumber(b) ?? 0));
}

/** Those files among these that hold a subject's newest lines. */
export function linesPaths(paths: readonly string[]): string[] {
  return paths.filter(
    (path) => path.endsWith(LINES) && path.includes('/') && olderNumber(path) === null,
  );
}

/**
 * Whether a store may have a file of this name. Names come from stores, too, which strangers may have written.
 */
export function isStorePath(path: string): boolean {
  if (path.length > PATH_AT_MOST || !/^[\w%~.-]+(\/[\w%~.-]+)*$/.test(path)) return false;
  return path.split('/').every((part) => !part.startsWith('.') && !/^git~\d+$/i.test(part));
}

function stemOf({ server, scenario }: SubjectId): string {
  return `${escaped(server)}/${escaped(scenario)}`;
}

/**
 * Letters, digits, `_`, `-` and `.` stay as they are; every other byte becomes `%XX`. What differs in capital letters only
 * would be one file on some systems, and what is too long none: both get a piece of their hash.
 */
function escaped(name: string): string {
  const plain = [...Buffer.from(name)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[a-zA-Z0-9_.-]/.test(char) ? char : `%${hex(byte)}`;
    })
    .join('')
    // `.`, `..`, `.git`, and what other tools hide.
    .replace(/^\./, '%2E');
  const isPlain = plain.length <= NAME_AT_MOST && name === name.toLowerCase() && plain !== '';
  if (isPlain) return plain;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 10);
  // Not in the middle of a `%XX`.
  return `${plain.slice(0, NAME_AT_MOST).replace(/%[0-9A-F]?$/, '')}~h${hash}`;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
