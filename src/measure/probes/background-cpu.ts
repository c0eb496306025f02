/** CPU time of everything that is not ours: what runs beside a measurement disturbs it. */
import { allPids, type ProcStat, readStat } from '../../system/kernel/proc-stat.ts';
import { markedProcesses, processTree } from '../../system/processes/process-tree.ts';

const TICK_MS = 10;
/** The parent of every kernel thread. Much of what those do is our own traffic. */
const KERNEL = 2;
/** It takes over the children of others, our servers' too, and their times with them. */
const INIT = 1;

/** What the process table says of one process; times in clock ticks. */
export type ProcessTimes = Pick<ProcStat, 'pid' | 'parent' | 'ticks' | 'childTicks' | 'startTicks'>;

/**
 * All other visible processes. Ours are the descendants of this process, and those that left its tree with the marker of
 * this run. Null where there is no /proc.
 */
export function foreignProcesses(marker: string): ProcessTimes[] | null {
  if (process.platform !== 'linux') return null;
  const own = new Set([...processTree(process.pid), ...markedProcesses(marker)]);
  return allPids().flatMap((pid) => {
    if (own.has(pid) || pid === KERNEL) return [];
    const stat = readStat(pid);
    return stat === null || stat.parent === KERNEL ? [] : [stat];
  });
}

/** Of these processes, as far as they are there. */
export function timesOf(pids: readonly number[]): ProcessTimes[] {
  return pids.flatMap((pid) => readStat(pid) ?? []);
}

/**
 * Milliseconds of CPU time that these used between two looks, with those of children that ended meanwhile. A process that
 * ended and that nobody waited for takes its last moments with it, and nothing else.
 */
export function cpuMsBetween(
  before: readonly ProcessTimes[],
  after: readonly ProcessTimes[],
): number {
  const was = new Map(before.map((one) => [nameOf(one), one]));
  const isThere = new Set(after.map(nameOf));
  // A parent's time takes up a reaped child's whole life, and this much of it was before.
  const handedOver = new Map<number, number>();
  const byPid = new Map(before.map((one) => [one.pid, one]));
  for (const ended of before) {
    if (isThere.has(nameOf(ended))) continue;
    // Of a whole tree that ended, such as a shell with its test runner, all times are with the nearest ancestor that is left.
    let heir = byPid.get(ended.parent);
    let pid = ended.parent;
    for (let i = 0; i < before.length && heir !== undefined && !isThere.has(nameOf(heir)); i++) {
      pid = heir.parent;
      heir = byPid.get(pid);
    }
    handedOver.set(pid, (handedOver.get(pid) ?? 0) + ended.ticks);
  }
  let ticks = 0;
  for (const one of after) {
    const earlier = was.get(nameOf(one));
    const reaped = handedOver.get(one.pid) ?? 0;
    const own = ownTicks(one) - (earlier === undefined ? 0 : ownTicks(earlier));
    const children = one.childTicks - (earlier?.childTicks ?? 0) - reaped;
    ticks += own + (one.pid === INIT ? 0 : Math.max(0, children));
  }
  return ticks * TICK_MS;
}

function ownTicks({ ticks, childTicks }: ProcessTimes): number {
  return ticks - childTicks;
}

/** An id is given again; with the moment of its start it is not. */
function nameOf({ pid, startTicks }: ProcessTimes): string {
  return `${pid} ${startTicks}`;
}
