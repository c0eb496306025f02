/**
 * What zod's schemas are made of, for readers that are made of them: the kind of each, and the conditions behind it. Zod has
 * types for all of it, but gives them to nobody who has any schema in hand: so this is the only file that looks inside.
 */
import type { $ZodChecks, $ZodCustom, $ZodType, $ZodTypes } from 'zod/v4/core';

/** By `type`, what else is known of a schema of this kind. */
export type ZodDef = $ZodTypes['_zod']['def'];
export type ZodDefOf<Kind extends ZodDef['type']> = Extract<ZodDef, { type: Kind }>;

/** `unknown`: there is one that is not known here, so that only zod can say what holds. */
export type Condition =
  | { readonly kind: 'least' | 'above' | 'most' | 'below'; readonly bound: number }
  | { readonly kind: 'shortest' | 'longest'; readonly length: number }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'custom'; readonly holds: (value: unknown) => unknown }
  | { readonly kind: 'unknown' };

/** `$ZodTypes` has every kind that there is. */
export function defOf(schema: $ZodType): ZodDef {
  return (schema as $ZodTypes)._zod.def;
}

/** Those behind the kind itself, in their order. */
export function conditionsOf({ checks = [] }: ZodDef): Condition[] {
  return checks.map((check) => conditionOf((check as $ZodChecks | $ZodCustom)._zod.def));
}

export function hasConditions({ checks = [] }: ZodDef): boolean {
  return checks.length > 0;
}

const UNKNOWN: Condition = { kind: 'unknown' };

function conditionOf(def: ($ZodChecks | $ZodCustom)['_zod']['def']): Condition {
  switch (def.check) {
    case 'greater_than':
    case 'less_than': {
      const { value: bound, inclusive } = def;
      if (typeof bound !== 'number') return UNKNOWN;
      const isLower = def.check === 'greater_than';
      if (inclusive) return { kind: isLower ? 'least' : 'most', bound };
      return { kind: isLower ? 'above' : 'below', bound };
    }
    case 'min_length':
      return { kind: 'shortest', length: def.minimum };
    case 'max_length':
      return { kind: 'longest', length: def.maximum };
    case 'string_format':
      return def.format === 'regex' && isPlain(def.pattern)
        ? { kind: 'pattern', pattern: def.pattern }
        : UNKNOWN;
    case 'custom':
      return { kind: 'custom', holds: def.fn };
    default:
      return UNKNOWN;
  }
}

/** Null: what number it may be is not known here, or another value is made a number of. */
export function numberKindOf(def: ZodDefOf<'number'>): 'any' | 'integer' | null {
  if (def.coerce) return null;
  if (!('check' in def) || def.check === undefined) return 'any';
  return 'format' in def && def.format === 'safeint' ? 'integer' : null;
}

/** `any`: every text. Else what zod calls the format, and the pattern by which it tells it, if it does by that alone. */
export function stringFormatOf(def: ZodDefOf<'string'>): 'any' | StringFormat {
  if (!('format' in def) || typeof def.format !== 'string') return 'any';
  return {
    name: def.format,
    pattern: 'pattern' in def && isPlain(def.pattern) ? def.pattern : null,
  };
}

export interface StringFormat {
  readonly name: string;
  readonly pattern: RegExp | null;
}

/** Others remember where they stopped. */
function isPlain(pattern: unknown): pattern is RegExp {
  return pattern instanceof RegExp && !pattern.global && !pattern.sticky;
}
