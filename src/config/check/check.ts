/** A raw value against a schema of `file-schema.ts`: the typed value, and every mistake in it. */
import type * as z from 'zod';
import { foreign, unmarked } from '../../system/messages/printed.ts';
import { mayBeSecret } from '../experiment/withhold.ts';
import { foundInstead, keyPath, type Mistake, type Path } from '../mistakes/mistakes.ts';
import { didYouMean, nearest } from '../mistakes/nearest.ts';
import { otherFormHint } from '../mistakes/other-form.ts';
import { protocolHint } from '../mistakes/protocol-words.ts';
import { type UnknownKey, unknownKeys } from './unknown-keys.ts';

type Issue = z.core.$ZodIssue;

/** How a number or a boolean is spelled where it was read from. */
export type Written = (path: Path) => string | undefined;

/** `at`: where the raw value stands in the whole, for a section that is checked alone. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  at: Path = [],
  written: Written = () => undefined,
): { value: z.output<Schema> | null; mistakes: Mistake[] } {
  const result = schema.safeParse(raw);
  if (result.success) return { value: result.data, mistakes: [] };
  const { issues, rest } = asMeant(result.error.issues, raw);
  const mistakes = withoutEchoes(issues.flatMap((issue) => explain(issue, raw, written)));
  const others = rest === null ? [] : check(schema, rest.raw, [], written).mistakes;
  return {
    value: null,
    mistakes: [...mistakes, ...others].map((mistake) => ({
      ...mistake,
      ...shown(mistake, [...at, ...mistake.path]),
    })),
  };
}

/**
 * A misspelt word that decides about the other keys (`mode: fanout`) hides what is wrong with them.
 * `issues`: what to tell now; `rest`: the raw value without these slips, for what else is wrong.
 */
function asMeant(
  all: readonly Issue[],
  raw: unknown,
): { issues: readonly Issue[]; rest: { raw: unknown } | null } {
  const copy = structuredClone(raw);
  const slips = all.filter((issue) => {
    if (issue.code !== 'invalid_union' || issue.discriminator === undefined) return false;
    const found = valueAt(raw, issue.path as Path);
    const meant = typeof found === 'string' ? nearest(found, wordsOf(issue)) : null;
    const section = valueAt(copy, issue.path.slice(0, -1) as Path);
    if (meant === null || typeof section !== 'object') return false;
    (section as Record<string, unknown>)[issue.discriminator] = meant;
    return true;
  });
  return slips.length === 0 ? { issues: all, rest: null } : { issues: slips, rest: { raw: copy } };
}

/** What a value holds is quoted beside our own words only where it may be told to everybody. */
function shown({ message, hint }: Mistake, path: Path): Pick<Mistake, 'path' | 'message' | 'hint'> {
  if (mayBeSecret(path)) return { path, message, hint };
  return { path, message: unmarked(message), hint: hint === undefined ? hint : unmarked(hint) };
}

interface Explained extends UnknownKey {
  isMissing?: boolean;
}

/** A misspelt key is also a missing one: that need not be said twice. */
function withoutEchoes(mistakes: Explained[]): Mistake[] {
  const meant = new Set(
    mistakes.flatMap((mistake) => (mistake.meant ? [keyPath(mistake.meant)] : [])),
  );
  return mistakes
    .filter(({ isMissing, path }) => !isMissing || !meant.has(keyPath(path)))
    .map(({ path, part, message, hint }) => ({ path, part, message, hint }));
}

function explain(issue: Issue, raw: unknown, written: Written): Explained[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const allowed = issue.message.split(', ');
    return unknownKeys(path, issue.keys, allowed, valueAt(raw, path));
  }
  if (issue.code === 'invalid_key') {
    const allowed = issue.issues[0]?.message ?? issue.message;
    return [{ path, part: 'key', message: foundInstead(path.at(-1), allowed, foreign) }];
  }
  const found = valueAt(raw, path);
  if (issue.code === 'invalid_union') {
    const branch = branchMeant(issue, found);
    if (branch !== null) {
      return branch.flatMap((inner) =>
        explain({ ...inner, path: [...path, ...inner.path] }, raw, written),
      );
    }
  }
  if (found === undefined) {
    return [{ path, part: 'key', message: `missing; needed: ${issue.message}`, isMissing: true }];
  }
  const hint = hintFor(issue, found, written(path) ?? String(found));
  return [{ path, part: 'value', message: foundInstead(found, issue.message, foreign), hint }];
}

