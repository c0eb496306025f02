/** Reads the program's own files as if a stranger had written them: bounded, and with one sentence for what is wrong. */
import { constants, type FileHandle, open } from 'node:fs/promises';
import { type Problem, UserError } from '../system/messages/problem.ts';
import { TOOL } from '../system/program/runtime.ts';
import { type FileKind, SCHEMA, upgraded } from '../system/shapes/schema-versions.ts';
import { KIND_LABELS, kindOf } from './file-kind.ts';
import { scanJson } from './scan-json.ts';

/** A run of the longest plan writes a few MB. */
export const BYTES_AT_MOST = 128 * 1024 * 1024;
/** Ours are not half as deep; JavaScript's parser would fill the memory with brackets. */
const DEPTH_AT_MOST = 64;

/** The part of a zod schema that reading needs. */
export interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

/** What no schema can say: the first contradiction within a file, in words; null when there is none. */
export type CrossCheck<T> = (file: T) => { at: string; message: string } | null;

/** What a reader wants besides the schema. `bytes`: sees the file as it was read, before anything else does. */
export interface Reading<T> {
  check?: CrossCheck<T>;
  bytes?: (content: Uint8Array) => void;
}

/** Reads one of the program's own files. Throws a UserError of one problem. */
export async function readFileAs<T>(
  file: string,
  schema: Schema<T>,
  kind: FileKind,
  { check, bytes }: Reading<T> = {},
): Promise<T> {
  const content = await readBounded(file);
  bytes?.(content);
  return parseFileAs(file, content, schema, kind, check);
}

/** The same of what was read. `file`: its name, for messages. Pure. */
export function parseFileAs<T>(
  file: string,
  content: Uint8Array,
  schema: Schema<T>,
  kind: FileKind,
  check?: CrossCheck<T>,
): T {
  const value = parse(file, content, kind);
  assertVersion(file, value, kind);
  const parsed = schema.safeParse(upgraded(kind, value));
  if (!parsed.success) throw damaged(file, kind, ...firstOf(parsed.error.issues));
  const contradiction = check?.(parsed.data) ?? null;
  if (contradiction !== null) throw damaged(file, kind, contradiction.at, contradiction.message);
  return parsed.data;
}

/** The whole file, if it is one. A pipe or a device is not waited for. */
async function readBounded(file: string): Promise<Uint8Array> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw refused(file, 'is a folder, not a file');
    if (!stat.isFile()) throw refused(file, 'is a pipe or a device, not a file');
    if (stat.size === 0) throw refused(file, 'is empty', WRITTEN);
    if (stat.size > BYTES_AT_MOST) throw tooLarge(file, stat.size);
    // One byte more than it had: it may grow meanwhile.
    const buffer = Buffer.allocUnsafe(stat.size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length !== stat.size)
      throw refused(file, 'changes while it is read: another run writes it');
    return buffer.subarray(0, length);
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(file, error);
  } finally {
    await handle.close();
  }
}

const WRITTEN = 'was it written by a run that was killed, or copied only in part?';

