/** A server that ended before it was ready. */
import type { ServerFailure } from '../failures/server-failure.ts';
import { isKeptByClosed } from '../listening/kept-port.ts';
import type { RunningServer } from '../servers/server.ts';

/** `ended`: how. */
export function endedEarly(server: RunningServer, ended: string): ServerFailure {
  const isPortKept = isKeptByClosed(server.endpoint);
  return server.failure('exited', `the server ended before it was ready (${ended})`, {
    isPortKept,
  });
}
