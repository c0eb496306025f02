/**
 * Whether a port is kept by connections that a server has closed itself (TIME_WAIT, a minute long). Who does not set SO_REUSEADDR may not
 * listen there until then, and nobody listens there all the same. Linux only.
 */
import { readTcpSockets } from '../../system/kernel/socket-tables.ts';
import type { Endpoint } from './address.ts';

export function isKeptByClosed(at: Endpoint): boolean {
  if (process.platform !== 'linux' || at.kind !== 'tcp') return false;
  return (readTcpSockets() ?? []).some(
    ({ localPort, state }) => localPort === at.port && state === 'kept',
  );
}
