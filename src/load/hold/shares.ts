/** How a hold is divided among processes and loopback addresses. Pure. */
import type { HoldScenario } from '../../config/experiment/scenario.ts';
import type { Share } from '../sequence.ts';
import type { HoldLimits } from './limits.ts';
import type { Sources } from './results.ts';

/** Files that a holder has open besides its connections, and some to spare. */
export const HOLDER_FILES_TO_SPARE = 100;
/** More would make one process slow at what it does for all of them, and need a second address. */
const MOST_CONNECTIONS_EACH = 25_000;

/** Processes that can keep so many connections; Infinity when a process cannot keep any. */
export function holdersFor(
  connections: number,
  { openFiles }: Pick<HoldLimits, 'openFiles'>,
): number {
  const each = Math.min(
    MOST_CONNECTIONS_EACH,
    (openFiles ?? Number.POSITIVE_INFINITY) - HOLDER_FILES_TO_SPARE,
  );
  return each < 1 ? Number.POSITIVE_INFINITY : Math.ceil(connections / each);
}

/** Addresses that one process needs for its share of the connections. */
export function addressesFor(share: number, ports: Sources['ports']): number {
  return Math.max(1, Math.ceil(share / (ports.to - ports.from + 1)));
}

/**
 * Addresses of this machine that no other hold uses: within 127.0.0.0/8, away from 127.0.0.1 and what
 * systems put near it (127.0.0.53, 127.0.1.1). `seed`: of this process; `number`: how many it has had.
 */
export function loopbackAddress(seed: number, number: number): string {
  const group = (seed * 251 + Math.floor(number / 254)) % (128 * 256);
  return `127.${64 + (group >> 8)}.${group & 255}.${1 + (number % 254)}`;
}

/** Requests of a whole hold. */
export function requestsOf({ perSecond, holdMs }: HoldScenario): number {
  return Math.max(1, Math.round((perSecond * holdMs) / 1000));
}

/** Of things that are dealt out in turn. */
export function shareOf(all: number, { index, of }: Share): number {
  return Math.max(0, Math.ceil((all - index) / of));
}
