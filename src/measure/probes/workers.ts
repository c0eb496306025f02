/**
 * Processes of a server that do the same work: children of one parent with one command line. A connection stays with the worker
 * that has accepted it, so a few connections may keep one of them busy while the others rest.
 */
import { readRunTimes } from '../../system/kernel/proc.ts';
import { readProc, readStat } from '../../system/kernel/proc-stat.ts';

/** One process of a server's tree. */
export interface WorkingProcess {
  pid: number;
  parent: number;
  command: string;
  /** CPU time of its live threads so far, in milliseconds. */
  ms: number;
}

/** As they are now; those of which nothing can be read are missing. */
export function readWorking(pids: readonly number[]): WorkingProcess[] {
  return pids.flatMap((pid) => {
    const stat = readStat(pid);
    const times = readRunTimes(pid);
    const command = readProc(`${pid}/cmdline`);
    if (stat === null || times === null || command === null) return [];
    const ns = [...times.values()].reduce((sum, one) => sum + one, 0);
    return [{ pid, parent: stat.parent, command, ms: ns / 1e6 }];
  });
}

/** CPU milliseconds of each worker between two looks, the busiest first; null where there are no two workers. */
export function workersBetween(
  before: readonly WorkingProcess[],
  after: readonly WorkingProcess[],
): number[] | null {
  const was = new Map(before.map(({ pid, ms }) => [pid, ms]));
  const groups = new Map<string, number[]>();
  for (const { pid, parent, command, ms } of after) {
    const key = `${parent} ${command}`;
    groups.set(key, [...(groups.get(key) ?? []), Math.max(0, ms - (was.get(pid) ?? 0))]);
  }
  const sum = (group: readonly number[]) => group.reduce((total, ms) => total + ms, 0);
  const [largest] = [...groups.values()]
    .filter((group) => group.length > 1)
    .sort((a, b) => sum(b) - sum(a));
  return largest === undefined
    ? null
    : largest.sort((a, b) => b - a).map((ms) => Number(ms.toFixed(2)));
}
