/** Files that are on the disk, not only in its memory, when the call returns: what is renamed next survives a loss of power whole. */
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';

/** Throws what the file system throws. */
export function writeSynced(file: string, content: string): void {
  const synced = new SyncedFile(file);
  try {
    synced.write(content);
    synced.finish();
  } finally {
    synced.close();
  }
}

/** The same in pieces; it is on the disk after `finish`. Each method throws what the file system throws. */
export class SyncedFile {
  #descriptor: number | null;

  constructor(file: string) {
    // Never through a link that somebody put there, whose name can be guessed.
    rmSync(file, { force: true });
    this.#descriptor = openSync(file, 'wx');
  }

  write(content: string): void {
    if (this.#descriptor !== null) writeFileSync(this.#descriptor, content);
  }

  finish(): void {
    if (this.#descriptor !== null) fsyncSync(this.#descriptor);
    this.close();
  }

  /** As often as one likes. */
  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** The new name is in the folder, which not every file system can be asked to write at once. */
export function syncFolder(dir: string): void {
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
