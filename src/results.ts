/** The folder that a run leaves behind. Files appear whole or not at all. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from './problem.ts';

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

/** Makes the folder and removes an earlier run's files from it, so that old and new never stand side by side. */
export function openResults(dir: string): Results {
  const absolute = path.resolve(dir);
  try {
    mkdirSync(absolute, { recursive: true });
    for (const name of Object.values(RESULT_FILES)) {
      rmSync(path.join(absolute, name), { force: true });
    }
  } catch (error) {
    throw cannotWrite(absolute, error);
  }
  const at = (file: ResultFile) => path.join(absolute, RESULT_FILES[file]);
  return { dir: absolute, path: at, write: (file, content) => writeWhole(at(file), content) };
}

/** Writes beside the file and renames, so that a reader or a crash never sees half of it. */
export function writeWhole(file: string, content: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(part, content);
    renameSync(part, file);
  } catch (error) {
    try {
      rmSync(part, { force: true });
    } catch {
      // There is no such folder, so there is no such file; the first error says why.
    }
    throw cannotWrite(file, error);
  }
}

/** One value per line at the outer levels, long arrays of numbers on one line each. */
export function toJson(value: unknown): string {
  // A raw line break cannot stand inside a JSON string, so this only meets real arrays.
  const numbers = /\[\n\s*(-?[\d.e+-]+(?:,\n\s*-?[\d.e+-]+)*)\n\s*\]/g;
  const text = JSON.stringify(value, null, 2);
  const folded = text.replaceAll(numbers, (_, list: string) => `[${list.replaceAll(/\s+/g, '')}]`);
  return `${folded}\n`;
}

function cannotWrite(where: string, error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  return new UserError({ where, message: `cannot be written: ${message}` }, { cause: error });
}
