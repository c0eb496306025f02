/** Whether a server waits for somebody to type: it asks for a password, or for a yes. Linux only. */

import { readdirSync, readlinkSync } from 'node:fs';
import { readProc } from '../../system/kernel/proc-stat.ts';
import { isIdleInput } from '../../system/start/idle-input.ts';

/** Number of the system call `read`. */
const READ: Partial<Record<NodeJS.Architecture, number>> = { x64: 0, arm64: 63 };

/** True where a thread of one of these reads the input that we gave, on which nothing ever comes. */
export function waitsForInput(pids: readonly number[]): boolean {
  const read = READ[process.arch];
  if (process.platform !== 'linux' || read === undefined) return false;
  return pids.some(
    (pid) =>
      hasOurInput(pid) &&
      threadsOf(pid).some((tid) =>
        (readProc(`${pid}/task/${tid}/syscall`) ?? '').startsWith(`${read} 0x0 `),
      ),
  );
}

function hasOurInput(pid: number): boolean {
  try {
    return isIdleInput(readlinkSync(`/proc/${pid}/fd/0`));
  } catch {
    return false;
  }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
