/** `beside`: programs that run beside the servers and belong to the measurement, such as a database. */

import * as z from 'zod';
import { isObject } from '../../system/shapes/is-object.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { didYouMean } from '../mistakes/nearest.ts';
import { parsed } from './custom-type.ts';

/** How such a program is found. Its children belong to it. */
export const Beside = z.discriminatedUnion('kind', [
  /** Whoever listens on this TCP port. */
  z.strictObject({ kind: z.literal('port'), port: z.int() }),
  z.strictObject({ kind: z.literal('pid'), pid: z.int() }),
  /** A file whose first number is the process's. */
  z.strictObject({ kind: z.literal('pid-file'), path: z.string() }),
  /** Every process of this name. */
  z.strictObject({ kind: z.literal('command'), name: z.string() }),
  /** Every process in a control group whose path has this in it: a container, a service. */
  z.strictObject({ kind: z.literal('cgroup'), path: z.string() }),
]);
export type Beside = DeepReadonly<z.infer<typeof Beside>>;

const KEYS = ['port', 'pid', 'pid-file', 'command', 'cgroup'] as const;

const ALLOWED =
  'a port such as 5432, or a map of one key out of port, pid, pid-file, command and cgroup';
const LIST_ALLOWED =
  'a list such as [5432] or [{ command: redis-server }], of ports or maps of one key out of port, pid, pid-file, command and cgroup';

const one = (key: (typeof KEYS)[number], schema: Record<string, unknown>, description: string) => ({
  type: 'object',
  properties: { [key]: { ...schema, description } },
  required: [key],
  additionalProperties: false,
});
const PORT = { type: 'integer', minimum: 1, maximum: 65_535 };

const each = parsed({
  schema: {
    anyOf: [
      PORT,
      one('port', PORT, 'Whoever listens on this TCP port.'),
      one('pid', { type: 'integer', minimum: 2 }, 'The process with this number.'),
      one(
        'pid-file',
        { type: 'string', pattern: '^/' },
        'The process whose number is in this file.',
      ),
      one('command', { type: 'string' }, 'Every process of this name.'),
      one(
        'cgroup',
        { type: 'string', minLength: 3 },
        'Every process in a control group with this in its path: the id of a container, or a service such as `postgresql`.',
      ),
    ],
    examples: [5432, { command: 'redis-server' }],
  },
  allowed: ALLOWED,
  parse: (found) => (typeof found === 'number' ? entryOf('port', found) : ofMap(found)),
  hint: hintFor,
});

export const BesideKeys = z
  .array(each, { error: LIST_ALLOWED })
  .min(1, { error: LIST_ALLOWED })
  .optional();

function ofMap(found: unknown): Beside | null {
  if (!isObject(found)) return null;
  const [[key, given] = [], ...others] = Object.entries(found);
  const known = KEYS.find((name) => name === key);
  return known === undefined || others.length > 0 ? null : entryOf(known, given);
}

function entryOf(key: (typeof KEYS)[number], given: unknown): Beside | null {
  const isNumber = (most: number) =>
    typeof given === 'number' && Number.isInteger(given) && given > 0 && given <= most;
  const isText = (pattern: RegExp) => typeof given === 'string' && pattern.test(given);
  switch (key) {
    case 'port':
      return isNumber(65_535) ? { kind: 'port', port: given as number } : null;
    // The first process is everybody's parent.
    case 'pid':
      return isNumber(4_194_304) && given !== 1 ? { kind: 'pid', pid: given as number } : null;
    case 'pid-file':
      return isText(/^\/./) ? { kind: 'pid-file', path: given as string } : null;
    case 'command':
      return isText(/^[^\s/]+$/) ? { kind: 'command', name: given as string } : null;
    case 'cgroup':
      return isText(/^\S{3,}$/) ? { kind: 'cgroup', path: given as string } : null;
  }
}

function hintFor(found: unknown): string | undefined {
  if (typeof found === 'string') {
    return /^\d+$/.test(found)
      ? `write ${found} without quotes`
      : `for a program of this name write { command: ${found} }, or command=${found} as an input or a flag`;
  }
  if (typeof found !== 'object' || found === null) return undefined;
  const keys = Object.keys(found);
  if (keys.length > 1) return 'write one entry for each key';
  switch (keys[0]) {
    case 'port':
      return 'a port is a whole number from 1 to 65535';
    case 'pid':
      return 'a process has a whole number above 1';
    case 'pid-file':
      return 'give the whole path of the file, beginning with `/`';
    case 'command':
      return 'give the name of the program alone, without its folder and arguments';
    case 'cgroup':
      return 'give at least three characters of the path, without spaces';
    default:
      return didYouMean(keys[0] ?? '', KEYS);
  }
}

/** `5432, command=redis-server`, of an input or a flag, as a file would have it. What is none of it stays a text. */
export function besideOf(text: string): unknown[] {
  const parts = text.split(/[,\n]/).map((part) => part.trim().replace(/^- /, ''));
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [, key, given = ''] = /^([a-z-]+)\s*[=:]\s*(.+)$/.exec(part) ?? [];
      return key === undefined ? numberOr(part) : { [key]: numberOr(given) };
    });
}

function numberOr(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** As a message names it: "port 5432", "the process 123". */
export function besideText(beside: Beside): string {
  switch (beside.kind) {
    case 'port':
      return `port ${beside.port}`;
    case 'pid':
      return `process ${beside.pid}`;
    case 'pid-file':
      return `pid file ${beside.path}`;
    case 'command':
      return `command ${beside.name}`;
    case 'cgroup':
      return `control group ${beside.path}`;
  }
}

/** The keys of an entry, to tell a misplaced key from a misspelt one. */
export const BESIDE_SECTIONS: Record<string, string[]> = { '`beside`': [...KEYS] };
