/** Whether a process of a server runs as a user who may not enter the folder of its files: of nginx the workers do, and not its first process. */

import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { readProc } from '../../system/kernel/proc-stat.ts';

export interface User {
  uid: number;
  groups: readonly number[];
}

export function isShutOut(pids: readonly number[], folder: string): boolean {
  if (process.platform !== 'linux') return false;
  return pids.some((pid) => {
    const user = userIn(readProc(`${pid}/status`) ?? '');
    return user !== null && !upTo(folder).every((stats) => mayEnter(user, stats));
  });
}

/** By whose rights it opens files. Null: that is not known. */
export function userIn(status: string): User | null {
  const [uid] = idsIn(status, 'Uid');
  if (uid === undefined) return null;
  return { uid, groups: [...idsIn(status, 'Gid'), ...idsIn(status, 'Groups')] };
}

/** Of one kind the last id is that for files. */
function idsIn(status: string, name: 'Uid' | 'Gid' | 'Groups'): number[] {
  const ids = new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.match(/\d+/g) ?? [];
  return (name === 'Groups' ? ids : ids.slice(-1)).map(Number);
}

export function mayEnter(
  { uid, groups }: User,
  { mode, uid: owner, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>,
): boolean {
  if (uid === 0) return true;
  const shift = uid === owner ? 6 : groups.includes(gid) ? 3 : 0;
  return ((mode >> shift) & 1) === 1;
}

/** The folder, and all that it is in. */
function upTo(folder: string): Stats[] {
  const stats = statSync(folder, { throwIfNoEntry: false });
  const parent = dirname(folder);
  return [...(stats === undefined ? [] : [stats]), ...(parent === folder ? [] : upTo(parent))];
}