/** The form that the writer had in mind: the one whose type fits what was written; null when none does. */
function branchMeant(issue: Issue & { code: 'invalid_union' }, found: unknown): Issue[] | null {
  const isMap = typeof found === 'object' && found !== null;
  const fits = (inner: Issue) =>
    inner.path.length > 0 ||
    (!['invalid_type', 'invalid_value'].includes(inner.code) &&
      !(isMap && inner.code === 'custom'));
  return issue.errors.find((branch) => branch.every(fits)) ?? null;
}

const HOLD =
  '`mode: hold` of the config file, for HTTP/1.1 and WebSocket, keeps up to 1,000,000 open';

/** `spelling`: of a number or a boolean, which may have been meant as a text. */
function hintFor(issue: Issue, found: unknown, spelling: string): string | undefined {
  if (issue.code === 'custom') {
    const hint = issue.params?.hint as string | undefined;
    return hint?.replaceAll(`"${String(found)}"`, () => `"${spelling}"`);
  }
  if (issue.code === 'invalid_value' && issue.values.length > 1 && typeof found === 'string') {
    return didYouMean(found, issue.values.map(String));
  }
  if (issue.code === 'invalid_union') return unionHint(issue, found);
  if (issue.code === 'too_big' && issue.path.at(-1) === 'connections') return HOLD;
  if (issue.code !== 'invalid_type') return undefined;
  const other = otherFormHint(issue.path, issue.expected, found);
  if (other !== undefined) return other;
  if (issue.expected === 'string') return quotingHint(found, spelling);
  if (issue.expected === 'boolean') return booleanHint(found);
  if (issue.expected === 'object' && found === null)
    return 'give it keys, or `{}` for none, or remove it';
  if (issue.expected === 'array' && typeof found === 'string') return `write [${found}]`;
  return undefined;
}

function unionHint(issue: Issue & { code: 'invalid_union' }, found: unknown): string | undefined {
  if (found === null) return 'write "" for an empty text';
  if (typeof found !== 'string') return undefined;
  const forms = issue.errors.flat().filter(({ path }) => path.length === 0);
  const isFlag = forms.some((form) => form.code === 'invalid_type' && form.expected === 'boolean');
  const words = forms.flatMap((form) => (form.code === 'invalid_value' ? form.values : []));
  const texts = [...wordsOf(issue), ...words].filter((option) => typeof option === 'string');
  const protocol = texts.includes('http2') ? protocolHint(found) : undefined;
  return protocol ?? (isFlag ? booleanHint(found) : undefined) ?? didYouMean(found, texts);
}

/** What a word that decides about the other keys may be. */
function wordsOf(issue: Issue & { code: 'invalid_union' }): string[] {
  const options = 'options' in issue ? (issue.options ?? []) : [];
  return options.filter((option) => typeof option === 'string');
}

function quotingHint(found: unknown, spelling: string): string | undefined {
  if (typeof found === 'number' || typeof found === 'boolean')
    return `write "${foreign(spelling)}" with quotes`;
  if (typeof found === 'object' && found !== null) {
    return 'text that begins with `{` or `[` needs quotes around it';
  }
  return undefined;
}

/** YAML 1.1 took these for booleans; YAML 1.2 does not. */
function booleanHint(found: unknown): string | undefined {
  if (typeof found !== 'string') return undefined;
  if (/^(yes|on|y|true)$/i.test(found)) return 'write true';
  if (/^(no|off|n|false)$/i.test(found)) return 'write false';
  return undefined;
}

function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
