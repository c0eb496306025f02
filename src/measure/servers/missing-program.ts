/**
 * Where a start command names a program that is not there: what stands in the tree in its place. A build may make it under another name
 * (`go build` without `-o`), in another folder (a workspace) or in another form (`cargo build` without `--release`).
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { namedFiles } from '../../system/messages/named-files.ts';
import { lastCommand } from './last-command.ts';

/** What another program runs. */
const RUN_BY_OTHERS = /\.(?:jar|war|dll|phar|[cm]?js|pyz?|rb|php)$/;
/** Jars that are made beside the one that runs. */
const BESIDE_JARS = /-(?:sources|javadoc|plain|tests)\.jar$|^original-/;
/** A word for the shell, an option, or an address. */
const NO_FILE = /[$`"'*?(){}<>~]|^-|:/;
/** Where packages are, and what compilers keep for themselves. */
const SKIPPED = new Set([
  '.git',
  'node_modules',
  '.venv',
  'venv',
  'site-packages',
  'deps',
  'incremental',
  '.fingerprint',
]);
/** Of cargo, each with programs that it runs itself. */
const OF_CARGO = /(?:^|\/)target\/(?:[^/]+\/)?(?:debug|release)\/build$/;
const MOST_ENTRIES = 20_000;
/** How programs begin: ELF, and Mach-O of macOS. */
const MAGIC = [Buffer.from([0x7f, 0x45, 0x4c, 0x46]), Buffer.from([0xcf, 0xfa, 0xed, 0xfe])];
/** What it names is then not where its command begins. */
const CHANGES_FOLDER =
  /(?:^|[\s;&(])(?:(?:cd|pushd|-C)\s|--(?:chdir|cwd|directory|prefix)[\s=]|sudo\s(?:[^;&|]*\s)?-D\s)/;

export interface Missing {
  /** A clause: "`./server` is not there, but lab is". */
  text: string;
  /** Others are there, which may be what was meant. */
  hasOthers: boolean;
}

/** Null: it names no program, or that is there. */
export function missingProgram({
  server: { start, build },
  cwd,
  root = cwd,
}: {
  /** `build`: null: there is none. */
  server: { start: string; build?: string | null };
  cwd: string;
  root?: string;
}): Missing | null {
  const wanted = CHANGES_FOLDER.test(start) ? null : programIn(start);
  if (wanted === null || isThere(resolve(cwd, wanted))) return null;
  const lost = `\`${wanted}\` is not there`;
  const all = wanted.split('/').some((part) => SKIPPED.has(part)) ? null : filesIn(root);
  const files = all === null ? [] : alike(wanted, all).map(({ path }) => relative(cwd, path));
  if (files.length > 0) {
    const verb = files.length === 1 ? 'is' : 'are';
    return { text: `${lost}, but ${namedFiles(files)} ${verb}`, hasOthers: true };
  }
  const isKnown = all !== null && isBinary(wanted) && build !== null;
  return {
    text: isKnown ? `${lost}, and the build has made no other program` : lost,
    hasOthers: false,
  };
}

/** The first word, if it is a path, or a file of code that is given to it. */
function programIn(start: string): string | null {
  const [first, ...others] = lastCommand(start).split(/\s+/);
  if (first === undefined) return null;
  const word = first.includes('/') ? first : others.find((one) => RUN_BY_OTHERS.test(one));
  return word === undefined || NO_FILE.test(word) ? null : word;
}

interface Found {
  /** Relative to the root. */
  file: string;
  /** Absolute. */
  path: string;
}

/** Of the same name; else whatever is of the same kind. */
function alike(wanted: string, all: readonly Found[]): Found[] {
  const same = all.filter(({ file }) => basename(file) === basename(wanted));
  if (same.length > 0) return same;
  if (isBinary(wanted)) return all.filter(({ path }) => isProgram(path));
  return extname(wanted) === '.jar' ? all.filter(({ file }) => isJar(file)) : [];
}

function isBinary(wanted: string): boolean {
  return extname(wanted) === '';
}

function isJar(file: string): boolean {
  return file.endsWith('.jar') && !BESIDE_JARS.test(basename(file));
}

/** For a machine such as this one: a script is not what a build makes. */
function isProgram(path: string): boolean {
  try {
    return (statSync(path).mode & 0o111) !== 0 && MAGIC.some((one) => one.equals(beginOf(path)));
  } catch {
    return false;
  }
}

function beginOf(path: string): Buffer {
  const begin = Buffer.alloc(4);
  const file = openSync(path, 'r');
  try {
    readSync(file, begin, 0, begin.length, 0);
  } finally {
    closeSync(file);
  }
  return begin;
}

/** Folder by folder; null: there are too many to look at. */
function filesIn(root: string): Found[] | null {
  const files: Found[] = [];
  const folders = [''];
  let entries = 0;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of entriesOf(join(root, folder))) {
      if (++entries > MOST_ENTRIES) return null;
      const file = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name) && !OF_CARGO.test(file)) folders.push(file);
      } else if (entry.isFile()) {
        files.push({ file, path: join(root, file) });
      }
    }
  }
  return files;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** What this user may not look at may be there. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return true;
  }
}
