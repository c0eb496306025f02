/** Who listens where: so that a stale server's answers are never taken for ours. */

import { statSync } from 'node:fs';
import { socketInodes } from '../../system/proc.ts';
import type { Endpoint } from './address.ts';
import { endpointText } from './endpoint.ts';
import { type Listener, readListeners } from './listener-tables.ts';

export type Ownership =
  /** Listens, and every listener there is ours. */
  | { kind: 'ours'; host: Listener['host'] }
  /** Somebody else listens there. */
  | { kind: 'foreign' }
  /** Nobody listens there. */
  | { kind: 'none' }
  /** Somebody may listen, and it cannot be told who. */
  | { kind: 'unknown'; host: Listener['host'] };

/**
 * `tree`: lists our processes. It is asked after the listeners were read, so that a process that was
 * born and listened in between is known, and only when somebody listens, because it looks through
 * all of /proc.
 */
export function ownership(at: Endpoint, tree: () => readonly number[]): Ownership {
  const listeners = readListeners(at.kind);
  if (listeners === null) return { kind: 'unknown', host: '127.0.0.1' };
  const there = listeners.filter((listener) => isSame(listener.at, at));
  if (there.length === 0) {
    return isSocketFile(at) ? { kind: 'unknown', host: '127.0.0.1' } : { kind: 'none' };
  }
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
  return [...new Map(own.map(({ at }) => [endpointText(at), at])).values()];
}

/**
 * The kernel knows a Unix socket by the path that it was bound to: of one that was renamed since, or
 * bound to a relative path, only its file can be seen.
 */
function isSocketFile(at: Endpoint): boolean {
  return at.kind === 'unix' && statSync(at.path, { throwIfNoEntry: false })?.isSocket() === true;
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
