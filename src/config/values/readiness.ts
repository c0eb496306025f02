/** Kinds of value that say how a server becomes ready and how it ends; for the messages see `values.ts`. */
import { firstMatch } from '../../system/output/bounded-match.ts';
import { didYouMean } from '../mistakes/nearest.ts';
import { parsed } from './custom-type.ts';
import { text } from './values.ts';

const PATH_OR_URL =
  /^(\/[!"$-~]*|https?:\/\/(\[[\da-fA-F:.]+\]|[A-Za-z0-9._-]+)(:(\d{1,5}|\{port\}))?(\/[!"$-~]*)?)$/;
const PATH_OR_URL_ALLOWED =
  'a path that starts with `/`, or a whole URL such as http://localhost:{port}/health, without spaces or `#`, other characters as %XX';

/** Sent as it stands, after its origin; a fragment or a user's name has no place in it. */
export const pathOrUrl = text(PATH_OR_URL, PATH_OR_URL_ALLOWED).refine(isAddress, {
  error: `${PATH_OR_URL_ALLOWED}; a port is at most 65535`,
});

/** No port is above 65535, and not everything of digits and dots is an address. What has another form is told of that alone. */
function isAddress(found: string): boolean {
  if (found.startsWith('/') || !PATH_OR_URL.test(found)) return true;
  return URL.canParse(found.replace(':{port}', ':1'));
}

const ONE_STATUS = /^([2-5]\d\d|[2-5]xx)$/i;

/** `200`, `2xx`, or several: kept as a number where it is one, else as text, `200, 3xx`. */
export const statuses = parsed({
  schema: {
    anyOf: [
      { type: 'integer', minimum: 200, maximum: 599 },
      { type: 'string', examples: ['2xx', '200, 404'] },
      { type: 'array', minItems: 1, items: { type: ['integer', 'string'] } },
    ],
  },
  allowed: 'an HTTP status from 200 to 599, a class such as 2xx, or a list of them',
  parse: (found): number | string | null => {
    const all = (Array.isArray(found) ? found : String(found).split(',')).map((one) =>
      String(one).trim().toLowerCase(),
    );
    const isText = typeof found === 'string' || typeof found === 'number' || Array.isArray(found);
    if (!isText || all.length === 0 || !all.every((one) => ONE_STATUS.test(one))) return null;
    const [only] = all;
    return all.length === 1 && /^\d+$/.test(only as string) ? Number(only) : all.join(', ');
  },
  hint: (found) => {
    const digit = /^([2-5])\s*(?:\*+|XX|x|00\+)$/i.exec(String(found))?.[1];
    return digit === undefined ? undefined : `did you mean \`${digit}xx\`?`;
  },
});

/** Whether an answer with this status is one of those that are meant; null: any below 500. */
export function isAmong(status: number, wanted: number | string | null): boolean {
  if (wanted === null) return status < 500;
  return String(wanted)
    .split(', ')
    .some((one) => one === String(status) || (one.endsWith('xx') && one[0] === String(status)[0]));
}

const REGEX = /^\/(.+)\/([a-z]*)$/s;

/** A text that a line has, or a regular expression between slashes. */
export const linePattern = parsed({
  schema: { type: 'string', minLength: 1, examples: ['listening', '/listening on \\d+/i'] },
  allowed: 'a text of one line, or a regular expression such as /listening on \\d+/i',
  parse: (found) => {
    if (typeof found !== 'string' || found.trim() === '' || /[\r\n]/.test(found)) return null;
    return troubleOf(found) === null ? found : null;
  },
  hint: (found) => {
    if (typeof found === 'number' || typeof found === 'boolean') return `write "${found}"`;
    return typeof found === 'string' ? (troubleOf(found) ?? undefined) : undefined;
  },
});

/** Looks for it in lines of output. @throws OverlongMatch when called */
export function linesTest(pattern: string): (lines: readonly string[]) => boolean {
  const [, source, flags] = REGEX.exec(pattern) ?? [];
  if (source === undefined) return (lines) => lines.some((line) => line.includes(pattern));
  const regex = new RegExp(source, flags?.replace(/[gy]/g, ''));
  return (lines) => firstMatch(regex, lines) !== null;
}

/** What is wrong with a regular expression; null: nothing, or it is none. */
function troubleOf(pattern: string): string | null {
  try {
    linesTest(pattern);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const SIGNALS = [
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
  'SIGABRT',
  'SIGKILL',
];

/** With or without `SIG`, in whichever letters; kept with it. */
export const signal = parsed({
  schema: { type: 'string', examples: SIGNALS },
  allowed: SIGNALS.join(', '),
  parse: (found) =>
    typeof found === 'string' ? (SIGNALS.find((one) => one === whole(found)) ?? null) : null,
  hint: (found) => (typeof found === 'string' ? didYouMean(whole(found), SIGNALS) : undefined),
});

function whole(name: string): string {
  const capital = name.trim().toUpperCase();
  return capital.startsWith('SIG') ? capital : `SIG${capital}`;
}
