/** Who listens where a server is to listen, by name and number: so that a person can end it. Linux only. */

import { socketInodes } from '../../system/kernel/proc.ts';
import { allPids, readProc } from '../../system/kernel/proc-stat.ts';
import { programOf } from '../../system/kernel/started-as.ts';
import type { Endpoint } from './address.ts';
import { readListeners } from './listener-tables.ts';

/** Of several workers the first ones tell enough. */
const NAMED_AT_MOST = 2;

/** "python3, process 4711"; null where nobody can be seen there. */
export function holderOf(endpoint: Endpoint): string | null {
  if (process.platform !== 'linux' || endpoint.kind === 'unix') return null;
  const inodes = (readListeners(endpoint.kind) ?? [])
    .filter(({ at }) => at.kind !== 'unix' && at.port === endpoint.port)
    .map(({ inode }) => inode);
  if (inodes.length === 0) return null;
  const holders = allPids().filter((pid) => {
    const held = socketInodes(pid);
    return held !== null && inodes.some((inode) => held.has(inode));
  });
  if (holders.length === 0) return null;
  return holders.slice(0, NAMED_AT_MOST).map(textOf).join(' and ');
}

function textOf(pid: number): string {
  // A program names itself as it likes: what is no plain name is left out.
  const name = /^[\w.+:@-]+$/.exec(nameOf(pid))?.[0];
  return name === undefined ? `process ${pid}` : `${name}, process ${pid}`;
}

/** Its file, as the name of its first thread may be anything (`MainThread`); else that name. */
function nameOf(pid: number): string {
  return programOf(pid) ?? readProc(`${pid}/comm`)?.trim() ?? '';
}
