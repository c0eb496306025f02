/**
 * A history in a folder: on this machine, on a mount, or carried along as an artifact. Writers take turns by a lock; what one of
 * them changes is written down whole beside the files first, so that whoever comes next finishes what a killed one has begun.
 */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs';
import { access, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { syncFolder, writeSynced } from '../../system/files/written-through.ts';
import { isStorePath } from '../paths.ts';
import { withLock } from './folder-lock.ts';
import { PATIENCE, type Patience, patiently } from './patience.ts';
import {
  bytesOf,
  type Change,
  type FileBytes,
  type Files,
  type HistoryStore,
  realChanges,
  StoreError,
  type Updated,
} from './store.ts';

/** All changes of one update that are not in their files yet: once this file is there, they have happened. */
const PENDING = '.pending.json';
/** A file of a history is not larger; nor is what is pending. */
const BYTES_AT_MOST = 256 * 1024 * 1024;
const DEPTH_AT_MOST = 4;
/** What is read of a file first is read into the same place for each of many. */
const ROOM = 1024 * 1024;

/** Steps of a write, in the order in which they are taken; tests make each of them fail. */
export type Step = 'lock' | 'write pending' | 'rename pending' | 'apply' | 'remove pending';

export interface DirectoryOptions {
  readonly patience?: Patience;
  /** Called before each step. */
  readonly before?: (step: Step) => void;
}

export function directoryStore(dir: string, options: DirectoryOptions = {}): HistoryStore {
  const root = path.resolve(dir);
  return {
    name: `the folder ${root}`,
    read: (look) => guarded(root, async () => look(filesOf(root))),
    check: (wish) =>
      guarded(root, async () => {
        if (wish === 'read') void filesOf(root).paths;
        else await assertWritable(root);
      }),
    update: (change) =>
      guarded(root, () =>
        patiently(
          options.patience ?? PATIENCE,
          () => update(root, change, options),
          (last) => last as StoreError,
        ),
      ),
  };
}

async function update(root: string, change: Change, options: DirectoryOptions): Promise<Updated> {
  const { patience = PATIENCE, before = () => undefined } = options;
  const made = await mkdir(root, { recursive: true });
  // In somebody's work tree, it must not be taken for a change of the code.
  if (made !== undefined) await writeFile(path.join(root, '.gitignore'), '*\n');
  before('lock');
  return withLock(root, patience, async ({ retries, isStillHeld }) => {
    await settle(root, before);
    const files = filesOf(root);
    const changes = await realChanges(files, await change(files));
    if (changes.size === 0) return { changed: false, retries };
    before('write pending');
    const part = path.join(root, `${PENDING}.part`);
    writeSynced(part, JSON.stringify([...changes]));
    if (!isStillHeld()) {
      throw new StoreError(`${root}: its lock was taken by somebody else meanwhile`, {
        cure: 'run it again; nothing was written',
        isPassing: true,
      });
    }
    before('rename pending');
    await rename(part, path.join(root, PENDING));
    syncFolder(root);
    await settle(root, before);
    return { changed: true, retries };
  });
}

/** The folder, or what it would be made in. */
async function assertWritable(root: string): Promise<void> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const found = await stat(folder).catch(absent);
    if (found === null) continue;
    if (!found.isDirectory()) {
      throw new StoreError(`${folder} is a file`, { cure: CURES.ENOTDIR ?? null });
    }
    return access(folder, constants.W_OK | constants.X_OK);
  }
}

/** What is pending counts as done, whoever reads. */
function filesOf(root: string): Files {
  const pending = readPending(root);
  let paths: readonly string[] | null = null;
  const look = <Seen>(
    name: string,
    seen: (file: FileBytes) => Seen,
    room: Buffer | null = null,
  ): Seen | null => {
    if (!isStorePath(name)) return null;
    const changed = pending?.get(name);
    if (changed === null) return null;
    if (changed !== undefined) return seen(bytesOf(Buffer.from(changed)));
    assertNoLink(root, name);
    return lookInto(path.join(root, name), seen, room);
  };
  return {
    // Older files are many, and a run has no need of them.
    get paths() {
      paths ??= pathsWith(root, pending);
      return paths;
    },
    text: async (name) => look(name, wholeText),
    each: async (names, seen) => {
      const room = Buffer.allocUnsafe(ROOM);
      for (const [i, name] of names.entries()) {
        // Signals and timers have their turn.
        if (i % 64 === 63) await nextTurn();
        const isThere = look(
          name,
          (file) => {
            seen(name, file);
            return true;
          },
          room,
        );
        if (isThere === null) seen(name, null);
      }
    },
  };
}

