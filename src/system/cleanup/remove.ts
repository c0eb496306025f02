/** Removing folders that a build has written into. */
import { chmodSync, lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Retries: a process that was just killed may still be writing. */
const RM = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 };
/** Files that are named; more of them tell nobody more. */
const NAMED = 3;

/** Something in a folder that would not go. */
export interface Stuck {
  path: string;
  /** Of the system: "EPERM". */
  code: string;
  /** User id of the owner; null when it cannot be seen. */
  owner: number | null;
}

/** Says what could not be removed, why, and whose it is. All else in the folder is gone. */
export class NotRemoved extends Error {
  readonly stuck: readonly Stuck[];

  constructor(dir: string, stuck: readonly Stuck[]) {
    super(`${dir}: ${stuckText(stuck)}`);
    this.name = 'NotRemoved';
    this.stuck = stuck;
  }
}

/** Removes a folder and all in it; no complaint when it is not there. @throws NotRemoved */
export async function removeFolder(dir: string): Promise<void> {
  try {
    await rm(dir, RM);
  } catch {
    removeStubborn(dir);
  }
}

/** The same for a program that exits. */
export function removeFolderSync(dir: string): void {
  try {
    rmSync(dir, RM);
  } catch {
    removeStubborn(dir);
  }
}

/** "/tmp/x/head/db: EPERM, owner 0, and 3 more". */
function stuckText(stuck: readonly Stuck[]): string {
  const named = stuck.slice(0, NAMED).map(({ path, code, owner }) => {
    const whose = owner === null ? '' : `, owner ${owner === 0 ? 'root' : `user ${owner}`}`;
    // Its own folder is ours and open, so only an attribute of the file can forbid it.
    const why = code === 'EPERM' && owner === process.getuid?.() ? ' (immutable?)' : '';
    return `${path}: ${code}${why}${whose}`;
  });
  const more = stuck.length > NAMED ? `, and ${stuck.length - NAMED} more` : '';
  return `${named.join('; ')}${more}`;
}

/** One file that cannot go keeps none of the others. */
function removeStubborn(dir: string): void {
  const stuck: Stuck[] = [];
  removeEntry(dir, stuck);
  if (stuck.length > 0) throw new NotRemoved(dir, stuck);
}

function removeEntry(path: string, stuck: Stuck[]): void {
  const before = stuck.length;
  try {
    if (!lstatSync(path).isDirectory()) {
      unlinkSync(path);
      return;
    }
    openFolder(path);
    for (const name of readdirSync(path)) removeEntry(join(path, name), stuck);
    // A folder of what is stuck is not news.
    if (stuck.length === before) rmdirSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code !== 'ENOENT') stuck.push({ path, code, owner: ownerOf(path) });
  }
}

/** Some tools (Go's module cache) make folders read-only, which keeps their files from removal. */
function openFolder(path: string): void {
  try {
    chmodSync(path, 0o700);
  } catch {
    // Another user's folder, perhaps made by a container: its entries will say so.
  }
}

function ownerOf(path: string): number | null {
  return lstatSync(path, { throwIfNoEntry: false })?.uid ?? null;
}
