/** Ending everything that a command started: the process group is the unit, never one process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { allPids, readStat } from '../kernel/proc-stat.ts';

const POLL_MS = 20;
/** A killed process is gone at once, unless it hangs in the kernel: then waiting does not help. */
const AFTER_KILL_MS = 2000;

/**
 * Ends a process group: SIGTERM, or another signal (null: none), then SIGKILL to what is left after `graceMs`. Resolves when no
 * member is alive; at once when there is no such group. Safe to call again and at the same time.
 * @param pid leader of the group, spawned with `detached: true`
 */
export async function killGroup(
  pid: number,
  {
    graceMs = 5000,
    signal = 'SIGTERM',
    onKill = () => {},
  }: { graceMs?: number; signal?: NodeJS.Signals | null; onKill?: () => void } = {},
): Promise<void> {
  if (!signalGroup(pid, signal ?? 0)) return;
  if (await goneWithin(pid, graceMs)) return;
  onKill();
  if (!signalGroup(pid, 'SIGKILL')) return;
  await goneWithin(pid, AFTER_KILL_MS);
}

/**
 * Sends a signal to every member of a group, without waiting: usable while the program exits.
 * @returns false when the group does not exist (any more) or is not ours
 */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  // kill(-1) would be every process of the user, kill(0) our own group.
  if (!Number.isInteger(pid) || pid <= 1) throw new RangeError(`not a process group: ${pid}`);
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}

/** True while any member of the group runs. Zombies, which only wait to be reaped, do not count. */
export function isGroupAlive(pid: number): boolean {
  if (!signalGroup(pid, 0)) return false;
  if (process.platform !== 'linux') return true;
  return allPids().some((member) => {
    const stat = readStat(member);
    return stat !== null && stat.group === pid && !stat.zombie;
  });
}

async function goneWithin(pid: number, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (isGroupAlive(pid)) {
    const leftMs = end - performance.now();
    if (leftMs <= 0) return false;
    await sleep(Math.min(POLL_MS, leftMs));
  }
  return true;
}
