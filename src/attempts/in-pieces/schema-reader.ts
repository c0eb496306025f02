/**
 * Makes a reader of a zod schema: it reads and checks in one pass over the bytes, and gives exactly what `JSON.parse` and the
 * schema would give. What the schema would refuse, and what only looks unusual, is `UNSURE`.
 *
 * It knows the kinds of schema that files of numbers are made of. Any other part is cut out as text and given to zod.
 */
import type * as z from 'zod';
import type { $ZodType } from 'zod/v4/core';
import {
  conditionsOf,
  defOf,
  hasConditions,
  numberKindOf,
  stringFormatOf,
  type ZodDef,
  type ZodDefOf,
} from '../../system/shapes/zod-def.ts';
import { scanJson } from '../scan-json.ts';
import { type JsonCursor, parsed, UNSURE } from './json-cursor.ts';

export type Reader<T = unknown> = (cursor: JsonCursor) => T;

const [QUOTE, COMMA, COLON, SMALL_N, SMALL_T] = [0x22, 0x2c, 0x3a, 0x6e, 0x74];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
const [NULL, TRUE, FALSE] = ['null', 'true', 'false'].map((word) => Buffer.from(word)) as [
  Buffer,
  Buffer,
  Buffer,
];

export function readerOf<S extends z.ZodType>(schema: S): Reader<z.output<S>> {
  return compile(schema) as Reader<z.output<S>>;
}

function compile(schema: $ZodType): Reader {
  return knownReader(defOf(schema)) ?? byZod(schema);
}

/** Null where the schema has something that is not known here. */
function knownReader(def: ZodDef): Reader | null {
  switch (def.type) {
    case 'number':
      return numberReader(def);
    case 'string':
      return stringReader(def);
    case 'array':
      return arrayReader(def);
    case 'object':
      return objectReader(def);
    case 'record':
      return recordReader(def);
  }
  if (hasConditions(def)) return null;
  switch (def.type) {
    case 'boolean':
      return readBoolean;
    case 'enum':
      return wordReader(Object.values(def.entries));
    case 'literal':
      return wordReader(def.values);
    case 'nullable':
      return nullableReader(compile(def.innerType));
    // Whether it may be absent is the object's business.
    case 'optional':
      return compile(def.innerType);
    default:
      return null;
  }
}

/** Any part at all: text for `JSON.parse`, and a value for zod. */
function byZod(schema: $ZodType): Reader {
  return (cursor) => {
    const text = cursor.text();
    const value = parsed(text);
    const { depth, duplicate } = scanJson(text);
    // No part of ours is half as deep; the file as a whole is measured by whoever reads what is unsure.
    if (depth > DEEP || duplicate !== null) throw UNSURE;
    const result = (schema as z.ZodType).safeParse(value);
    if (!result.success) throw UNSURE;
    return result.data;
  };
}
const DEEP = 32;

/** What a number must be. Plain values, so that one loop serves every list. */
interface Range {
  isInteger: boolean;
  least: number;
  above: number;
  most: number;
  below: number;
}

function rangeOf(def: ZodDefOf<'number'>): Range | null {
  const kind = numberKindOf(def);
  if (kind === null) return null;
  const [least, above] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const [most, below] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const range: Range = { isInteger: kind === 'integer', least, above, most, below };
  for (const one of conditionsOf(def)) {
    if (one.kind === 'least' || one.kind === 'above') {
      range[one.kind] = Math.max(range[one.kind], one.bound);
    } else if (one.kind === 'most' || one.kind === 'below') {
      range[one.kind] = Math.min(range[one.kind], one.bound);
    } else {
      return null;
    }
  }
  return range;
}

function isIn(value: number, { isInteger, least, above, most, below }: Range): boolean {
  if (!(value >= least && value > above && value <= most && value < below)) return false;
  return !isInteger || Number.isSafeInteger(value);
}

function numberReader(def: ZodDefOf<'number'>): Reader<number> | null {
  const range = rangeOf(def);
  if (range === null) return null;
  return (cursor) => {
    const value = cursor.number();
    if (!isIn(value, range)) throw UNSURE;
    return value;
  };
}

function stringReader(def: ZodDefOf<'string'>): Reader<string> | null {
  if (def.coerce || stringFormatOf(def) !== 'any') return null;
  const patterns: RegExp[] = [];
  for (const one of conditionsOf(def)) {
    if (one.kind !== 'pattern') return null;
    patterns.push(one.pattern);
  }
  if (patterns.length === 0) return (cursor) => cursor.string();
  return (cursor) => {
    const text = cursor.string();
    if (!patterns.every((pattern) => pattern.test(text))) throw UNSURE;
    return text;
  };
}

function readBoolean(cursor: JsonCursor): boolean {
  const isTrue = cursor.peek() === SMALL_T;
  cursor.word(isTrue ? TRUE : FALSE);
  return isTrue;
}

/** One of a few strings, each of which is kept once. */
function wordReader(values: readonly unknown[]): Reader<string> | null {
  if (!values.every((value): value is string => typeof value === 'string')) return null;
  const words = values.map((value) => ({ value, quoted: Buffer.from(JSON.stringify(value)) }));
  return (cursor) => {
    cursor.peek();
    for (const { value, quoted } of words) if (cursor.words(quoted)) return value;
    throw UNSURE;
  };
}

function nullableReader(inner: Reader): Reader {
  return (cursor) => {
    if (cursor.peek() !== SMALL_N) return inner(cursor);
    cursor.word(NULL);
    return null;
  };
}

