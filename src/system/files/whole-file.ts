/** Files that appear whole or not at all: written beside their place, and renamed. */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../messages/problem.ts';
import { exists } from './lock-holder.ts';
import { makeFolder } from './make-folder.ts';
import { SyncedFile, syncFolder } from './written-through.ts';

/** @throws UserError where it cannot be written */
export function writeWhole(file: string, content: string): void {
  using whole = new WholeFile(file);
  whole.write(content);
  whole.finish();
}

/**
 * What is written stands beside the file until `finish`, so that a reader or a crash never sees half of it, not even after a
 * loss of power; without `finish` nothing is left. What a killed process left half written of the same file is removed.
 * Each method throws a UserError where the file cannot be written.
 */
export class WholeFile implements Disposable {
  readonly #file: string;
  readonly #part: string;
  #open: SyncedFile | null = null;

  constructor(file: string) {
    this.#file = file;
    this.#part = `${file}.${process.pid}.part`;
    this.#try(() => {
      makeFolder(path.dirname(file));
      this.#open = new SyncedFile(this.#part);
    });
  }

  /** After what was written before. */
  write(content: string): void {
    this.#try(() => this.#open?.write(content));
  }

  finish(): void {
    this.#try(() => {
      this.#open?.finish();
      renameSync(this.#part, this.#file);
      this.#open = null;
      syncFolder(path.dirname(this.#file));
      removeParts(this.#file);
    });
  }

  [Symbol.dispose](): void {
    if (this.#open === null) return;
    this.#open.close();
    this.#open = null;
    rmSync(this.#part, { force: true });
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      try {
        this[Symbol.dispose]();
      } catch {
        // There is no such folder, so there is no such file; the first error says why.
      }
      throw cannotWrite(this.#file, error);
    }
  }
}

/** Of processes that are no more. */
export function removeParts(file: string): void {
  const dir = path.dirname(file);
  const start = `${path.basename(file)}.`;
  for (const name of readdirSync(dir)) {
    if (!name.startsWith(start)) continue;
    const pid = /^(\d+)\.part$/.exec(name.slice(start.length))?.[1];
    if (pid !== undefined && !exists(Number(pid))) rmSync(path.join(dir, name), { force: true });
  }
}

export function cannotWrite(where: string, error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  return new UserError({ where, message: `cannot be written: ${message}` }, { cause: error });
}
