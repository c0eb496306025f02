/** The kernel's tables of who listens where. */

import { readProc } from '../../system/kernel/proc-stat.ts';
import { addressText, parseInetSockets } from '../../system/kernel/socket-tables.ts';
import type { Endpoint } from './address.ts';

export interface Listener {
  at: Endpoint;
  inode: string;
  /** The address that it was bound to, "127.0.0.1", "::"; null of a Unix socket. */
  address: string | null;
}

/** What the kernel calls a socket that waits for anybody. */
const WAITING = { tcp: 'listening', udp: 'closed' } as const;
/** __SO_ACCEPTCON in the flags of a Unix socket: it listens. */
const ACCEPTS = 0x10000;

/**
 * Null where the kernel has no such tables. `pid`: those of the network namespace that this process is in; by default
 * our own.
 */
export function readListeners(kind: Endpoint['kind'], pid?: number): Listener[] | null {
  const tables = pid === undefined ? 'net' : `${pid}/net`;
  if (kind === 'unix') {
    const table = readProc(`${tables}/unix`);
    return table === null ? null : parseUnixTable(table);
  }
  const [ipv4 = null, ipv6 = null] = [`${tables}/${kind}`, `${tables}/${kind}6`].map(readProc);
  // A kernel without IPv6 has the first table alone.
  return ipv4 === null ? null : [ipv4, ipv6 ?? ''].flatMap((table) => parseTable(table, kind));
}

/** Rows of /proc/net/{tcp,udp}{,6} that wait for anybody. */
export function parseTable(text: string, kind: 'tcp' | 'udp'): Listener[] {
  return parseInetSockets(text)
    .filter(({ state }) => state === WAITING[kind])
    .map(({ local, localPort, inode }) => {
      return { at: { kind, port: localPort }, inode, address: addressText(local) };
    });
}

/** Rows of /proc/net/unix that listen, under the path that they were bound to; it may contain spaces. */
export function parseUnixTable(text: string): Listener[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const row = /^\S+ \S+ \S+ (\S+) \S+ \S+ +(\d+) (.+)$/.exec(line);
      const [, flags = '0', inode = '', path = ''] = row ?? [];
      if ((Number.parseInt(flags, 16) & ACCEPTS) === 0) return [];
      return [{ at: { kind: 'unix', path }, inode, address: null }];
    });
}
