/** Ports for the servers under test. */
import { randomInt } from 'node:crypto';
import { createSocket, type SocketType } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { readProc } from '../../system/kernel/proc-stat.ts';
import { readListeners } from './listener-tables.ts';

/**
 * Always five digits, so that both arms' environments are equally long (environment size moves
 * results: Mytkowicz et al. 2009).
 */
const PLACES: readonly Range[] = [
  // Below the kernel's usual range for outgoing connections (32768 and up).
  { first: 20_000, last: 31_999 },
  { first: 10_000, last: 19_999 },
  // Above it, where it has been narrowed.
  { first: 32_000, last: 65_535 },
];
const TRIES = 100;

export interface Range {
  first: number;
  last: number;
}

/** A port that is nobody else's while it is held. */
export interface HeldPort extends Disposable {
  port: number;
}

/**
 * A port that is free now, for TCP and for UDP, none of `taken`, and outside of the range from which the
 * kernel takes ports for outgoing connections, so that no client's can take a server's between two blocks.
 */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  const { port, claim } = await findPort(taken);
  claim?.close();
  return port;
}

/** As `freePort`; another gate on this machine does not choose it either, until it is let go. */
export async function holdPort(taken: ReadonlySet<number> = new Set()): Promise<HeldPort> {
  const { port, claim } = await findPort(taken);
  return { port, [Symbol.dispose]: () => void claim?.close() };
}

async function findPort(
  taken: ReadonlySet<number>,
): Promise<{ port: number; claim: Server | null }> {
  const places = placesOutside(outgoingRange());
  for (const { first, last } of places) {
    for (let i = 0; i < TRIES; i++) {
      const port = randomInt(first, last + 1);
      if (taken.has(port) || !(await isFree(port)) || !(await isFree(port, 'udp'))) continue;
      const claim = await claimOf(port);
      if (claim !== 'taken') return { port, claim };
    }
  }
  const tried = places.map(({ first, last }) => `${first}-${last}`).join(', ');
  throw new Error(`no free port in ${tried} after ${TRIES} tries in each`);
}

/**
 * Where servers' ports may be. Where the kernel's own range leaves nothing (1024-65535), the usual places:
 * its clients take one only while nobody listens there.
 */
export function placesOutside(outgoing: Range): Range[] {
  const parts = PLACES.flatMap(({ first, last }) => [
    { first, last: Math.min(last, outgoing.first - 1) },
    { first: Math.max(first, outgoing.last + 1), last },
  ]).filter(({ first, last }) => first <= last);
  return parts.length > 0 ? parts : [...PLACES];
}

function outgoingRange(): Range {
  const [, first, last] =
    /^(\d+)\s+(\d+)/.exec(readProc('sys/net/ipv4/ip_local_port_range') ?? '') ?? [];
  return first === undefined
    ? { first: 49_152, last: 65_535 }
    : { first: Number(first), last: Number(last) };
}

/**
 * A socket in Linux's abstract name space, which reaches exactly as far as the ports do (a network name
 * space), can be had once, and is gone with its process. Null where there is no such thing.
 */
function claimOf(port: number): Promise<Server | null | 'taken'> {
  if (process.platform !== 'linux') return Promise.resolve(null);
  return new Promise((resolve) => {
    const claim = createServer((socket) => socket.destroy());
    claim.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRINUSE' ? 'taken' : null),
    );
    claim.listen({ path: `\0throughput-gate-port-${port}` }, () => resolve(claim));
    claim.unref();
  });
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
