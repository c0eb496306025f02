/**
 * What a request has anew each time that it is sent: `{uuid}`, `{n}`, `{timestamp}`, `{random:1-1000}`, and the columns of a data
 * file. Here is how they are written, and which of them a text holds; `load/request-values.ts` fills them in.
 */
import { didYouMean } from '../mistakes/nearest.ts';

/** Of the gate, in any request. */
const NAMES = ['uuid', 'n', 'timestamp', 'random'] as const;

/** Filled in elsewhere, or once: they are none of these. */
const OTHERS = ['id', 'port', 'socket', 'arm', 'dir'];

/** A column is a word, so that `{…}` of JSON, GraphQL or a template is none. */
export const COLUMN = /^[A-Za-z_][\w-]{0,63}$/;

/** A value in a text, or the text around it. */
export type Part =
  | { text: string }
  | { value: 'uuid' }
  | { value: 'n' }
  | { value: 'timestamp' }
  | { value: 'random'; from: number; to: number }
  | { value: 'column'; index: number };

const TOKEN = /(\\?)\{([A-Za-z_][\w-]*)(?::(\d{1,15})-(\d{1,15}))?\}/g;

/** The parts of a text. Whatever is none of these names stays as it is; `\{n}` is `{n}` itself. */
export function partsOf(text: string, columns: readonly string[]): Part[] {
  const parts: Part[] = [];
  let literal = '';
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const part = partOf(found, columns);
    if (part === null) continue;
    literal += text.slice(end, found.index);
    end = found.index + found[0].length;
    if (found[1] !== '') {
      literal += found[0].slice(1);
      continue;
    }
    if (literal !== '') parts.push({ text: literal });
    literal = '';
    parts.push(part);
  }
  literal += text.slice(end);
  return literal === '' ? parts : [...parts, { text: literal }];
}

/** What kinds of values these texts have: columns of a file, and others that are new each time. */
export function valuesIn(
  texts: readonly string[],
  columns: readonly string[],
): { hasColumns: boolean; isNew: boolean } {
  const values = texts.flatMap((text) =>
    partsOf(text, columns).flatMap((part) => ('value' in part ? [part.value] : [])),
  );
  return {
    hasColumns: values.includes('column'),
    isNew: values.some((value) => value !== 'column'),
  };
}

/** Whether anything in it must be filled in, or is escaped. */
export function hasValues(text: string, columns: readonly string[]): boolean {
  return [...text.matchAll(TOKEN)].some((found) => partOf(found, columns) !== null);
}

function partOf([, , name, from, to]: RegExpExecArray, columns: readonly string[]): Part | null {
  if (name === 'random') {
    if (from === undefined || Number(from) > Number(to)) return null;
    return { value: 'random', from: Number(from), to: Number(to) };
  }
  if (from !== undefined) return null;
  if (name === 'uuid' || name === 'n' || name === 'timestamp') return { value: name };
  const index = columns.indexOf(name as string);
  return index < 0 ? null : { value: 'column', index };
}

/** Why a text's braces cannot be meant so, and what to write; none where they may stay. */
export function valueMistakes(
  text: string,
  columns: readonly string[],
  isBody: boolean,
): { message: string; hint: string }[] {
  const known = [...NAMES, ...columns];
  return [...text.matchAll(TOKEN)].flatMap((found) => {
    const [whole, backslash, name = '', from] = found;
    if (backslash !== '' || text[found.index - 1] === '$') return [];
    if (OTHERS.includes(name) || partOf(found, columns) !== null) return [];
    const shown = `\`${whole}\``;
    if (name === 'random') {
      const message = `${shown} is no range`;
      return [{ message, hint: 'write `{random:1-1000}`, the smaller number first' }];
    }
    if (from !== undefined) return [];
    // A single letter is near to `n` whatever it is.
    const near = didYouMean(name, name.length > 1 ? known : columns);
    // Braces of a body are mostly its own.
    if (isBody && near === undefined) return [];
    const message = `${shown} stands for nothing here`;
    const all = known.map((one) => (one === 'random' ? '`{random:1-9}`' : `\`{${one}}\``));
    const literal = isBody
      ? `for these very characters, \`\\${whole}\``
      : 'for braces, %7B and %7D';
    const hint = `${near ?? `known here: ${all.join(', ')}`}; ${literal}`;
    return [{ message, hint }];
  });
}

/** Names in braces of a body that stand for nothing, and so are sent as they are. A scenario with `data` hardly means that. */
export function leftInBody(text: string, columns: readonly string[]): string[] {
  return [...text.matchAll(TOKEN)].flatMap((found) => {
    const [whole, backslash, name = '', from] = found;
    if (backslash !== '' || from !== undefined || text[found.index - 1] === '$') return [];
    return OTHERS.includes(name) || partOf(found, columns) !== null ? [] : [whole];
  });
}
