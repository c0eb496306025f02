/** Ports for the servers under test. */
import { randomInt } from 'node:crypto';
import { createSocket, type SocketType } from 'node:dgram';
import { createServer } from 'node:net';
import { readListeners } from './listener-tables.ts';

/**
 * Below the kernel's range for outgoing connections (32768 and up), so that no client's port can
 * take a server's between two blocks; always five digits, so that both arms' environments are
 * equally long (environment size moves results: Mytkowicz et al. 2009).
 */
const FIRST = 20000;
const LAST = 32000;
const TRIES = 100;

/** A port that is free now, for TCP and for UDP, none of `taken`. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(FIRST, LAST);
    if (!taken.has(port) && (await isFree(port)) && (await isFree(port, 'udp'))) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${LAST} after ${TRIES} tries`);
}

/** Whether nobody listens there, on any address. */
export async function isFree(port: number, transport: 'tcp' | 'udp' = 'tcp'): Promise<boolean> {
  const refusal = transport === 'tcp' ? await tryTcp(port) : await tryUdpOfAnyKernel(port);
  if (refusal === null || refusal === 'EADDRINUSE') return refusal === null;
  // Not for us to bind, as ports below 1024 may be: that says nothing about who has it. Without the
  // kernel's tables nobody can be seen there, and the server itself will find out.
  const listeners = readListeners(transport) ?? [];
  return listeners.every(({ at }) => at.kind === 'unix' || at.port !== port);
}

/** Null when the port could be bound on every address, else the error's code. */
function tryTcp(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    probe.listen(port, () => probe.close(() => resolve(null)));
  });
}

/** As `tryTcp`; a kernel without IPv6 has no such sockets. */
async function tryUdpOfAnyKernel(port: number): Promise<string | null> {
  const answer = await tryUdp(port, 'udp6');
  return answer === 'EAFNOSUPPORT' ? await tryUdp(port, 'udp4') : answer;
}

function tryUdp(port: number, type: SocketType): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createSocket(type);
    probe.once('error', (error: NodeJS.ErrnoException) => {
      probe.close();
      resolve(error.code ?? 'unknown');
    });
    probe.bind(port, () => probe.close(() => resolve(null)));
  });
}