function arrayReader(def: ZodDefOf<'array'>): Reader<unknown[]> | null {
  let least = 0;
  for (const one of conditionsOf(def)) {
    if (one.kind !== 'shortest') return null;
    least = Math.max(least, one.length);
  }
  const inner = defOf(def.element);
  const range = inner.type === 'number' ? rangeOf(inner) : null;
  if (range !== null) return numbersReader(range, least);
  const element = compile(def.element);
  return (cursor) => {
    const values: unknown[] = [];
    cursor.take(OPEN_LIST);
    if (!cursor.takes(CLOSE_LIST)) {
      do values.push(element(cursor));
      while (cursor.takes(COMMA));
      cursor.take(CLOSE_LIST);
    }
    if (values.length < least) throw UNSURE;
    // A list that grew has room for seventeen, a copy of it only for what it has; most lists of a plan have two words.
    return values.slice();
  };
}

/** Most of a measurement is lists of numbers. */
function numbersReader(range: Range, least: number): Reader<number[]> {
  return (cursor) => {
    const values = cursor.numbers();
    if (values.length < least) throw UNSURE;
    // Where its ends are in a range, so is what lies between them.
    const areIn = values.length === 0 || (isIn(cursor.least, range) && isIn(cursor.most, range));
    if (!areIn) throw UNSURE;
    if (range.isInteger && !cursor.areWhole && !values.every(Number.isSafeInteger)) throw UNSURE;
    return values;
  };
}

export interface Field {
  key: string;
  quoted: Uint8Array;
  read: Reader;
  isOptional: boolean;
}

/** Null where an object may have other keys than these, or conditions. */
export function fieldsOf(def: ZodDefOf<'object'>): Field[] | null {
  if (hasConditions(def) || def.catchall === undefined) return null;
  if (defOf(def.catchall).type !== 'never') return null;
  const fields: Field[] = [];
  for (const [key, schema] of Object.entries(def.shape)) {
    const { optin, optout } = schema._zod;
    const isOptional = defOf(schema).type === 'optional';
    // What is filled in where it is absent is zod's business.
    if (!isOptional && (optin !== undefined || optout !== undefined)) return null;
    const quoted = Buffer.from(JSON.stringify(key));
    fields.push({ key, quoted, read: compile(schema), isOptional });
  }
  return fields;
}

/** Each key at most once, in any order; the object has them in the schema's, as zod's has. */
function objectReader(def: ZodDefOf<'object'>): Reader<object> | null {
  const fields = fieldsOf(def);
  if (fields === null) return null;
  const make = makerOf(fields);
  /** Indices of the fields in the order in which the last object had them: whoever wrote it wrote the next one alike. */
  let order: readonly number[] = fields.map((_, i) => i);
  return (cursor) => {
    const values: unknown[] = [];
    for (let i = 0; i < fields.length; i++) values.push(undefined);
    let count = 0;
    cursor.take(OPEN_OBJECT);
    if (!cursor.takes(CLOSE_OBJECT)) {
      do {
        const index = fieldAt(cursor, fields, order[count] ?? 0);
        // No value of JSON is undefined.
        if (values[index] !== undefined) throw UNSURE;
        if (order[count] !== index) order = [...order.slice(0, count), index];
        cursor.take(COLON);
        values[index] = (fields[index] as Field).read(cursor);
        count++;
      } while (cursor.takes(COMMA));
      cursor.take(CLOSE_OBJECT);
    }
    return make(values);
  };
}

/** An object of these values, by the index of their fields; undefined stands for one that is absent. */
function makerOf(fields: readonly Field[]): (values: readonly unknown[]) => object {
  // A copy of an object has room for all its keys at once.
  const whole = Object.fromEntries(fields.map(({ key }) => [key, undefined]));
  const needed = fields.filter(({ isOptional }) => !isOptional);
  return (values) => {
    if (values.includes(undefined)) return withoutAbsent(fields, values);
    const object: Record<string, unknown> = { ...whole };
    for (let i = 0; i < fields.length; i++) object[(fields[i] as Field).key] = values[i];
    return object;
  };
  function withoutAbsent(all: readonly Field[], values: readonly unknown[]): object {
    if (needed.length === all.length) throw UNSURE;
    const object: Record<string, unknown> = {};
    for (let i = 0; i < all.length; i++) {
      const { key, isOptional } = all[i] as Field;
      if (values[i] !== undefined) object[key] = values[i];
      else if (!isOptional) throw UNSURE;
    }
    return object;
  }
}

/** Of some of the keys of an enum, in the order of the file. */
function recordReader(def: ZodDefOf<'record'>): Reader<object> | null {
  const keys = defOf(def.keyType);
  if (!def.partial || keys.type !== 'enum') return null;
  if (hasConditions(def) || hasConditions(keys)) return null;
  const names = Object.values(keys.entries);
  if (!names.every((name): name is string => typeof name === 'string')) return null;
  const read = compile(def.valueType);
  const fields = names.map((key): Field => {
    return { key, quoted: Buffer.from(JSON.stringify(key)), read, isOptional: true };
  });
  return (cursor) => {
    const object: Record<string, unknown> = {};
    cursor.take(OPEN_OBJECT);
    if (cursor.takes(CLOSE_OBJECT)) return object;
    do {
      const { key } = fields[fieldAt(cursor, fields, 0)] as Field;
      if (Object.hasOwn(object, key)) throw UNSURE;
      cursor.take(COLON);
      object[key] = read(cursor);
    } while (cursor.takes(COMMA));
    cursor.take(CLOSE_OBJECT);
    return object;
  };
}

/** Most files have the keys in the schema's order. */
export function fieldAt(cursor: JsonCursor, fields: readonly Field[], expected: number): number {
  if (cursor.peek() !== QUOTE) throw UNSURE;
  for (let i = 0; i < fields.length; i++) {
    const index = (expected + i) % fields.length;
    if (cursor.words((fields[index] as Field).quoted)) return index;
  }
  throw UNSURE;
}
