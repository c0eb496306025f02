/**
 * One writer at a time in a folder: a folder in it that names who holds it. Whether a holder on another host (a container, a
 * mount) lives cannot be asked: it touches its lock as long as it does.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStat } from '../../system/proc-stat.ts';
import { isRunning } from '../../system/results-lock.ts';
import { type Patience, patiently } from './patience.ts';
import { StoreError } from './store.ts';

const LOCK = '.lock';
const HOLDER = 'holder.json';
const TOUCHED_EVERY_MS = 5000;
/** Older than this, and not touched, it belongs to nobody. */
const STALE_AFTER_MS = 12 * TOUCHED_EVERY_MS;

/** Of `readStat`: with the id, `startTicks` names one process for ever; null where there is no /proc. */
interface Holder {
  readonly pid: number;
  readonly startTicks: number | null;
  readonly host: string;
  /** One of several writers of one process. */
  readonly token: string;
}

/** Held by this writer. */
export interface Held {
  /** How often it was tried in vain. */
  readonly retries: number;
  /** False once somebody else has it: after a sleep of this machine, or because it was removed by hand. */
  isStillHeld(): Promise<boolean>;
}

/** Runs `work` while no other writer is at work in the folder. @throws StoreError when that never was so */
export async function withLock<T>(
  dir: string,
  patience: Patience,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const lock = path.join(dir, LOCK);
  const self: Holder = {
    pid: process.pid,
    startTicks: readStat(process.pid)?.startTicks ?? null,
    host: hostname(),
    token: randomBytes(8).toString('hex'),
  };
  const retries = await patiently(
    patience,
    async (count) => ((await isTaken(lock, self)) ? count : null),
    () =>
      new StoreError(`${dir} is being written by others all the time`, {
        cure: `run fewer jobs at once; if none is running, remove ${lock}`,
      }),
  );
  const isStillHeld = async () => (await holderOf(lock))?.token === self.token;
  const timer = setInterval(() => void touch(lock), TOUCHED_EVERY_MS);
  try {
    return await work({ retries, isStillHeld });
  } finally {
    clearInterval(timer);
    await letGo(lock, isStillHeld, `${lock}.${self.token}.done`);
  }
}

/** Somebody who took it for stale may have moved it aside for a moment, and puts it back. */
async function letGo(
  lock: string,
  isStillHeld: () => Promise<boolean>,
  aside: string,
): Promise<void> {
  for (let times = 0; times < 10; times++) {
    if (await isStillHeld()) return removeWhole(lock, aside);
    await sleep(20);
  }
}

/** Under another name: of a lock that is removed piece by piece, the next holder's pieces would go, too. */
async function removeWhole(lock: string, aside: string): Promise<void> {
  await rename(lock, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

/** The lock appears with its holder's name in it, by one rename, which fails where there is one. */
async function isTaken(lock: string, self: Holder): Promise<boolean> {
  const mine = `${lock}.${self.token}`;
  await mkdir(mine);
  await writeFile(path.join(mine, HOLDER), JSON.stringify(self));
  try {
    if (await isRenamed(mine, lock)) return true;
    const found = await holderOf(lock);
    if (await isAlive(lock, found)) return false;
    await removeStale(lock, found, self);
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

async function holderOf(lock: string): Promise<Holder | null> {
  try {
    const found: unknown = JSON.parse(await readFile(path.join(lock, HOLDER), 'utf8'));
    const { pid, startTicks, host, token } = found as Holder;
    const isHolder =
      typeof pid === 'number' && typeof host === 'string' && typeof token === 'string';
    return isHolder ? { pid, startTicks: startTicks ?? null, host, token } : null;
  } catch {
    return null;
  }
}

async function isAlive(lock: string, holder: Holder | null): Promise<boolean> {
  const touchedMs = (await stat(lock).catch(() => null))?.mtimeMs;
  if (touchedMs === undefined) return false;
  if (holder === null || holder.host !== hostname()) {
    return Date.now() - touchedMs < STALE_AFTER_MS;
  }
  if (holder.startTicks === null) return isRunning(holder.pid);
  const running = readStat(holder.pid);
  return running !== null && !running.zombie && running.startTicks === holder.startTicks;
}

/** Moves it aside first: another one may have taken it over since it was looked at, and gets it back. */
async function removeStale(lock: string, seen: Holder | null, self: Holder): Promise<void> {
  const aside = `${lock}.${self.token}.stale`;
  // Who has let go of it and ended since is no dead holder, and somebody else may hold it now.
  if ((await holderOf(lock))?.token !== seen?.token) return;
  try {
    await rename(lock, aside);
    if ((await holderOf(aside))?.token !== seen?.token) await rename(aside, lock);
  } catch {
    // Somebody else was faster, and has it now.
  }
  await rm(aside, { recursive: true, force: true });
}

async function touch(lock: string): Promise<void> {
  const now = new Date();
  // Gone: somebody has removed it by hand.
  await utimes(lock, now, now).catch(() => undefined);
}
