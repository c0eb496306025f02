/**
 * Whether a port is kept by connections that a server has closed itself (TIME_WAIT, a minute long). Who does not set SO_REUSEADDR may not
 * listen there until then, and nobody listens there all the same. Linux only.
 */
import { type InetSocket, readTcpSockets } from '../../system/kernel/socket-tables.ts';
import type { Endpoint } from './address.ts';

export function isKeptByClosed(
  at: Endpoint,
  read: () => readonly Pick<InetSocket, 'localPort' | 'state'>[] | null = readTcpSockets,
): boolean {
  if (process.platform !== 'linux' || at.kind !== 'tcp') return false;
  const there = rowsAt(at.port, read);
  // Of another user's process nobody can say which it is, and it listens there all the same.
  const isHeld = there.some(({ state }) => state === 'listening');
  return !isHeld && there.some(({ state }) => state === 'kept');
}

/** Somebody still has a connection there that is open: a server that is just ending, or a process that it has left behind. */
export function hasOpenConnection(
  at: Endpoint,
  read: () => readonly Pick<InetSocket, 'localPort' | 'state' | 'inode'>[] | null = readTcpSockets,
): boolean {
  if (process.platform !== 'linux' || at.kind !== 'tcp') return false;
  const open = rowsAt(at.port, read).filter(({ state }) => state !== 'kept');
  return open.some(({ state, inode }) => state !== 'listening' && inode !== '0');
}

function rowsAt<Row extends Pick<InetSocket, 'localPort'>>(
  port: number,
  read: () => readonly Row[] | null,
): Row[] {
  return (read() ?? []).filter(({ localPort }) => localPort === port);
}
