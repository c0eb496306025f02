/** A contender as it is written: `[NAME=][FOLDER:]SERVER[,KEY=VALUE…]`. Pure: nothing is looked up yet. */
import { type Problem, UserError } from '../../system/messages/problem.ts';
import { BETWEEN } from '../experiment/contenders.ts';
import type { Setting } from '../settings/settings.ts';
import { NAME_PATTERN } from '../values/values.ts';

export interface ContenderSpec {
  /** As written, for messages. */
  text: string;
  /** The flag or input that it stands in. */
  origin: string;
  /** Null: one is made. */
  name: string | null;
  /** Null: the folder of the config that counts. */
  folder: string | null;
  /** Null: the only server of the folder's config. */
  server: string | null;
  /** Laid over the server's own environment. */
  env: Readonly<Record<string, string>>;
}

export const FORM = '[NAME=][FOLDER:]SERVER[,KEY=VALUE…]';

/** @throws UserError with every mistake found */
export function parseSpecs(written: readonly Setting[]): ContenderSpec[] {
  const read = written.map(parseSpec);
  const problems = read.flatMap((one) => ('message' in one ? [one] : []));
  if (problems.length > 0) throw new UserError(problems);
  return read as ContenderSpec[];
}

/** What of it is written into files and messages: names, and no value of a variable. */
export function withheldSpec({ text }: Pick<ContenderSpec, 'text'>): string {
  const [contender = '', ...settings] = parts(text);
  const key = (one: string) => (/^\w+=/.test(one) ? one.slice(0, one.indexOf('=') + 1) : '');
  return [contender, ...settings.map((one) => `${key(one)}…`)].join(',');
}

function parseSpec({ value, origin }: Setting): ContenderSpec | Problem {
  const text = value.trim();
  const where = `${origin} \`${withheldSpec({ text })}\``;
  const [contender = '', ...settings] = parts(text);
  const [, name = null, place = ''] = /^(?:([^=:/]*)=)?(.*)$/s.exec(contender) ?? [];
  const wrongName = name === null ? null : nameProblem(name);
  if (wrongName !== null) return { where, ...wrongName };
  const at = place.lastIndexOf(':');
  const isFolder = at < 0 && /^[.~]|\//.test(place);
  const folder = at < 0 ? (isFolder ? place : null) : place.slice(0, at);
  const server = isFolder ? null : place.slice(at + 1);
  if (folder === '' || server === '') {
    return {
      where,
      message: server === '' ? 'it names no server' : 'there is no folder before the colon',
      hint: `a contender is written ${FORM}; a folder alone is enough where its config has one server`,
    };
  }
  const env = new Map<string, string>();
  for (const [index, setting] of settings.entries()) {
    const [, key, content = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(setting) ?? [];
    if (key === undefined) {
      return {
        where,
        // Not what it says: it may be the rest of a secret.
        message: `what stands behind comma ${index + 1} is no setting of the form KEY=VALUE`,
        hint: 'contenders have spaces between them, or lines of their own, and no commas; a comma that belongs to a value is written `\\,`, and the whole contender between quotes',
      };
    }
    if (env.has(key)) return { where, message: `it sets ${key} twice`, hint: 'remove one of them' };
    if (key === 'PORT' || key === 'SOCKET') {
      return { where, message: `${key} is set by the gate`, hint: 'remove it' };
    }
    env.set(key, content);
  }
  return { text, origin, name, folder, server, env: Object.fromEntries(env) };
}

/** Between commas; of `\,` the comma stays. */
function parts(text: string): string[] {
  return text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ','));
}

function nameProblem(name: string): Pick<Problem, 'message' | 'hint'> | null {
  if (!NAME_PATTERN.test(name)) {
    return {
      message: `\`${name}\` cannot be a name`,
      hint: 'a name has letters, digits, `.`, `_` and `-`, begins with a letter or digit, and is at most 64 long',
    };
  }
  if (!name.includes(BETWEEN)) return null;
  return {
    message: `\`${name}\` cannot be a name, because \`${BETWEEN}\` stands between two of them`,
    hint: 'take another word',
  };
}
