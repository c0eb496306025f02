/** Which processes belong to a server: everything that its start command brought to life. */

import { allPids, readStat } from '../kernel/proc-stat.ts';
import { isMarked, MARKER } from './mark.ts';

/** It finds processes that left the tree (daemons), and lets a later sweep kill what an earlier one missed. */
export { MARKER };

/** Live processes that descend from `root` or share its session or group. */
export function processTree(root: number): number[] {
  const stats = allPids().flatMap((pid) => readStat(pid) ?? []);
  const members = new Set<number>();
  for (const stat of stats) {
    if (stat.pid === root || stat.session === root || stat.group === root) members.add(stat.pid);
  }
  let grew = true;
  while (grew) {
    grew = false;
    for (const stat of stats) {
      if (members.has(stat.parent) && !members.has(stat.pid)) {
        members.add(stat.pid);
        grew = true;
      }
    }
  }
  return stats.filter((stat) => members.has(stat.pid) && !stat.zombie).map((stat) => stat.pid);
}

/** Live processes whose marker begins with this value, wherever they are. */
export function markedProcesses(value: string): number[] {
  return allPids().filter(
    (pid) => pid !== process.pid && isMarked(pid, value) && readStat(pid)?.zombie === false,
  );
}
