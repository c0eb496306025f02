/** A server that ended before it was ready. */
import type { ServerFailure } from '../failures/server-failure.ts';
import { endpointText } from '../listening/endpoint.ts';
import { isKeptByClosed } from '../listening/kept-port.ts';
import type { RunningServer } from '../servers/server.ts';

/** `ended`: how. */
export function endedEarly(server: RunningServer, ended: string): ServerFailure {
  const what = `the server ended before it was ready (${ended})`;
  const isPortKept = isKeptByClosed(server.endpoint);
  // It was so when it was started, and most servers say nothing else that is of use.
  if (server.wasPortKept && isPortKept) {
    const kept = `${endpointText(server.endpoint)} is still kept by connections that have closed`;
    return server.failure('port-in-use', `${kept}: ${what}`, { taken: 'before', isPortKept });
  }
  return server.failure('exited', what, { isPortKept });
}
