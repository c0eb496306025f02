/**
 * Notices when the one arm's commands write into the other's tree: base would then no longer be what it is called.
 * What is put back before we look is not seen; see SECURITY.md for what a program of the same user can do.
 */

import { lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Arm } from '../../terms/arm.ts';
import { namedFiles } from '../messages/named-files.ts';

/** Entries of one tree that are looked at: a look takes about a second then. */
const MOST_ENTRIES = 200_000;

interface Change {
  /** Relative to the tree. */
  file: string;
  /** It was there when the trees were placed. */
  isSource: boolean;
}

/** Both arms have the same projects, and run programs that are each other's rivals. */
export interface Rivals {
  /** Of the contenders in each arm. */
  names: Readonly<Record<Arm, string>>;
  /** Where the projects are in an arm's tree. */
  folders: readonly string[];
}

export class TreeWatch {
  readonly #dirs: ReadonlyMap<Arm, string>;
  readonly #rivals: Rivals | null;
  readonly #root: string;
  readonly #placedMs: number;
  #sinceMs: number;
  #trouble: string | null = null;

  /**
   * `root`: a folder of ours on the trees' file system, whose clock counts. The trees are placed, and nothing has run.
   * `rivals`: null where the arms are base and a change of it.
   */
  constructor(root: string, dirs: ReadonlyMap<Arm, string>, rivals: Rivals | null = null) {
    this.#root = root;
    this.#dirs = dirs;
    this.#rivals = rivals;
    this.#placedMs = this.#nowMs();
    this.#sinceMs = this.#placedMs;
  }

  /** A build of this arm has ended, with everything that it started. Nothing else ran since the last look. */
  built(arm: Arm): void {
    for (const [other, dir] of this.#dirs) {
      if (other === arm) continue;
      const files = changesIn(dir, this.#sinceMs, this.#placedMs, this.#repositories).map(
        ({ file }) => file,
      );
      if (files.length === 0) continue;
      const [by, whose] = [arm, other].map((one) => this.#rivals?.names[one] ?? one);
      this.#trouble ??= `${by}'s build wrote into ${whose}'s files (${namedFiles(files)}): what ${whose} is can no longer be told`;
    }
    this.#sinceMs = this.#nowMs();
  }

  /**
   * All servers have ended. Both arms run at once, so what base's tree shows may be base's own doing; but its
   * sources change only where head's do as well. `ours`: absolute paths of files that the gate itself has replaced by equal ones.
   */
  measured(ours: ReadonlySet<string> = new Set()): string | null {
    const base = this.#dirs.get('base');
    const head = this.#dirs.get('head');
    if (this.#trouble !== null || base === undefined || head === undefined) return this.#trouble;
    const sources = (dir: string) =>
      changesIn(dir, this.#sinceMs, this.#placedMs, this.#repositories).flatMap((change) =>
        change.isSource && !ours.has(path.join(dir, change.file)) ? change.file : [],
      );
    const [ofBase, ofHead] = [sources(base), sources(head)];
    const others = new Set(ofHead);
    const files = ofBase.filter((file) => !others.has(file));
    if (this.#rivals !== null) {
      const { names } = this.#rivals;
      const alone = [...files, ...ofHead.filter((file) => !ofBase.includes(file))];
      return alone.length === 0
        ? null
        : `source files were changed while ${names.base} and ${names.head} were measured (${namedFiles(alone)}), and nobody can tell by whom: what was measured under these names is not known. A server that writes into its own sources must write elsewhere`;
    }
    return files.length === 0
      ? null
      : `files of base were changed during the measurement, and not the same ones of head (${namedFiles(files)}): what base is can no longer be told. A server that writes into its own sources must write elsewhere`;
  }

  get #repositories(): string[] {
    return ['', ...(this.#rivals?.folders ?? [])];
  }

  /** By the clock that stamps the files. */
  #nowMs(): number {
    const file = path.join(this.#root, '.now');
    writeFileSync(file, '');
    const { mtimeMs } = lstatSync(file);
    rmSync(file);
    return mtimeMs;
  }
}

/** `repositories`: folders in it that may hold git's own files. */
function changesIn(
  dir: string,
  sinceMs: number,
  placedMs: number,
  repositories: readonly string[],
): Change[] {
  const changes: Change[] = [];
  const folders = [''];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(path.join(dir, folder))) {
      // git's own files, which are ours to write in too.
      if (entry.name === '.git' && repositories.includes(folder)) continue;
      if (++entries > MOST_ENTRIES) return changes;
      const file = path.join(folder, entry.name);
      const stat = lstatSync(path.join(dir, file), { throwIfNoEntry: false });
      if (stat === undefined) continue;
      if (stat.isDirectory()) folders.push(file);
      // Another name for the same file (a package manager's store) is no change, and has its own time.
      const changedMs = stat.nlink > 1 || stat.isDirectory() ? stat.mtimeMs : stat.ctimeMs;
      if (changedMs <= sinceMs) continue;
      const isSource = stat.isFile() && stat.birthtimeMs <= placedMs;
      changes.push({ file, isSource });
    }
  }
  return changes;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