function parse(file: string, content: Uint8Array, kind: FileKind): unknown {
  let text: string;
  try {
    // Zeros are no mistake of UTF-8: they are UTF-16, or what a loss of power leaves.
    if (content.includes(0)) throw new TypeError('a zero byte');
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw refused(file, 'is no text in UTF-8', `a ${KIND_LABELS[kind]} is JSON in UTF-8`);
  }
  const { depth, isOpen, duplicate } = scanJson(text);
  if (depth > DEPTH_AT_MOST) {
    throw refused(
      file,
      `is nested more than ${DEPTH_AT_MOST} levels deep, so it is no ${KIND_LABELS[kind]}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (isOpen) throw refused(file, 'ends in the middle', WRITTEN);
    const message = error instanceof Error ? error.message : String(error);
    throw refused(file, `is not JSON: ${shown(message, '')}`);
  }
  if (duplicate !== null) {
    throw refused(
      file,
      `has the key ${shown(duplicate)} twice in one object, which no version of this program writes`,
    );
  }
  return value;
}

/** Before the schema, whose mistakes would only say that a key is unknown. */
function assertVersion(file: string, value: unknown, kind: FileKind): void {
  const found = kindOf(value);
  if (found !== kind) {
    throw found === null
      ? refused(file, `is no ${KIND_LABELS[kind]}`, ORIGIN[kind])
      : refused(
          file,
          `is a ${KIND_LABELS[found]}, and a ${KIND_LABELS[kind]} is wanted here`,
          otherwise(found, kind),
        );
  }
  const { schemaVersion: version, tool } = value as { schemaVersion?: unknown; tool?: unknown };
  const newest = SCHEMA[kind];
  const writer = writerOf(tool);
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) {
    throw refused(file, 'has no schemaVersion that is a whole number from 1 on', ORIGIN[kind]);
  }
  if (version > newest) {
    throw refused(
      file,
      `was written by ${writer}, schema ${version}; this is ${TOOL.name} ${TOOL.version} and reads up to ${newest}`,
      'read it with that version, or a newer one',
    );
  }
  const after = upgraded(kind, value) as { schemaVersion?: unknown };
  if (after.schemaVersion !== newest) {
    throw refused(
      file,
      `was written by ${writer}, schema ${version}; this is ${TOOL.name} ${TOOL.version}, which reads schema ${newest} and no longer ${version}`,
      kind === 'verdict'
        ? 'make it anew from its measurement.json, with `throughput-gate judge`'
        : 'read it with that version, or measure again',
    );
  }
}

function writerOf(tool: unknown): string {
  const { name, version } = (tool ?? {}) as { name?: unknown; version?: unknown };
  if (typeof name !== 'string' || typeof version !== 'string') return 'an unknown program';
  return `${shown(name, '')} ${shown(version, '')}`;
}

const ORIGIN: Record<FileKind, string> = {
  plan: '`throughput-gate run` writes plan.json',
  measurement: '`throughput-gate run` writes measurement.json',
  verdict: '`throughput-gate run` and `throughput-gate judge` write verdict.json',
  'self-test': '`throughput-gate self-test` writes self-test.json',
  'self-test job': '`throughput-gate self-test` writes the files in jobs/',
};

function otherwise(found: FileKind, wanted: FileKind): string {
  if (found === 'verdict')
    return `\`throughput-gate report\` reads a verdict.json; the ${KIND_LABELS[wanted]} lies beside it`;
  if (found === 'measurement') {
    return `\`throughput-gate judge\` reads a measurement.json, and makes the verdict.json of it that \`report\` wants`;
  }
  return ORIGIN[wanted];
}

function firstOf(issues: readonly { path: PropertyKey[]; message: string }[]): [string, string] {
  const [first] = issues;
  const more = issues.length - 1;
  const rest = more < 1 ? '' : ` (and ${more} more like it)`;
  const at = first?.path.map(String).join('.') ?? '';
  return [at, `${shown(first?.message ?? 'it is not as it should be', '')}${rest}`];
}

/** It is of the right kind and version, and yet cannot be. */
function damaged(file: string, kind: FileKind, at: string, message: string): UserError {
  const place = at === '' ? '' : `${shown(at, '')}: `;
  return refused(
    file,
    `is a ${KIND_LABELS[kind]} that no run can have written: ${place}${message}`,
    'it was changed or damaged afterwards: take it again from where it was written, or measure again',
  );
}

function tooLarge(file: string, bytes: number): UserError {
  const mib = (size: number) => `${Math.round(size / 1024 ** 2).toLocaleString('en')} MiB`;
  return refused(file, `has ${mib(bytes)}, and files of at most ${mib(BYTES_AT_MOST)} are read`);
}

function unreadable(file: string, error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  const where = { where: file, message: `cannot be read: ${message}` };
  return new UserError(where, { cause: error });
}

function refused(file: string, message: string, hint?: string): UserError {
  const problem: Problem = { where: file, message };
  return new UserError(hint === undefined ? problem : { ...problem, hint });
}

/** Text of the file in a message: short, and of one line. */
function shown(text: string, quote = '"'): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these would act on a terminal
  const line = text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return `${quote}${line.length > 160 ? `${line.slice(0, 159)}…` : line}${quote}`;
}
