/** At which of our own addresses a listener is reached. */

import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { Endpoint } from './address.ts';

/** What is tried where nothing says which it is. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

/** An attempt on this machine succeeds, or fails, at once. */
const CONNECTS_WITHIN_MS = 1000;

/**
 * Addresses to be tried for listeners that are bound to these, the likeliest first. A listener on `::` takes IPv4 as
 * well, unless it was told not to: that is not to be seen in the kernel's tables.
 */
export function hostsFor(bound: readonly (string | null)[]): string[] {
  const hosts = bound.flatMap((address) => {
    if (address === null || address === '0.0.0.0') return ['127.0.0.1'];
    return address === '::' ? LOOPBACK : [address];
  });
  const rank = (host: string) => (LOOPBACK.includes(host) ? LOOPBACK.indexOf(host) : 2);
  return [...new Set(hosts)].sort((a, b) => rank(a) - rank(b));
}

/**
 * The same without 127.0.0.1 where everything listens on `::` and takes no IPv4: then somebody else can still be bound to
 * that address. No connection is made.
 */
export async function reachableHosts(
  at: Endpoint,
  bound: readonly (string | null)[],
): Promise<string[]> {
  const hosts = hostsFor(bound).map((host) => withZone(host, networkInterfaces()));
  const isCertain = bound.some((address) => address !== '::');
  if (at.kind === 'unix' || isCertain || bound.length === 0) return hosts;
  return (await isIpv4Free(at)) ? ['::1'] : hosts;
}

/** A link-local address is one of an interface, which has to be said with it: the kernel's tables do not. */
export function withZone(
  host: string,
  interfaces: NodeJS.Dict<readonly Pick<NetworkInterfaceInfo, 'address'>[]>,
): string {
  if (!/^fe[89ab]/i.test(host)) return host;
  const [name] =
    Object.entries(interfaces).find(([, all]) => all?.some(({ address }) => address === host)) ??
    [];
  return name === undefined ? host : `${host}%${name}`;
}

/** Whether somebody takes connections there; of UDP nothing can be told. */
export async function accepts(at: Endpoint, host: string): Promise<boolean> {
  if (at.kind === 'udp') return true;
  const socket = connect(at.kind === 'unix' ? { path: at.path } : { host, port: at.port });
  socket.setTimeout(CONNECTS_WITHIN_MS);
  return await new Promise((resolve) => {
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

function isIpv4Free({ kind, port }: { kind: 'tcp' | 'udp'; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    if (kind === 'udp') {
      const socket = createSocket('udp4');
      socket.once('error', () => {
        socket.close();
        resolve(false);
      });
      socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
      return;
    }
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
