/** Resident memory of a process tree. */
import { readRss } from './proc.ts';

/**
 * Sum of the resident sets in bytes, as a list of one; empty where /proc does not tell. Pages shared
 * between processes count in each of them.
 */
export function rssOf(pids: readonly number[]): number[] {
  let total = 0;
  for (const pid of pids) total += readRss(pid) ?? 0;
  return total === 0 ? [] : [total];
}
