/**
 * What all locks have in common that are folders: whether who holds one lives, and how the lock of a dead one is taken away.
 * Whether a process of another host (a container, a mount) lives cannot be asked: it touches its lock as long as it does.
 */
import { renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { readStat } from '../kernel/proc-stat.ts';
import { isRunning } from '../processes/kin.ts';

export interface Holder {
  readonly pid: number;
  /** Of `readStat`: with the id, it names one process for ever; null where there is no /proc. */
  readonly startTicks: number | null;
  readonly host: string;
}

/** This process. */
export function ownHolder(): Holder {
  return {
    pid: process.pid,
    startTicks: readStat(process.pid)?.startTicks ?? null,
    host: hostname(),
  };
}

/**
 * `holder`: null where the lock does not say, as one that is not ours, or is not written yet. Such a lock, and one of another
 * host, belongs to nobody once it was not touched for `staleAfterMs`.
 */
export function isHeld(lock: string, holder: Holder | null, staleAfterMs: number): boolean {
  const touchedMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (touchedMs === undefined) return false;
  if (holder === null || holder.host !== hostname()) return Date.now() - touchedMs < staleAfterMs;
  const { pid, startTicks } = holder;
  return startTicks === null ? exists(pid) : isRunning({ pid, startTicks });
}

/** Whether there is a process with this id, be it somebody else's or a later one. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Moves it aside first: another one may have taken it over since it was looked at, and gets it back.
 * @param isSame whether the lock in this folder is still the one that was looked at
 * @param aside a name that no other process uses
 */
export function removeStale(lock: string, aside: string, isSame: (lock: string) => boolean): void {
  // Who has let go of it and ended since is no dead holder, and somebody else may hold it now.
  if (!isSame(lock)) return;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    if (!isSame(aside)) renameSync(aside, lock);
  } catch {
    // There is a newer one in its place.
  }
  rmSync(aside, { force: true, recursive: true });
}

/** For those who cannot ask whether this process lives. */
export function touch(lock: string): void {
  const now = new Date();
  try {
    utimesSync(lock, now, now);
  } catch {
    // Somebody has removed it: there is nothing to keep.
  }
}
