/** Removing folders that a build has written into. */
import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes a folder and all in it; no complaint when it is not there. */
export async function removeFolder(dir: string): Promise<void> {
  try {
    await rm(dir, RM);
  } catch {
    openFolders(dir);
    await rm(dir, RM);
  }
}

/** The same for a program that exits. */
export function removeFolderSync(dir: string): void {
  try {
    rmSync(dir, RM);
  } catch {
    openFolders(dir);
    rmSync(dir, RM);
  }
}

/** Retries: a process that was just killed may still be writing. */
const RM = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 };

/** Some tools (Go's module cache) make folders read-only, which keeps their files from removal. */
function openFolders(dir: string): void {
  try {
    if (!lstatSync(dir).isDirectory()) return;
    chmodSync(dir, 0o700);
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.isDirectory()) openFolders(join(dir, entry.name));
    }
  } catch {
    // Another user's folder, perhaps made by a container: `rm` will say so.
  }
}
