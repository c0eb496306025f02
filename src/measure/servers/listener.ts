/** Who listens where: so that a stale server's answers are never taken for ours. */
import { readFileSync } from 'node:fs';
import { socketInodes } from '../probes/proc.ts';

export interface Listener {
  port: number;
  inode: string;
  /** Loopback address at which it can be reached. */
  host: '127.0.0.1' | '::1';
}

export type Ownership =
  /** Listens, and every listener on the port is ours. */
  | { kind: 'ours'; host: string }
  /** Somebody else listens on the port. */
  | { kind: 'foreign' }
  /** Nobody listens on the port; these ports are ours. */
  | { kind: 'none'; ourPorts: number[] }
  /** The platform cannot tell. */
  | { kind: 'unknown' };

/** TCP_LISTEN in the kernel's net/tcp_states.h. */
const LISTEN = '0A';

export function ownership(port: number, pids: readonly number[]): Ownership {
  const listeners = readListeners();
  if (listeners === null) return { kind: 'unknown' };
  const ours = new Set(pids.flatMap((pid) => [...socketInodes(pid)]));
  const onPort = listeners.filter((listener) => listener.port === port);
  if (onPort.length === 0) {
    const ports = listeners.filter((l) => ours.has(l.inode)).map((l) => l.port);
    return { kind: 'none', ourPorts: [...new Set(ports)] };
  }
  if (!onPort.every((listener) => ours.has(listener.inode))) return { kind: 'foreign' };
  const host = onPort.some((l) => l.host === '127.0.0.1') ? '127.0.0.1' : '::1';
  return { kind: 'ours', host };
}

function readListeners(): Listener[] | null {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(read);
  // A kernel without IPv6 has the first table alone.
  return tables[0] === null ? null : tables.flatMap((text) => parseTable(text ?? ''));
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Rows of /proc/net/tcp{,6} in state LISTEN. */
export function parseTable(text: string): Listener[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state !== LISTEN) return [];
      const [address = '', port = ''] = local.split(':');
      return [{ port: Number.parseInt(port, 16), inode, host: reachableAt(address) }];
    });
}

/** ::1 alone needs the IPv6 address; 127.0.0.1, 0.0.0.0 and :: (dual stack by default) are reached by IPv4. */
function reachableAt(hexAddress: string): Listener['host'] {
  return hexAddress === '00000000000000000000000001000000' ? '::1' : '127.0.0.1';
}
