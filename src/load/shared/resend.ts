/**
 * Which requests are sent again. A connection may end while a request is on its way to it: servers close what rests, what has
 * carried enough requests, or what a replaced worker had, and not all of them say so before. A client may send such a request
 * again by itself when it is idempotent, and should do so once (RFC 9110, 9.2.2); not when a byte of an answer came. What the
 * server promises not to have looked at may be sent again whatever it is (RFC 9113, 8.7; RFC 9114, 4.1.1 and 5.2).
 */

/** A server that refuses everything would be asked for ever. */
const MOST_REFUSALS = 8;

/** Told of one that was lost and may not be sent twice; read again by whoever knows the cure. */
export const ONLY_ONCE = 'only idempotent requests may be sent again';

/** What became of one request before it was sent the last time. */
export interface Resends {
  /** Its connection ended once before any byte of an answer. */
  wasLost: boolean;
  /** How often the server refused it without looking at it. */
  refusals: number;
}

/** Its connection ended without an answer. `hasBegun`: a byte of an answer came. */
export function maySendLostAgain(
  { wasLost }: Pick<Resends, 'wasLost'>,
  { isIdempotent }: { readonly isIdempotent: boolean },
  hasBegun: boolean,
): boolean {
  return isIdempotent && !wasLost && !hasBegun;
}

/** The server refused it without looking at it. */
export function maySendRefusedAgain({ refusals }: Pick<Resends, 'refusals'>): boolean {
  return refusals < MOST_REFUSALS;
}
