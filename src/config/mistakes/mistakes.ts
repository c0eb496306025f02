/** From what is wrong with a value to what a person reads: place, key, found, allowed, mend. */
import type { Problem } from '../../system/messages/problem.ts';

export type Path = readonly (string | number)[];

/** Something wrong with the key or the value at a path. */
export interface Mistake {
  path: Path;
  part: 'key' | 'value';
  /** What is wrong, without place and key. */
  message: string;
  hint?: string | undefined;
  /** Of a text with a grammar of its own: which of its characters is wrong, counted from 0. */
  at?: number;
}

/** Where values came from: a file, or inputs and flags. */
export interface Source {
  /** Place in words, and a number that sorts places. `at`: which character of the text at this path. */
  place(path: Path, part: 'key' | 'value', at?: number): { where: string; order: number };
  /** The key as the message names it; empty where the place says enough. */
  name(path: Path): string;
}

/** In the order in which they stand in the source. */
export function toProblems(mistakes: readonly Mistake[], source: Source): Problem[] {
  return mistakes
    .map((mistake) => ({ mistake, place: source.place(mistake.path, mistake.part, mistake.at) }))
    .sort((a, b) => a.place.order - b.place.order)
    .map(({ mistake: { path, message, hint }, place: { where } }) => {
      const key = source.name(path);
      const text = key === '' ? message : `${key}: ${message}`;
      return hint === undefined ? { where, message: text } : { where, message: text, hint };
    });
}

/** `mark`: what is to be done to the value's words, such as to mark them as foreign. */
export function foundInstead(
  found: unknown,
  allowed: string,
  mark = (words: string) => words,
): string {
  return `found ${isKind(found) ? describe(found) : mark(describe(found))}; allowed: ${allowed}`;
}

/** `servers.api.start`, `metrics[1]`, `servers["a.b"].start`. */
export function keyPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** Whether its words are our own: nothing, a list, a map. */
function isKind(found: unknown): boolean {
  return found === null || found === undefined || typeof found === 'object';
}

/** The value in a message: texts in quotes and cut short, lists and maps by their kind. */
function describe(found: unknown): string {
  if (found === null || found === undefined) return 'nothing';
  if (Array.isArray(found)) return found.length === 0 ? 'an empty list' : 'a list';
  if (typeof found === 'object') return Object.keys(found).length === 0 ? 'an empty map' : 'a map';
  if (typeof found !== 'string') return String(found);
  return JSON.stringify(found.length > 60 ? `${found.slice(0, 60)}…` : found);
}
