/** The folder that a run leaves behind. Files appear whole or not at all. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { sha256Of } from '../files/digest.ts';
import { makeFolder } from '../files/make-folder.ts';
import { cannotWrite, removeParts, writeWhole } from '../files/whole-file.ts';
import { namedFiles } from '../messages/named-files.ts';
import { UserError } from '../messages/problem.ts';
import { clearProfiles } from './profile-folder.ts';
import { lockFolder } from './results-lock.ts';

export const RESULT_FILES = {
  plan: 'plan.json',
  measurement: 'measurement.json',
  verdict: 'verdict.json',
  comment: 'comment.md',
  summary: 'summary.md',
  report: 'report.html',
} as const;
export type ResultFile = keyof typeof RESULT_FILES;

/** Of a file of results, its title or its version of the program is in them. */
const BEGINNING_BYTES = 4096;

export interface Results {
  dir: string;
  path(file: ResultFile): string;
  /** Writes it, and keeps it in mind. Never throws: what was measured is not lost for want of a file. */
  write(file: ResultFile, content: string): void;
  /**
   * Builds and servers run as the same user as the gate, and can write here too. To be called when nothing of them runs
   * any more: what does not hold what was written last is written again.
   */
  settle(): void;
  /** SHA-256 of what was written last, in hexadecimal digits; empty when nothing was. */
  digest(file: ResultFile): string;
  /** What could not be written or was changed by others, a sentence each. */
  readonly troubles: string[];
}

/**
 * Makes the folder and removes an earlier run's files from it, so that old and new never stand side by side. Throws a
 * UserError where it cannot be made, and while another process is writing its results there.
 */
export function openResults(dir: string): Results {
  const absolute = path.resolve(dir);
  try {
    makeFolder(absolute);
    lockFolder(absolute);
    refuseStrangers(absolute);
    clearProfiles(absolute);
    for (const name of Object.values(RESULT_FILES)) {
      rmSync(path.join(absolute, name), { force: true });
      removeParts(path.join(absolute, name));
    }
  } catch (error) {
    throw error instanceof UserError ? error : cannotWrite(absolute, error);
  }
  return new Folder(absolute);
}

/** Somebody's own `summary.md` or `plan.json` may stand in a folder that was named for the results, and no run may remove it. */
function refuseStrangers(dir: string): void {
  const names = Object.values(RESULT_FILES).filter((name) => isStranger(path.join(dir, name)));
  if (names.length === 0) return;
  throw new UserError({
    where: dir,
    message: `${namedFiles(names)} in it ${names.length === 1 ? 'was' : 'were'} not written by an earlier run, and this one would remove ${names.length === 1 ? 'it' : 'them'}`,
    hint: 'let this run write to a folder of its own (`out`), or move what is there elsewhere',
  });
}

/** Each of our files names this program at its beginning. What is empty, a link or no file at all is no loss. */
function isStranger(file: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return false;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return false;
    const bytes = Buffer.alloc(BEGINNING_BYTES);
    const text = bytes.toString('latin1', 0, readSync(descriptor, bytes));
    return text.trim() !== '' && !/throughput[ -]gate/i.test(text);
  } finally {
    closeSync(descriptor);
  }
}

class Folder implements Results {
  readonly dir: string;
  readonly troubles: string[] = [];
  readonly #real: string;
  readonly #written = new Map<ResultFile, string>();

  constructor(dir: string) {
    this.dir = dir;
    this.#real = realpathSync(dir);
  }

  path(file: ResultFile): string {
    return path.join(this.dir, RESULT_FILES[file]);
  }

  write(file: ResultFile, content: string): void {
    this.#written.set(file, content);
    try {
      this.#put(file, content);
    } catch (error) {
      this.#tell(
        (error instanceof UserError ? error : cannotWrite(this.path(file), error)).message,
      );
    }
  }

  digest(file: ResultFile): string {
    const content = this.#written.get(file);
    return content === undefined ? '' : sha256Of(content);
  }

  settle(): void {
    for (const [file, content] of this.#written) {
      const target = path.join(this.#real, RESULT_FILES[file]);
      if (isRealFolder(this.#real) && holds(target, content)) continue;
      // Where it could not be written before, that was told, and nobody changed it.
      const known = this.troubles.some((trouble) => trouble.includes(target));
      if (!known)
        this.#tell(
          `${this.path(file)}: something else changed it while the gate ran, so it was written again`,
        );
      this.write(file, content);
    }
  }

  /** Over whatever is there: a link is replaced and never followed. */
  #put(file: ResultFile, content: string): void {
    const target = path.join(this.#real, RESULT_FILES[file]);
    if (!isRealFolder(this.#real)) rmSync(this.#real, { force: true, recursive: true });
    if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory()) {
      rmSync(target, { recursive: true, force: true });
    }
    writeWhole(target, content);
  }

  #tell(trouble: string): void {
    if (!this.troubles.includes(trouble)) this.troubles.push(trouble);
  }
}

/** No link to one either. */
function isRealFolder(dir: string): boolean {
  try {
    return lstatSync(dir).isDirectory();
  } catch {
    return false;
  }
}

/** False for a link, a pipe or anything else that is no file. By its size first: a build may have written more than memory holds. */
function holds(file: string, content: string): boolean {
  try {
    const stat = lstatSync(file);
    const mayBe = stat.isFile() && stat.size === Buffer.byteLength(content);
    return mayBe && readFileSync(file, 'utf8') === content;
  } catch {
    return false;
  }
}

/** One value per line at the outer levels, long arrays of numbers on one line each. */
export function toJson(value: unknown): string {
  // A raw line break cannot stand inside a JSON string, so this only meets real arrays.
  const numbers = /\[\n\s*(-?[\d.e+-]+(?:,\n\s*-?[\d.e+-]+)*)\n\s*\]/g;
  const text = JSON.stringify(value, null, 2);
  const folded = text.replaceAll(numbers, (_, list: string) => `[${list.replaceAll(/\s+/g, '')}]`);
  // A step's log is read for commands of this form: standard output may be one.
  return `${folded.replaceAll('##[', '##\\u005b')}\n`;
}
