/** Files that are on the disk, not only in its memory, when the call returns: what is renamed next survives a loss of power whole. */
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';

/** Throws what the file system throws. */
export function writeSynced(file: string, content: string): void {
  // Never through a link that somebody put there, whose name can be guessed.
  rmSync(file, { force: true });
  const descriptor = openSync(file, 'wx');
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
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
