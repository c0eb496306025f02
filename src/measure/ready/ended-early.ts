/** A server that ended before it was ready. */
import { mayLackAddress, portsInUse } from '../failures/address-signs.ts';
import type { ServerFailure } from '../failures/server-failure.ts';
import type { Endpoint } from '../listening/address.ts';
import { endpointText } from '../listening/endpoint.ts';
import { isKeptByClosed } from '../listening/kept-port.ts';
import type { RunningServer } from '../servers/server.ts';
import { tellsError } from './repeated-error.ts';

/** `ended`: how. */
export function endedEarly(server: RunningServer, ended: string): ServerFailure {
  const what = `the server ended before it was ready (${ended})`;
  const output = server.output();
  const isPortKept = isKeptByClosed(server.endpoint);
  const isStillKept = server.wasPortKept === true && isPortKept;
  // Many say nothing of use where they may not listen. Who tells of another error has ended for that one.
  const own = isStillKept && (mayLackAddress(output) || !tellsError(output));
  const at = otherKept(server.endpoint, output) ?? (own ? server.endpoint : null);
  if (at !== null) {
    const kept = `${endpointText(at)} is still kept by connections that have closed`;
    return server.failure('port-in-use', `${kept}: ${what}`, { taken: 'before', isPortKept: true });
  }
  return server.failure('exited', what, { isPortKept });
}

/** Another port that it listens on, as one for metrics or of a program behind it, which it says that it may not have. */
function otherKept(own: Endpoint, output: string): Endpoint | null {
  const others = portsInUse(output)
    .map((port) => ({ kind: 'tcp', port }) as const)
    .filter(({ port }) => own.kind === 'unix' || port !== own.port);
  return others.find((at) => isKeptByClosed(at)) ?? null;
}
