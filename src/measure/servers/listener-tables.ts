/** The kernel's tables of who listens where. */

import { readProc } from '../../system/proc-stat.ts';
import type { Endpoint } from './address.ts';

export interface Listener {
  at: Endpoint;
  inode: string;
  /** Loopback address at which it can be reached; of a Unix socket it says nothing. */
  host: '127.0.0.1' | '::1';
}

/** States in the kernel's net/tcp_states.h: TCP_LISTEN; TCP_CLOSE, which a UDP socket without a peer has. */
const LISTEN = { tcp: '0A', udp: '07' };
/** __SO_ACCEPTCON in the flags of a Unix socket: it listens. */
const ACCEPTS = 0x10000;

/** Null where the kernel has no such tables. */
export function readListeners(kind: Endpoint['kind']): Listener[] | null {
  if (kind === 'unix') {
    const table = readProc('net/unix');
    return table === null ? null : parseUnixTable(table);
  }
  const [ipv4 = null, ipv6 = null] = [`net/${kind}`, `net/${kind}6`].map(readProc);
  // A kernel without IPv6 has the first table alone.
  return ipv4 === null ? null : [ipv4, ipv6 ?? ''].flatMap((table) => parseTable(table, kind));
}

/** Rows of /proc/net/{tcp,udp}{,6} that wait for anybody. */
export function parseTable(text: string, kind: 'tcp' | 'udp'): Listener[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state !== LISTEN[kind]) return [];
      const [address = '', hexPort = ''] = local.split(':');
      const at = { kind, port: Number.parseInt(hexPort, 16) };
      return [{ at, inode, host: reachableAt(address) }];
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
      return [{ at: { kind: 'unix', path }, inode, host: '127.0.0.1' }];
    });
}

/** ::1 alone needs the IPv6 address; 127.0.0.1, 0.0.0.0 and :: (dual stack by default) are reached by IPv4. */
function reachableAt(hexAddress: string): Listener['host'] {
  return hexAddress === '00000000000000000000000001000000' ? '::1' : '127.0.0.1';
}
