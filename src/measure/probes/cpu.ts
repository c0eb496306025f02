/** CPU time that a set of processes used between two moments. */
import { readRunTimes, readStat } from './proc.ts';

/** Linux reports `stat` times in USER_HZ, which is 100 on every platform that Node.js runs on. */
const TICK_MS = 10;

export interface CpuSnapshot {
  /** Nanoseconds per live thread; null where the kernel does not say. */
  threads: Map<number, number> | null;
  ticks: number;
}

export function cpuSnapshot(pids: readonly number[]): CpuSnapshot {
  let threads: Map<number, number> | null = new Map();
  let ticks = 0;
  for (const pid of pids) {
    ticks += readStat(pid)?.ticks ?? 0;
    const times = readRunTimes(pid);
    if (times === null) threads = null;
    if (threads !== null) for (const [tid, ns] of times ?? []) threads.set(tid, ns);
  }
  return { threads, ticks };
}

/**
 * Milliseconds by run times, null where there are none. A thread that was born in between counts
 * from its birth; what one did before it ended is in the ticks alone.
 */
export function runTimeBetween(before: CpuSnapshot, after: CpuSnapshot): number | null {
  if (before.threads === null || after.threads === null) return null;
  let ns = 0;
  for (const [tid, time] of after.threads) ns += time - (before.threads.get(tid) ?? 0);
  return ns / 1e6;
}

export function ticksBetween(before: CpuSnapshot, after: CpuSnapshot): number {
  return (after.ticks - before.ticks) * TICK_MS;
}
