/** What a server is expected to listen on. */

import { rm } from 'node:fs/promises';
import type { Protocol } from '../../config/experiment/scenario.ts';
import type { Address, Endpoint } from './address.ts';
import { isFree } from './ports.ts';

/** Where a server that speaks this protocol listens; HTTP/3 runs over UDP. */
export function endpointOf({ port, socket }: Address, protocol: Protocol): Endpoint {
  if (socket !== null) return { kind: 'unix', path: socket };
  return { kind: protocol === 'http3' ? 'udp' : 'tcp', port };
}

/** "port 8080", "UDP port 8443", "the Unix socket /tmp/x.sock". */
export function endpointText(endpoint: Endpoint): string {
  // Some pad the name of an abstract socket with zeros, up to the longest that there may be.
  if (endpoint.kind === 'unix')
    return `the Unix socket ${endpoint.path.replace(/(?<=^@.*[^@])@+$/, '')}`;
  return `${endpoint.kind === 'udp' ? 'UDP port' : 'port'} ${endpoint.port}`;
}

/** The path that connects: the kernel's tables write each zero of an abstract socket as `@`, and files have whole paths. */
export function pathToConnect({ path }: Extract<Endpoint, { kind: 'unix' }>): string {
  return path.startsWith('@') ? path.replaceAll('@', '\0') : path;
}

/**
 * Makes room for a server: false when somebody listens there. A socket file that an earlier server
 * left is removed, as nobody could listen at its path otherwise.
 */
export async function vacate(endpoint: Endpoint): Promise<boolean> {
  if (endpoint.kind !== 'unix') return await isFree(endpoint.port, endpoint.kind);
  await rm(endpoint.path, { force: true });
  return true;
}
