/** Ports for the servers under test. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { Arm } from '../../config/experiment.ts';

/**
 * Below the kernel's range for outgoing connections (32768 and up), so that no client's port can
 * take a server's between two blocks; always five digits, so that both arms' environments are
 * equally long (environment size moves results: Mytkowicz et al. 2009).
 */
const FIRST = 20000;
const LAST = 32000;
const TRIES = 100;

/** A port that is free now, none of `taken`. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(FIRST, LAST);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${LAST} after ${TRIES} tries`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}

/** One port per server and arm, the same for the whole run so that builds, hooks and servers agree. */
export interface Ports {
  of(server: string, arm: Arm): Promise<number>;
}

/** Ports are looked for when they are first asked for. */
export function choosePorts(): Ports {
  const chosen = new Map<string, number>();
  return {
    of: async (server, arm) => {
      const key = `${server}/${arm}`;
      const port = chosen.get(key) ?? (await freePort(new Set(chosen.values())));
      chosen.set(key, port);
      return port;
    },
  };
}
