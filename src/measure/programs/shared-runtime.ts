/** Whether a server runs on an interpreter or a virtual machine, which both arms share and no copy makes new (docs/adr/0118-shared-runtime.md). */
import { isInside } from '../../system/files/inside.ts';
import { readStat } from '../../system/kernel/proc-stat.ts';
import { executableOf } from '../../system/kernel/started-as.ts';

/**
 * @param pids of one arm's server
 * @param root real path of the arm's tree
 * @returns whether what works for it is a program outside of its tree; false where nothing is known: off Linux, and of processes that nobody else
 * may look at
 */
export function isOnSharedRuntime(pids: readonly number[], root: string): boolean {
  const executables = busiestOf(pids);
  return executables.length > 0 && !executables.some((file) => isInside(root, file));
}

/**
 * What the process executes that has worked most, or each of several that have worked as much. A shell around a server does next to nothing, nor does
 * a helper that a package brought along.
 */
function busiestOf(pids: readonly number[]): string[] {
  const known = pids.flatMap((pid) => {
    const [file, stat] = [executableOf(pid), readStat(pid)];
    return file === null || stat === null ? [] : [{ file, ticks: stat.ticks - stat.childTicks }];
  });
  const most = Math.max(...known.map(({ ticks }) => ticks));
  return known.filter(({ ticks }) => ticks === most).map(({ file }) => file);
}
