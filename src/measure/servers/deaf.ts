/** Why a process was not ended by a signal, as the kernel tells of it. */
import { constants } from 'node:os';
import { readProc } from '../../system/kernel/proc-stat.ts';

/**
 * `ignores`: it, or whoever started it, has the signal ignored. `first`: it is process 1 of a namespace of its own, where only a
 * signal that it handles does anything.
 */
export type Deaf = 'ignores' | 'first';

/** Of the first of these processes of which the kernel says so; undefined: none. */
export function deafAmong(pids: readonly number[], signal: string): Deaf | undefined {
  for (const pid of pids) {
    const deaf = deafTo(signal, readProc(`${pid}/status`) ?? '');
    if (deaf !== null) return deaf;
  }
  return undefined;
}

/** `status`: of `/proc/PID/status`. */
export function deafTo(signal: string, status: string): Deaf | null {
  const number = constants.signals[signal as NodeJS.Signals];
  if (number === undefined) return null;
  const has = (mask: string) => {
    const [, hex] = new RegExp(`^${mask}:\\s*([0-9a-f]+)$`, 'm').exec(status) ?? [];
    return hex !== undefined && ((BigInt(`0x${hex}`) >> BigInt(number - 1)) & 1n) === 1n;
  };
  if (has('SigIgn')) return 'ignores';
  const [, pids = ''] = /^NSpid:\s*(.+)$/m.exec(status) ?? [];
  return /\s1$/.test(pids) && !has('SigCgt') ? 'first' : null;
}
