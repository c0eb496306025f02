/** How a server of gRPC is asked whether it is ready: by a call. Some reset the stream of a plain request (those on the C core, as in Python). Pure. */

import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Ready } from '../../config/experiment/server.ts';
import { isGrpcType } from '../../config/values/grpc-type.ts';

/** Of no method, so that it does nothing: any server of gRPC answers it by status 200, and says behind it that it has no such method. */
const CALL = {
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'application/grpc', te: 'trailers' },
} as const;

/** What `ready` asks for under this load; as it is where the user has said what to ask, or the load does not call. */
export function askedUnder(scenario: Scenario, ready: Ready): Ready {
  const { method, path, headers, status } = ready;
  const isOwn =
    method !== 'GET' || path !== '/' || status !== null || Object.keys(headers).length > 0;
  return isOwn || !calls(scenario) ? ready : { ...ready, ...CALL };
}

function calls(scenario: Scenario): boolean {
  if (scenario.kind !== 'http') return false;
  if (scenario.protocol !== 'http2' && scenario.protocol !== 'http3') return false;
  return scenario.requests.every(({ headers }) =>
    Object.entries(headers).some(
      ([name, value]) => name.toLowerCase() === 'content-type' && isGrpcType(value.trim()),
    ),
  );
}
