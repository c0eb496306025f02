/** CPU time that a set of processes used between two moments. */

import { readRunTimes } from '../../system/kernel/proc.ts';
import { readProc, readStat } from '../../system/kernel/proc-stat.ts';

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
  const perThread = threadTimesBetween(before, after);
  return perThread === null ? null : perThread.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/** Milliseconds of the thread that ran most, of those alive at the end; null when that is not known. */
export function busiestThreadBetween(before: CpuSnapshot, after: CpuSnapshot): number | null {
  const perThread = threadTimesBetween(before, after);
  if (perThread === null || perThread.length === 0) return null;
  return perThread.reduce((most, ns) => Math.max(most, ns)) / 1e6;
}

/** Null when a process ended and took its ticks with it. */
export function ticksBetween(before: CpuSnapshot, after: CpuSnapshot): number | null {
  const ticks = after.ticks - before.ticks;
  return ticks < 0 ? null : ticks * TICK_MS;
}

/** Threads of a runtime that compile and collect: of the JVM, of .NET and of V8. The kernel keeps fifteen characters of a name. */
const UPKEEP =
  /^(?:C[12] Compiler|JVMCI Compiler|Sweeper thread|VM Thread|VM Periodic|GC Thread|ParGC Thread|G1 |Z(?:Worker|Director|Driver|Stat)|XWorker|Shenandoah|\.NET (?:Tiered|Server GC|Background|BGC|SvrGC)|V8Worker)/;

/** Milliseconds of runtimes for themselves, as far as their threads have names. */
export function upkeepBetween(before: CpuSnapshot, after: CpuSnapshot): number {
  const ns = runTimesBetween(before, after) ?? [];
  const own = ns.filter(([tid, time]) => time > 0 && UPKEEP.test(readProc(`${tid}/comm`) ?? ''));
  return own.reduce((sum, [, time]) => sum + time, 0) / 1e6;
}

function threadTimesBetween(before: CpuSnapshot, after: CpuSnapshot): number[] | null {
  return runTimesBetween(before, after)?.map(([, ns]) => ns) ?? null;
}

function runTimesBetween(
  before: CpuSnapshot,
  after: CpuSnapshot,
): [tid: number, ns: number][] | null {
  if (before.threads === null || after.threads === null) return null;
  const { threads } = before;
  return [...after.threads].map(([tid, ns]) => {
    const earlier = threads.get(tid) ?? 0;
    // Less than before: another thread, born in between, has got the number.
    return [tid, ns < earlier ? ns : ns - earlier];
  });
}
