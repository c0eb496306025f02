/** Who listens where: so that a stale server's answers are never taken for ours. */

import { readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { socketInodes } from '../../system/kernel/proc.ts';
import type { Endpoint } from './address.ts';
import { endpointText } from './endpoint.ts';
import { type Listener, readListeners } from './listener-tables.ts';

/** `bound`: the addresses of all listeners there; none where they cannot be seen. */
export type Ownership =
  /** Listens, and every listener there is ours. */
  | { kind: 'ours'; bound: readonly (string | null)[] }
  /** Somebody else listens there. */
  | { kind: 'foreign' }
  /** Nobody listens there. */
  | { kind: 'none' }
  /** Somebody may listen, and it cannot be told who. */
  | { kind: 'unknown'; bound: readonly (string | null)[] };

/**
 * `tree`: lists our processes. It is asked after the listeners were read, so that a process that was
 * born and listened in between is known, and only when somebody listens, because it looks through
 * all of /proc.
 */
export function ownership(at: Endpoint, tree: () => readonly number[]): Ownership {
  const listeners = readListeners(at.kind);
  if (listeners === null) return { kind: 'unknown', bound: [] };
  const there = listeners.filter((listener) => isSame(listener.at, at));
  if (there.length === 0) {
    return isSocketFile(at) ? { kind: 'unknown', bound: [null] } : { kind: 'none' };
  }
  const bound = [...new Set(there.map(({ address }) => address))];
  const { ours, complete } = socketsOf(tree());
  if (there.every((listener) => ours.has(listener.inode))) return { kind: 'ours', bound };
  return complete ? { kind: 'foreign' } : { kind: 'unknown', bound };
}

/** Of a server that was ready: it still runs, and nobody listens there now. */
export function listensNoLonger({
  endpoint,
  tree,
  ended,
}: {
  endpoint: Endpoint;
  tree: () => readonly number[];
  ended: () => string | null;
}): boolean {
  return ended() === null && ownership(endpoint, tree).kind === 'none';
}

/** A place where our processes listen. */
export interface Place {
  at: Endpoint;
  bound: readonly (string | null)[];
  /** In another network namespace than ours: nothing that we send gets there. */
  isApart: boolean;
}

/** Everything on which one of these processes listens, ports first. */
export function placesOf(pids: readonly number[]): Place[] {
  const { ours } = socketsOf(pids);
  const away = apart(pids);
  const namespaces = [undefined, ...away];
  const found = new Map<string, { at: Endpoint; bound: (string | null)[]; isApart: boolean }>();
  for (const pid of namespaces) {
    for (const kind of ['tcp', 'udp', 'unix'] as const) {
      for (const { at: bound, inode, address } of readListeners(kind, pid) ?? []) {
        const owner = ours.get(inode);
        if (owner === undefined) continue;
        const at = wholePath(bound, owner);
        const isApart = pid !== undefined && kind !== 'unix';
        const key = `${isApart} ${endpointText(at)}`;
        const place = found.get(key) ?? { at, bound: [], isApart };
        if (!place.bound.includes(address)) place.bound.push(address);
        found.set(key, place);
      }
    }
  }
  return [...found.values()];
}

/** One of these processes for each network namespace that is not ours. */
function apart(pids: readonly number[]): number[] {
  const own = namespaceOf('self');
  const seen = new Map<string, number>();
  for (const pid of pids) {
    const namespace = namespaceOf(pid);
    if (own !== null && namespace !== null && namespace !== own) seen.set(namespace, pid);
  }
  return [...seen.values()];
}

function namespaceOf(pid: number | 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return null;
  }
}

/**
 * The kernel knows a Unix socket by the path that it was bound to: of one that was renamed since, or
 * bound to a relative path, only its file can be seen.
 */
function isSocketFile(at: Endpoint): boolean {
  return at.kind === 'unix' && statSync(at.path, { throwIfNoEntry: false })?.isSocket() === true;
}

/** A Unix socket that was bound to a relative path is in the folder of its process. */
function wholePath(at: Endpoint, pid: number): Endpoint {
  if (at.kind !== 'unix' || /^[/@]/.test(at.path)) return at;
  try {
    return { kind: 'unix', path: join(readlinkSync(`/proc/${pid}/cwd`), at.path) };
  } catch {
    return at;
  }
}

/** Sockets by inode, each with a process that holds it. `complete` is false when a process does not let us look. */
function socketsOf(pids: readonly number[]): { ours: Map<string, number>; complete: boolean } {
  const ours = new Map<string, number>();
  let complete = true;
  for (const pid of pids) {
    const inodes = socketInodes(pid);
    if (inodes === null) complete = false;
    for (const inode of inodes ?? []) ours.set(inode, pid);
  }
  return { ours, complete };
}

function isSame(a: Endpoint, b: Listener['at']): boolean {
  if (a.kind === 'unix' || b.kind === 'unix') {
    return a.kind === 'unix' && b.kind === 'unix' && a.path === b.path;
  }
  return a.kind === b.kind && a.port === b.port;
}
