/** The kernel's tables of who listens where. */

import { readProc } from '../../system/proc-stat.ts';
import type { Endpoint } from './address.ts';

export interface Listener {
  at: Endpoint;
  inode: string;
  /** The address that it was bound to, "127.0.0.1", "::"; null of a Unix socket. */
  address: string | null;
}

/** States in the kernel's net/tcp_states.h: TCP_LISTEN; TCP_CLOSE, which a UDP socket without a peer has. */
const LISTEN = { tcp: '0A', udp: '07' };
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
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state !== LISTEN[kind]) return [];
      const [address = '', hexPort = ''] = local.split(':');
      const at = { kind, port: Number.parseInt(hexPort, 16) };
      return [{ at, inode, address: addressOf(address) }];
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

/** The table has each word of four bytes as the machine's own number: on all that run this, the last byte first. */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  if (bytes.length === 4) return bytes.join('.');
  const isMapped =
    bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12).join('.') : ipv6Text(bytes);
}

/** As people write it: the longest run of zeros is `::`. */
function ipv6Text(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  const runs = [...groups.join(':').matchAll(/(?<![^:])0(?::0)+(?![^:])/g)];
  const [longest] = runs.sort((a, b) => b[0].length - a[0].length);
  if (longest === undefined) return groups.join(':');
  const text = groups.join(':');
  const before = text.slice(0, longest.index).replace(/:$/, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
