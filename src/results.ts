/** The folder that a run leaves behind. Files appear whole or not at all. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { UserError } from './problem.ts';
import { isRunning, lockFolder } from './results-lock.ts';

export const RESULT_FILES = {
  plan: 'plan.json',
  measurement: 'measurement.json',
  verdict: 'verdict.json',
  comment: 'comment.md',
  summary: 'summary.md',
} as const;
export type ResultFile = keyof typeof RESULT_FILES;

export interface Results {
  dir: string;
  path(file: ResultFile): string;
  write(file: ResultFile, content: string): void;
}

/**
 * Makes the folder and removes an earlier run's files from it, so that old and new never stand side by side. Throws a
 * UserError where it cannot be made, and while another process is writing its results there.
 */
export function openResults(dir: string): Results {
  const absolute = path.resolve(dir);
  try {
    mkdirSync(absolute, { recursive: true });
    lockFolder(absolute);
    for (const name of Object.values(RESULT_FILES)) {
      rmSync(path.join(absolute, name), { force: true });
      removeParts(path.join(absolute, name));
    }
  } catch (error) {
    throw error instanceof UserError ? error : cannotWrite(absolute, error);
  }
  const at = (file: ResultFile) => path.join(absolute, RESULT_FILES[file]);
  return { dir: absolute, path: at, write: (file, content) => writeWhole(at(file), content) };
}

/**
 * Writes beside the file and renames, so that a reader or a crash never sees half of it, not even after a loss of power.
 * What a killed process left half written of the same file is removed.
 */
export function writeWhole(file: string, content: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeSynced(part, content);
    renameSync(part, file);
    syncFolder(path.dirname(file));
    removeParts(file);
  } catch (error) {
    try {
      rmSync(part, { force: true });
    } catch {
      // There is no such folder, so there is no such file; the first error says why.
    }
    throw cannotWrite(file, error);
  }
}

function writeSynced(file: string, content: string): void {
  const descriptor = openSync(file, 'w');
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The new name is in the folder, which not every file system can be asked to write at once. */
function syncFolder(dir: string): void {
  try {
    const descriptor = openSync(dir, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The file itself is whole in any case.
  }
}

/** Of processes that are no more. */
function removeParts(file: string): void {
  const dir = path.dirname(file);
  const start = `${path.basename(file)}.`;
  for (const name of readdirSync(dir)) {
    if (!name.startsWith(start)) continue;
    const pid = /^(\d+)\.part$/.exec(name.slice(start.length))?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(path.join(dir, name), { force: true });
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

function cannotWrite(where: string, error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  return new UserError({ where, message: `cannot be written: ${message}` }, { cause: error });
}
