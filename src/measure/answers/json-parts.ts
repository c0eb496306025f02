/** A JSON body as its parts, each with its path: what can be compared place by place, in whatever order its keys come. */

export interface JsonPart {
  /** What kind of value it is. */
  type:
    | ('null' | 'boolean' | 'number' | 'text' | 'empty text')
    | ('array' | 'empty array' | 'object' | 'empty object');
  /** Equal for equal values; of an array its length, of an object its keys in order. */
  value: string;
  /** Of the container that it is in; null: it is the whole. */
  parent: string | null;
}

/** More parts than these are compared as text. */
const MOST_PARTS = 50_000;
/** Nothing is nested as deep on purpose; each level makes all paths below it longer. */
const MOST_DEPTH = 200;
/** Numbers with so many digits lose some as numbers of JavaScript: they are compared as they are written. */
const LONG_NUMBER = /\d{16}/;
const LONG_INTEGER = /^-?\d{16,}$/;

/** Null: the text is no JSON, has none of its containers, or is too large or too deep. */
export function jsonParts(text: string): Map<string, JsonPart> | null {
  if (!/^\s*[[{]/.test(text)) return null;
  let value: unknown;
  try {
    value = LONG_NUMBER.test(text) ? JSON.parse(text, asWritten as Reviver) : JSON.parse(text);
  } catch {
    return null;
  }
  const parts = new Map<string, JsonPart>();
  return gather(value, '$', null, parts) ? parts : null;
}

type Reviver = (this: unknown, key: string, value: unknown) => unknown;

class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function asWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  // A fraction in seventeen digits is the same number as in its shortest form.
  return LONG_INTEGER.test(context.source) ? new Written(context.source) : value;
}

function gather(
  value: unknown,
  path: string,
  parent: string | null,
  parts: Map<string, JsonPart>,
  depth = 0,
): boolean {
  if (parts.size >= MOST_PARTS || depth > MOST_DEPTH) return false;
  if (Array.isArray(value)) {
    const type = value.length === 0 ? 'empty array' : 'array';
    parts.set(path, { type, value: String(value.length), parent });
    return value.every((one, index) => gather(one, `${path}[${index}]`, path, parts, depth + 1));
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Written)) {
    const keys = Object.keys(value).sort();
    const type = keys.length === 0 ? 'empty object' : 'object';
    parts.set(path, { type, value: JSON.stringify(keys), parent });
    const record = value as Record<string, unknown>;
    return keys.every((key) =>
      gather(record[key], `${path}${stepTo(key)}`, path, parts, depth + 1),
    );
  }
  parts.set(path, { ...leaf(value), parent });
  return true;
}

function leaf(value: unknown): Omit<JsonPart, 'parent'> {
  if (value instanceof Written) return { type: 'number', value: value.text };
  if (value === null) return { type: 'null', value: 'null' };
  if (value === '') return { type: 'empty text', value: '' };
  if (typeof value === 'string') return { type: 'text', value: JSON.stringify(value) };
  return { type: typeof value as 'number' | 'boolean', value: String(value) };
}

/** As JSONPath writes it. */
export function stepTo(key: string): string {
  return /^[A-Za-z_$][\w$-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A key that may be somebody's name, number or address is none that a report should show. */
const QUOTED_STEP = /\["(?:[^"\\]|\\.)*"\]/g;
const LONGEST_KEY = 40;

/** The path as it may stand in a file: keys that look like data are withheld. */
export function shownPathOf(path: string): string {
  return path
    .replace(QUOTED_STEP, '.…')
    .split('.')
    .map((part) => {
      const key = part.replace(/(\[\d+\])+$/, '');
      const isData = key.length > LONGEST_KEY || (key.match(/\d/g) ?? []).length >= 4;
      return isData ? `…${part.slice(key.length)}` : part;
    })
    .join('.');
}
