/** Who listens where: so that a stale server's answers are never taken for ours. */
import { readProc } from '../../proc-stat.ts';
import { socketInodes } from '../probes/proc.ts';
import { type Endpoint, endpointInWords } from './endpoint.ts';

export interface Listener {
  at: Endpoint;
  inode: string;
  /** Loopback address at which it can be reached; of a Unix socket it says nothing. */
  host: '127.0.0.1' | '::1';
}

export type Ownership =
  /** Listens, and every listener there is ours. */
  | { kind: 'ours'; host: Listener['host'] }
  /** Somebody else listens there. */
  | { kind: 'foreign' }
  /** Nobody listens there. */
  | { kind: 'none' }
  /** Somebody may listen, and it cannot be told who. */
  | { kind: 'unknown'; host: Listener['host'] };

/** States in the kernel's net/tcp_states.h: TCP_LISTEN; TCP_CLOSE, which a UDP socket without a peer has. */
const LISTEN = { tcp: '0A', udp: '07' };
/** __SO_ACCEPTCON in the flags of a Unix socket: it listens. */
const ACCEPTS = 0x10000;

/**
 * `tree`: lists our processes. It is asked after the listeners were read, so that a process that was
 * born and listened in between is known, and only when somebody listens, because it looks through
 * all of /proc.
 */
export function ownership(at: Endpoint, tree: () => readonly number[]): Ownership {
  const listeners = readListeners(at.kind);
  if (listeners === null) return { kind: 'unknown', host: '127.0.0.1' };
  const there = listeners.filter((listener) => isSame(listener.at, at));
  if (there.length === 0) return { kind: 'none' };
  const host = there.some((l) => l.host === '127.0.0.1') ? '127.0.0.1' : '::1';
  const { ours, complete } = socketsOf(tree());
  if (there.every((listener) => ours.has(listener.inode))) return { kind: 'ours', host };
  return complete ? { kind: 'foreign' } : { kind: 'unknown', host };
}

/** Everything on which one of these processes listens, ports first. */
export function endpointsOf(pids: readonly number[]): Endpoint[] {
  const { ours } = socketsOf(pids);
  const own = (['tcp', 'udp', 'unix'] as const)
    .flatMap((kind) => readListeners(kind) ?? [])
    .filter((listener) => ours.has(listener.inode));
  return [...new Map(own.map(({ at }) => [endpointInWords(at), at])).values()];
}

/** `complete` is false when a process does not let us look. */
function socketsOf(pids: readonly number[]): { ours: Set<string>; complete: boolean } {
  const held = pids.map(socketInodes);
  return {
    ours: new Set(held.flatMap((inodes) => [...(inodes ?? [])])),
    complete: !held.includes(null),
  };
}

function isSame(a: Endpoint, b: Endpoint): boolean {
  if (a.kind === 'unix' || b.kind === 'unix') {
    return a.kind === 'unix' && b.kind === 'unix' && a.path === b.path;
  }
  return a.kind === b.kind && a.port === b.port;
}

function readListeners(kind: Endpoint['kind']): Listener[] | null {
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
