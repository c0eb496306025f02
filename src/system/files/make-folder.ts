/** A folder with all that leads to it. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * As `mkdirSync` with `recursive`, which never returns where a file system says of a folder that is there that it is not
 * (Node.js 20 to 24, below /proc). Throws what the file system says.
 */
export function makeFolder(dir: string): void {
  const missing: string[] = [];
  for (let at = path.resolve(dir); !isFolder(at); at = path.dirname(at)) {
    missing.unshift(at);
    if (at === path.dirname(at)) break;
  }
  for (const folder of missing) make(folder);
}

function make(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(folder)) throw error;
  }
}

function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}
