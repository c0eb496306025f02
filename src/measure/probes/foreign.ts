/** CPU time of everything that is not ours: what runs beside a measurement disturbs it. */
import { allPids, readStat } from '../../proc-stat.ts';
import { markedProcesses, processTree } from './tree.ts';

const TICK_MS = 10;
/** The parent of every kernel thread. Much of what those do is our own traffic. */
const KERNEL = 2;
/** It takes over the children of others, our servers' too, and their times with them. */
const INIT = 1;

/**
 * Milliseconds of CPU time that all other visible processes have used so far, with those of children that ended. Only
 * differences mean anything. Ours are the descendants of this process, and those that left its tree with the marker of
 * this run. Null where there is no /proc.
 */
export function foreignCpuMs(marker: string): number | null {
  if (process.platform !== 'linux') return null;
  const own = new Set([...processTree(process.pid), ...markedProcesses(marker)]);
  let ticks = 0;
  for (const pid of allPids()) {
    if (own.has(pid) || pid === KERNEL) continue;
    const stat = readStat(pid);
    if (stat === null || stat.parent === KERNEL) continue;
    ticks += pid === INIT ? stat.ticks - stat.childTicks : stat.ticks;
  }
  return ticks * TICK_MS;
}
