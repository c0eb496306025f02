/** Finding a JSON report in what a tool prints, and figures in the report. */

import { foreign } from '../../system/messages/printed.ts';
import { isObject } from '../../system/shapes/is-object.ts';
import { Unreadable } from './report.ts';

export type Json = Record<string, unknown>;

/**
 * The only JSON object that begins at the beginning of a line; a summary in words may stand before
 * and after it. @throws Unreadable when there is none, several, or the only one is cut off
 */
export function onlyJson(text: string): Json {
  const start = text.search(/^\{/m);
  if (start < 0) throw new Unreadable('has no line that begins with `{`, so no JSON');
  const end = endOfObject(text, start);
  if (end < 0) throw new Unreadable('is cut off: its JSON has no end');
  const rest = text.slice(end);
  if (/^\s*\{/.test(rest) || /^\{/m.test(rest)) {
    throw new Unreadable('has more than one JSON object: the tool must run once in a command');
  }
  return parsed(text.slice(start, end));
}

/** @throws Unreadable when something else stands there */
export function objectAt(json: Json, ...path: string[]): Json {
  const value = at(json, path);
  if (!isObject(value)) throw new Unreadable(`has no object ${named(path)} in its JSON`);
  return value;
}

/** A finite number that is not negative. @throws Unreadable when something else stands there */
export function numberAt(json: Json, ...path: string[]): number {
  const value = at(json, path);
  if (typeof value !== 'number') throw new Unreadable(`has no number ${named(path)} in its JSON`);
  if (!Number.isFinite(value) || value < 0) {
    throw new Unreadable(`has ${value} for ${named(path)} in its JSON`);
  }
  return value;
}

/** A whole number that is not negative. @throws Unreadable when something else stands there */
export function countAt(json: Json, ...path: string[]): number {
  const value = numberAt(json, ...path);
  if (!Number.isSafeInteger(value)) {
    throw new Unreadable(`has ${value} for ${named(path)} in its JSON, which is no count`);
  }
  return value;
}

/** How often something happened, by its name. @throws Unreadable */
export function countsAt(json: Json, ...path: string[]): Map<string, number> {
  const object = objectAt(json, ...path);
  return new Map(Object.keys(object).map((key) => [key, countAt(json, ...path, key)]));
}

function at(json: Json, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    json,
  );
}

function named(path: readonly string[]): string {
  return `\`${path.join('.')}\``;
}

/** Index behind the brace that closes the one at `start`; -1 when none does. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (quoted && character === '\\') i++;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
  }
  return -1;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Unreadable(`is no JSON: ${foreign((error as Error).message)}`);
  }
}