function pathsWith(root: string, pending: Pending | null): string[] {
  const held = new Set(pathsIn(root));
  for (const [name, text] of pending ?? []) {
    if (text === null) held.delete(name);
    else held.add(name);
  }
  return [...held].sort();
}

function pathsIn(root: string, folder = '', depth = 0): string[] {
  const found: string[] = [];
  for (const entry of entriesIn(path.join(root, folder))) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!isStorePath(name)) continue;
    // Neither links, which lead anywhere, nor pipes, which wait.
    if (entry.isFile()) found.push(name);
    else if (entry.isDirectory() && depth < DEPTH_AT_MOST) {
      found.push(...pathsIn(root, name, depth + 1));
    }
  }
  return found;
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return absent(error as NodeJS.ErrnoException) ?? [];
  }
}

/** A folder in the store that is a link leads out of it, to whatever somebody wants to be read or written over. */
function assertNoLink(root: string, name: string): void {
  const parts = name.split('/').slice(0, -1);
  for (let count = 1; count <= parts.length; count++) {
    const folder = path.join(root, ...parts.slice(0, count));
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new StoreError(`${folder} is a link, which no history has`, { cure: 'remove it' });
    }
  }
}

/** Null where there is no such file. */
function lookInto<Seen>(
  file: string,
  look: (file: FileBytes) => Seen,
  room: Buffer | null = null,
): Seen | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return null;
    throw error;
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return null;
    if (stat.size > BYTES_AT_MOST) {
      throw new StoreError(
        `${file} is larger than ${BYTES_AT_MOST} bytes, which no file of a history is`,
      );
    }
    let free = room;
    const read = (from: number, to: number) => {
      const fits = free !== null && free.length >= to - from;
      const into = fits ? (free as Buffer).subarray(0, to - from) : Buffer.allocUnsafe(to - from);
      if (fits) free = null;
      return bytesAt(descriptor, from, into);
    };
    return look({ size: stat.size, read });
  } finally {
    closeSync(descriptor);
  }
}

/** Fewer where the file has become shorter meanwhile. */
function bytesAt(descriptor: number, from: number, bytes: Buffer): Buffer {
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, from + length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function wholeText(file: FileBytes): string {
  return file.read(0, file.size).toString('utf8');
}

type Pending = ReadonlyMap<string, string | null>;

function readPending(root: string): Pending | null {
  const text = lookInto(path.join(root, PENDING), wholeText);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (!isChanges(value)) {
    throw new StoreError(`${path.join(root, PENDING)} was not written by this program`, {
      cure: 'look at what it is, and remove it',
    });
  }
  return new Map(value);
}

function isChanges(value: unknown): value is [string, string | null][] {
  if (!Array.isArray(value)) return false;
  return value.every(
    (pair: unknown) =>
      Array.isArray(pair) &&
      pair.length === 2 &&
      typeof pair[0] === 'string' &&
      isStorePath(pair[0]) &&
      (pair[1] === null || typeof pair[1] === 'string'),
  );
}

/** Under the lock: brings what is pending into the files. Doing it twice is doing it once. */
async function settle(root: string, before: (step: Step) => void): Promise<void> {
  const pending = readPending(root);
  if (pending === null) return;
  for (const [name, text] of pending) {
    before('apply');
    await apply(root, name, text);
  }
  before('remove pending');
  await rm(path.join(root, PENDING), { force: true });
  syncFolder(root);
}

async function apply(root: string, name: string, text: string | null): Promise<void> {
  assertNoLink(root, name);
  const file = path.join(root, name);
  const folder = path.dirname(file);
  if (text === null) await rm(file, { force: true });
  else {
    await mkdir(folder, { recursive: true });
    const part = `${file}.part`;
    writeSynced(part, text);
    await rename(part, file);
  }
  syncFolder(folder);
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** What the file system says is a reason, not a crash. */
async function guarded<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof StoreError || code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw new StoreError(`${root}: ${message}`, { cure: CURES[code] ?? null, cause: error });
  }
}

const CURES: Readonly<Record<string, string>> = {
  ENOSPC: 'make room on that disk',
  EDQUOT: 'make room on that disk',
  EACCES: 'let this user write to that folder',
  EPERM: 'let this user write to that folder',
  EROFS: 'that disk cannot be written to: name another folder',
  ENOTDIR: 'a file is where a folder should be: name another folder',
  EEXIST: 'a file is where a folder should be: name another folder',
};
