/** One writer at a time in a folder: a folder in it that names who holds it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Holder,
  isHeld,
  ownHolder,
  removeStale,
  touch,
} from '../../system/files/lock-holder.ts';
import { type Patience, patiently } from './patience.ts';
import { StoreError } from './store.ts';

const LOCK = '.lock';
const HOLDER = 'holder.json';
const TOUCHED_EVERY_MS = 5000;
/** Older than this, and not touched, it belongs to nobody. */
const STALE_AFTER_MS = 12 * TOUCHED_EVERY_MS;

interface Writer extends Holder {
  /** One of several writers of one process. */
  readonly token: string;
}

/** Held by this writer. */
export interface Held {
  /** How often it was tried in vain. */
  readonly retries: number;
  /** False once somebody else has it: after a sleep of this machine, or because it was removed by hand. */
  isStillHeld(): boolean;
}

/** Runs `work` while no other writer is at work in the folder. @throws StoreError when that never was so */
export async function withLock<T>(
  dir: string,
  patience: Patience,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const lock = path.join(dir, LOCK);
  const self: Writer = { ...ownHolder(), token: randomBytes(8).toString('hex') };
  const retries = await patiently(
    patience,
    async (count) => ((await isTaken(lock, self)) ? count : null),
    () =>
      new StoreError(`${dir} is being written by others all the time`, {
        cure: `run fewer jobs at once; if none is running, remove ${lock}`,
      }),
  );
  const isStillHeld = () => writerOf(lock)?.token === self.token;
  const timer = setInterval(() => touch(lock), TOUCHED_EVERY_MS);
  try {
    return await work({ retries, isStillHeld });
  } finally {
    clearInterval(timer);
    await letGo(lock, isStillHeld, `${lock}.${self.token}.done`);
  }
}

/** Somebody who took it for stale may have moved it aside for a moment, and puts it back. */
async function letGo(lock: string, isStillHeld: () => boolean, aside: string): Promise<void> {
  for (let times = 0; times < 10; times++) {
    if (isStillHeld()) return removeWhole(lock, aside);
    await sleep(20);
  }
}

/** Under another name: of a lock that is removed piece by piece, the next holder's pieces would go, too. */
async function removeWhole(lock: string, aside: string): Promise<void> {
  await rename(lock, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

/** The lock appears with its holder's name in it, by one rename, which fails where there is one. */
async function isTaken(lock: string, self: Writer): Promise<boolean> {
  const mine = `${lock}.${self.token}`;
  await mkdir(mine);
  await writeFile(path.join(mine, HOLDER), JSON.stringify(self));
  try {
    if (await isRenamed(mine, lock)) return true;
    const found = writerOf(lock);
    if (isHeld(lock, found, STALE_AFTER_MS)) return false;
    removeStale(lock, `${mine}.stale`, (folder) => writerOf(folder)?.token === found?.token);
    return await isRenamed(mine, lock);
  } finally {
    await rm(mine, { recursive: true, force: true });
  }
}

/** False where the other is there and not empty. */
async function isRenamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

function writerOf(lock: string): Writer | null {
  try {
    const found: unknown = JSON.parse(readFileSync(path.join(lock, HOLDER), 'utf8'));
    const { pid, startTicks, host, token } = found as Writer;
    const isWriter =
      typeof pid === 'number' && typeof host === 'string' && typeof token === 'string';
    return isWriter ? { pid, startTicks: startTicks ?? null, host, token } : null;
  } catch {
    return null;
  }
}
