/** Ends what no process group holds any more. */

import type { ProcStat } from '../kernel/proc-stat.ts';
import { readStat } from '../kernel/proc-stat.ts';
import { endAll } from './ending.ts';
import { markedProcesses } from './process-tree.ts';

const GRACE_MS = 500;

/**
 * Ends every process whose marker begins with this value: daemons and other processes that left
 * their group. SIGTERM first, SIGKILL after half a second. Linux only; elsewhere it does nothing.
 * Resolves to those that could not be ended.
 */
export async function sweep(marker: string): Promise<readonly ProcStat[]> {
  if (process.platform !== 'linux') return [];
  return await endAll(
    () => markedProcesses(marker).flatMap((pid) => readStat(pid) ?? []),
    GRACE_MS,
  );
}
