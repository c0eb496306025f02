/**
 * A quick way to say yes: whether zod would give a value of JSON back just as it is, keys in the same order included. It knows the kinds of
 * schema that lines are made of; whatever it is not sure of, and whatever is wrong, is for zod to say.
 */
import type { $ZodCheckDef, $ZodType } from 'zod/v4/core';
import { isObject } from '../system/is-object.ts';

export type QuickCheck = (value: unknown) => boolean;

type Def = $ZodType['_zod']['def'] & Record<string, unknown>;

export function quickCheckOf(schema: $ZodType): QuickCheck {
  const def = schema._zod.def as Def;
  const isAddress = def.type === 'string' && def.format === 'url';
  return MAKERS[def.type]?.(def) ?? (isAddress ? byOrigin(def, byZod(schema)) : byZod(schema));
}

/** Nothing in such a path makes an address a wrong one. */
const PLAIN_ADDRESS = /^(https?:\/\/[a-z0-9.-]+\/)[\w./-]*$/;
const ORIGINS_AT_MOST = 64;

/** For addresses, of which most lines have one of the same server: `check` is asked where that was not seen to be right before. */
function byOrigin(def: Def, check: QuickCheck): QuickCheck {
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
  const { safeParse } = schema as unknown as {
    safeParse(value: unknown): { success: boolean; data?: unknown };
  };
  return (value) => {
    const result = safeParse(value);
    return result.success && result.data === value;
  };
}

/** Null: there is something in it that is not known here. */
const MAKERS: Partial<Record<Def['type'], (def: Def) => QuickCheck | null>> = {
  string: (def) => (def.coerce ? null : stringCheck(def)),
  number: (def) => (def.coerce ? null : all(def.check === undefined ? isNumber : isInteger, def)),
  boolean: (def) => all((value) => typeof value === 'boolean', def),
  enum: (def) => oneOf(Object.values(def.entries as object), def),
  literal: (def) => oneOf(def.values as unknown[], def),
  nullable: (def) => {
    const inner = quickCheckOf(def.innerType as $ZodType);
    return all((value) => value === null || inner(value), def);
  },
  optional: (def) => all(quickCheckOf(def.innerType as $ZodType), def),
  array: (def) => {
    const element = quickCheckOf(def.element as $ZodType);
    return all((value) => Array.isArray(value) && value.every((one) => element(one)), def);
  },
  tuple: (def) => {
    if (def.rest != null) return null;
    const items = (def.items as $ZodType[]).map(quickCheckOf);
    return all(
      (value) =>
        Array.isArray(value) &&
        value.length === items.length &&
        items.every((item, i) => item(value[i])),
      def,
    );
  },
  object: (def) => objectCheck(def),
  record: (def) => {
    const [key, inner] = [def.keyType, def.valueType].map((one) => quickCheckOf(one as $ZodType));
    if (def.partial || key === undefined || inner === undefined) return null;
    return all((value) => {
      if (!isObject(value)) return false;
      for (const name of Object.keys(value)) if (!key(name) || !inner(value[name])) return false;
      return true;
    }, def);
  },
};

function stringCheck(def: Def): QuickCheck | null {
  const { format, pattern } = def;
  if (format === undefined) return all(isString, def);
  if (format === 'datetime' && pattern instanceof RegExp && !pattern.global && !pattern.sticky) {
    return all((value) => isString(value) && pattern.test(value), def);
  }
  return null;
}

/** Keys in the schema's order, none beside them: zod would leave out others. */
function objectCheck(def: Def): QuickCheck | null {
  const fields = Object.entries(def.shape as Record<string, $ZodType>).map(([key, schema]) => {
    const isOptional = schema._zod.def.type === 'optional';
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

function isNumber(value: unknown): boolean {
  return Number.isFinite(value);
}

function isInteger(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

function oneOf(values: readonly unknown[], def: Def): QuickCheck | null {
  return all((value) => values.includes(value), def);
}

/** The check of the type and those that stand behind it; null where one of them is not known. */
function all(ofType: QuickCheck, { checks }: Def): QuickCheck | null {
  const made: QuickCheck[] = [];
  for (const check of (checks ?? []) as { _zod: { def: $ZodCheckDef } }[]) {
    const one = ofCheck(check._zod.def as unknown as Record<string, unknown>);
    if (one === null) return null;
    made.push(one);
  }
  if (made.length === 0) return ofType;
  return (value) => ofType(value) && made.every((one) => one(value));
}

function ofCheck(def: Record<string, unknown>): QuickCheck | null {
  const { check, value: bound, inclusive, pattern } = def;
  if (check === 'greater_than') {
    const least = bound as number;
    return inclusive ? (value) => (value as number) >= least : (value) => (value as number) > least;
  }
  if (check === 'less_than') {
    const most = bound as number;
    return inclusive ? (value) => (value as number) <= most : (value) => (value as number) < most;
  }
  if (check === 'min_length') {
    return (value) => (value as string).length >= (def.minimum as number);
  }
  if (check === 'max_length') {
    return (value) => (value as string).length <= (def.maximum as number);
  }
  if (check === 'string_format' && def.format === 'regex' && pattern instanceof RegExp) {
    return pattern.global || pattern.sticky ? null : (value) => pattern.test(value as string);
  }
  if (check === 'custom') return (value) => (def.fn as QuickCheck)(value) === true;
  return null;
}
