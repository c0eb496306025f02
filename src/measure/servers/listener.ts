/** Who listens where: so that a stale server's answers are never taken for ours. */
import { readProc } from '../../proc-stat.ts';
import { socketInodes } from '../probes/proc.ts';

export interface Listener {
  port: number;
  inode: string;
  /** Loopback address at which it can be reached. */
  host: '127.0.0.1' | '::1';
}

export type Ownership =
  /** Listens, and every listener on the port is ours. */
  | { kind: 'ours'; host: Listener['host'] }
  /** Somebody else listens on the port. */
  | { kind: 'foreign' }
  /** Nobody listens on the port. */
  | { kind: 'none' }
  /** Somebody may listen, and it cannot be told who. */
  | { kind: 'unknown'; host: Listener['host'] };

/** TCP_LISTEN in the kernel's net/tcp_states.h. */
const LISTEN = '0A';

/**
 * `tree`: lists our processes. It is asked after the listeners were read, so that a process that was
 * born and listened in between is known, and only when somebody listens, because it looks through
 * all of /proc.
 */
export function ownership(port: number, tree: () => readonly number[]): Ownership {
  const listeners = readListeners();
  if (listeners === null) return { kind: 'unknown', host: '127.0.0.1' };
  const onPort = listeners.filter((listener) => listener.port === port);
  if (onPort.length === 0) return { kind: 'none' };
  const host = onPort.some((l) => l.host === '127.0.0.1') ? '127.0.0.1' : '::1';
  const { ours, complete } = socketsOf(tree());
  if (onPort.every((listener) => ours.has(listener.inode))) return { kind: 'ours', host };
  return complete ? { kind: 'foreign' } : { kind: 'unknown', host };
}

/** Every port on which one of these processes listens. */
export function portsOf(pids: readonly number[]): number[] {
  const { ours } = socketsOf(pids);
  const own = (readListeners() ?? []).filter((listener) => ours.has(listener.inode));
  return [...new Set(own.map((listener) => listener.port))];
}

/** `complete` is false when a process does not let us look. */
function socketsOf(pids: readonly number[]): { ours: Set<string>; complete: boolean } {
  const held = pids.map(socketInodes);
  return {
    ours: new Set(held.flatMap((inodes) => [...(inodes ?? [])])),
    complete: !held.includes(null),
  };
}

function readListeners(): Listener[] | null {
  const [ipv4 = null, ipv6 = null] = ['net/tcp', 'net/tcp6'].map(readProc);
  // A kernel without IPv6 has the first table alone.
  return ipv4 === null ? null : [ipv4, ipv6 ?? ''].flatMap(parseTable);
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
