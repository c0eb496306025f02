/** Memory of a process tree, by what /proc says of each process. */

import { readPeakRss, readPss, readRss } from '../../system/kernel/proc.ts';
import { readStat } from '../../system/kernel/proc-stat.ts';

/**
 * Sum of the resident sets in bytes; null where /proc does not tell. Pages shared between processes
 * count in each of them.
 */
export function rssOf(pids: readonly number[]): number | null {
  return sumOver(pids, readRss);
}

/**
 * Sum of the proportional sets in bytes; null where /proc does not tell, or not of each process
 * (one that runs as another user). Costs milliseconds where a process has much memory, and holds up
 * its allocations meanwhile.
 */
export function pssOf(pids: readonly number[]): number | null {
  return sumOver(pids, readPss);
}

/** Sum over the processes of the most that each ever had resident, in bytes; null where it is not known. */
export function peakOf(pids: readonly number[]): number | null {
  return sumOver(pids, readPeakRss);
}

/** What has ended since the tree was looked up has no memory; of what lives, all must be known. */
function sumOver(pids: readonly number[], read: (pid: number) => number | null): number | null {
  let total = 0;
  for (const pid of pids) {
    const bytes = read(pid);
    if (bytes !== null) total += bytes;
    else if (readStat(pid)?.zombie === false) return null;
  }
  return total === 0 ? null : total;
}
