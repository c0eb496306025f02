/**
 * A quick way to say yes: whether zod would give a value of JSON back just as it is, keys in the same order included. It knows the kinds of
 * schema that lines are made of; whatever it is not sure of, and whatever is wrong, is for zod to say.
 */
import { type $ZodType, safeParse } from 'zod/v4/core';
import { isObject } from '../system/shapes/is-object.ts';
import {
  type Condition,
  conditionsOf,
  defOf,
  numberKindOf,
  stringFormatOf,
  type ZodDef,
  type ZodDefOf,
} from '../system/shapes/zod-def.ts';

export type QuickCheck = (value: unknown) => boolean;

export function quickCheckOf(schema: $ZodType): QuickCheck {
  const def = defOf(schema);
  const known = knownCheck(def);
  if (known !== null) return known;
  const format = def.type === 'string' ? stringFormatOf(def) : 'any';
  const isAddress = format !== 'any' && format.name === 'url';
  return isAddress ? byOrigin(def, byZod(schema)) : byZod(schema);
}

/** Nothing in such a path makes an address a wrong one. */
const PLAIN_ADDRESS = /^(https?:\/\/[a-z0-9.-]+\/)[\w./-]*$/;
const ORIGINS_AT_MOST = 64;

/** For addresses, of which most lines have one of the same server: `check` is asked where that was not seen to be right before. */
function byOrigin(def: ZodDef, check: QuickCheck): QuickCheck {
  const known = new Set<string>();
  const isRight = all((value) => {
    const origin = isString(value) ? PLAIN_ADDRESS.exec(value)?.[1] : undefined;
    if (origin !== undefined && known.has(origin)) return true;
    if (!check(value)) return false;
    if (origin !== undefined && known.size < ORIGINS_AT_MOST) known.add(origin);
    return true;
  }, def);
  return isRight ?? check;
}

/** For what is rare in a line. */
function byZod(schema: $ZodType): QuickCheck {
  return (value) => {
    const result = safeParse(schema, value);
    return result.success && result.data === value;
  };
}

/** Null: there is something in it that is not known here. */
function knownCheck(def: ZodDef): QuickCheck | null {
  switch (def.type) {
    case 'string':
      return stringCheck(def);
    case 'number': {
      const kind = numberKindOf(def);
      return kind === null ? null : all(kind === 'any' ? isNumber : isInteger, def);
    }
    case 'boolean':
      return all((value) => typeof value === 'boolean', def);
    case 'enum':
      return oneOf(Object.values(def.entries), def);
    case 'literal':
      return oneOf(def.values, def);
    case 'nullable': {
      const inner = quickCheckOf(def.innerType);
      return all((value) => value === null || inner(value), def);
    }
    case 'optional':
      return all(quickCheckOf(def.innerType), def);
    case 'array': {
      const element = quickCheckOf(def.element);
      return all((value) => Array.isArray(value) && value.every((one) => element(one)), def);
    }
    case 'tuple':
      return tupleCheck(def);
    case 'object':
      return objectCheck(def);
    case 'record':
      return recordCheck(def);
    default:
      return null;
  }
}

function stringCheck(def: ZodDefOf<'string'>): QuickCheck | null {
  if (def.coerce) return null;
  const format = stringFormatOf(def);
  if (format === 'any') return all(isString, def);
  const { name, pattern } = format;
  if (name !== 'datetime' || pattern === null) return null;
  return all((value) => isString(value) && pattern.test(value), def);
}

function tupleCheck(def: ZodDefOf<'tuple'>): QuickCheck | null {
  if (def.rest != null) return null;
  const items = def.items.map(quickCheckOf);
  return all(
    (value) =>
      Array.isArray(value) &&
      value.length === items.length &&
      items.every((item, i) => item(value[i])),
    def,
  );
}

function recordCheck(def: ZodDefOf<'record'>): QuickCheck | null {
  if (def.partial) return null;
  const [key, inner] = [quickCheckOf(def.keyType), quickCheckOf(def.valueType)];
  return all((value) => {
    if (!isObject(value)) return false;
    for (const name of Object.keys(value)) if (!key(name) || !inner(value[name])) return false;
    return true;
  }, def);
}

/** Keys in the schema's order, none beside them: zod would leave out others. */
function objectCheck(def: ZodDefOf<'object'>): QuickCheck | null {
  const fields = Object.entries(def.shape).map(([key, schema]) => {
    const isOptional = defOf(schema).type === 'optional';
    return { key, isOptional, check: quickCheckOf(schema) };
  });
  return all((value) => {
    if (!isObject(value)) return false;
    let count = 0;
    const keys = Object.keys(value);
    for (const { key, isOptional, check } of fields) {
      if (keys[count] === key) {
        if (!check(value[key])) return false;
        count++;
      } else if (!isOptional) return false;
    }
    return count === keys.length;
  }, def);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isInteger(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

function oneOf(values: readonly unknown[], def: ZodDef): QuickCheck | null {
  return all((value) => values.includes(value), def);
}

/** The check of the type and those that stand behind it; null where one of them is not known. */
function all(ofType: QuickCheck, def: ZodDef): QuickCheck | null {
  const made: QuickCheck[] = [];
  for (const condition of conditionsOf(def)) {
    const one = checkOf(condition);
    if (one === null) return null;
    made.push(one);
  }
  if (made.length === 0) return ofType;
  return (value) => ofType(value) && made.every((one) => one(value));
}

function checkOf(condition: Condition): QuickCheck | null {
  switch (condition.kind) {
    case 'least':
      return (value) => isNumber(value) && value >= condition.bound;
    case 'above':
      return (value) => isNumber(value) && value > condition.bound;
    case 'most':
      return (value) => isNumber(value) && value <= condition.bound;
    case 'below':
      return (value) => isNumber(value) && value < condition.bound;
    case 'shortest':
      return (value) => hasLength(value) && value.length >= condition.length;
    case 'longest':
      return (value) => hasLength(value) && value.length <= condition.length;
    case 'pattern':
      return (value) => isString(value) && condition.pattern.test(value);
    case 'custom':
      return (value) => condition.holds(value) === true;
    case 'unknown':
      return null;
  }
}

function hasLength(value: unknown): value is string | readonly unknown[] {
  return isString(value) || Array.isArray(value);
}
