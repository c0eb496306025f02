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
  const there = (read() ?? []).filter(({ localPort }) => localPort === at.port);
  // Of another user's process nobody can say which it is, and it listens there all the same.
  const isHeld = there.some(({ state }) => state === 'listening');
  return !isHeld && there.some(({ state }) => state === 'kept');
}
