/**
 * The kinds of value that a user may write. Each carries two things: what JSON Schema tells an
 * editor, and, as its error message, the phrase that completes "allowed: …". `mistakes.ts` relies
 * on that: a message here is never a whole sentence.
 */
import { posix } from 'node:path';
import * as z from 'zod';
import { didYouMean } from '../mistakes/nearest.ts';
import { parsed } from './custom-type.ts';

/** A fixed set of keys. Its error message for an unknown key is the list of the known ones. */
export function section<Shape extends z.ZodRawShape>(shape: Shape, allowed = 'a map of keys') {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : allowed,
  });
}

/** Names of servers and scenarios: they stand in reports, file names and `--only`. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** For editors only: zod would pass over what stands under a bad key, so `contradictions.ts` checks names. */
export const name = z.string().meta({ pattern: NAME_PATTERN.source });

export const command = text(/\S/, 'a command');

/** Origin-form request target, sent as it stands. */
export const urlPath = text(
  /^\/[!"$-~]*$/,
  'a path that starts with `/`, without spaces or `#`, other characters as %XX',
);

export const headerName = text(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header name');

export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export const headerValue = scalarText(HEADER_VALUE, 'text of one line in Latin-1');

export const envName = text(/^[^=\s\0]+$/, 'a variable name without spaces or `=`');

export const envValue = scalarText(/^[^\0]*$/, 'text, a number, true or false');

const WORKDIR_ALLOWED = 'a folder inside the repository, relative to its root';

/** A folder inside the tree, normalised to `a/b` or `.`. */
export const workdir = z
  .string({ error: WORKDIR_ALLOWED })
  .refine(staysInside, { error: WORKDIR_ALLOWED })
  .transform((path) => posix.normalize(path).replace(/\/+$/, ''));

const FILE_ALLOWED = 'a file inside the repository, relative to its root';

/** A file inside the tree, normalised to `a/b`. */
export const file = z
  .string({ error: FILE_ALLOWED })
  .refine((path) => staysInside(path) && !/\/\.?$/.test(path), { error: FILE_ALLOWED })
  .transform((path) => posix.normalize(path));

/** Sent as SNI, which has no form for addresses (RFC 6066, 3). */
export const hostName = text(
  /^(?![\d.]+$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/,
  'a host name such as localhost, not an address',
);

/** An HTTP token (RFC 9110, 5.6.2). */
export const token = text(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a word without spaces or separators');

/** The same, or with a variable of the environment, or what a login gave, in it: a token that is sent as one. */
export const tokenOrVariable = text(
  /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]|\$?\{[A-Za-z_][\w-]*\})+$/,
  'a word without spaces or separators',
);

export const flag = z.boolean({ error: 'true or false' });

/** A final status: an interim 1xx is never the answer. */
export const status = wholeNumber(200, 599, 'an HTTP status from 200 to 599');

export function wholeNumber(
  min: number,
  max: number,
  allowed = `a whole number from ${min} to ${max}`,
) {
  return z.int({ error: allowed }).min(min, { error: allowed }).max(max, { error: allowed });
}

export function text(pattern: RegExp, allowed: string) {
  return z.string({ error: allowed }).regex(pattern, { error: allowed });
}

/** One of these words. `excuses` say of other words why they are none, and what to write. */
export function word<Word extends string>(
  options: readonly Word[],
  excuses: Readonly<Record<string, string>>,
) {
  return parsed({
    schema: { type: 'string', enum: [...options] },
    allowed: options.join(', '),
    parse: (found) => options.find((option) => option === found) ?? null,
    hint: (found) => {
      if (typeof found !== 'string') return undefined;
      return Object.hasOwn(excuses, found) ? excuses[found] : didYouMean(found, options);
    },
  });
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'];

/** Methods are case-sensitive, so `get` would be a method that no server knows. CONNECT makes a tunnel. */
export const method = parsed({
  schema: { type: 'string', pattern: '^[A-Z][A-Z0-9-]*$', examples: METHODS },
  allowed: 'an HTTP method in capitals other than CONNECT, such as GET or POST',
  parse: (found) =>
    typeof found === 'string' && /^[A-Z][A-Z0-9-]*$/.test(found) && found !== 'CONNECT'
      ? found
      : null,
  hint: (found) =>
    typeof found === 'string' && METHODS.includes(found.toUpperCase())
      ? `did you mean \`${found.toUpperCase()}\`?`
      : undefined,
});

const RANGE = /^(0|[1-9]\d*)\.\.(0|[1-9]\d*)$/;

/** `1..1000`, both included. As wide as whole numbers are exact in JavaScript. */
export const idRange = parsed({
  schema: { type: 'string', pattern: RANGE.source, examples: ['1..1000'] },
  allowed: `a range of whole numbers, the smaller first, such as 1..1000, at most ${Number.MAX_SAFE_INTEGER}`,
  parse: (found) => {
    const ends = typeof found === 'string' ? RANGE.exec(found.trim()) : null;
    if (ends === null) return null;
    const [from, to] = [Number(ends[1]), Number(ends[2])];
    return from <= to && to <= Number.MAX_SAFE_INTEGER ? { from, to } : null;
  },
  hint: (found) => {
    if (typeof found === 'number' && found >= 1) return `write 1..${found}`;
    const ends = typeof found === 'string' ? /^\s*(\d+)\D{1,4}(\d+)\s*$/.exec(found) : null;
    if (ends === null) return undefined;
    const [low = 0, high = 0] = [Number(ends[1]), Number(ends[2])].sort((a, b) => a - b);
    return high <= Number.MAX_SAFE_INTEGER ? `write ${low}..${high}` : undefined;
  },
});

/** Different members of one kind; a repeated one is a slip of the pen. */
export function distinctList<Item extends z.ZodType>(item: Item, allowed: string) {
  return z
    .array(item, { error: allowed })
    .min(1, { error: allowed })
    .refine((items) => new Set(items).size === items.length, { error: `${allowed}, each once` });
}

/** One whole number or a list of them, each once; ascending in any case. */
export function wholeNumbers(min: number, max: number) {
  const each = wholeNumber(min, max);
  const allowed = `a whole number from ${min} to ${max}, or a list of them`;
  return z
    .union([each.transform((only) => [only]), distinctList(each, allowed)], { error: allowed })
    .transform((numbers) => numbers.toSorted((a, b) => a - b));
}

/** Text in which YAML may have seen a number or a boolean. */
function scalarText(pattern: RegExp, allowed: string) {
  return z
    .union([z.string(), z.number(), z.boolean()], { error: allowed })
    .transform(String)
    .refine((value) => pattern.test(value), { error: allowed });
}

function staysInside(path: string): boolean {
  const normal = posix.normalize(path);
  return (
    path.trim() !== '' && !posix.isAbsolute(path) && normal !== '..' && !normal.startsWith('../')
  );
}
