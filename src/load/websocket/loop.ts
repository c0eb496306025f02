/** What the two modes have in common. */
import type { Arrivals } from '../arrivals.ts';
import type { OnError, SessionSlice } from '../session.ts';
import type { Connection, ConnectionOwner } from './connection.ts';

/**
 * How messages go over the connections of a session, one slice after the other. `opened` and
 * `refused` are told to it only while a slice runs, `received` and `lost` always.
 */
export interface Loop extends ConnectionOwner {
  /** In the order in which they are opened. */
  readonly connections: readonly Connection[];
  /** Pause between the opening of connections and the first message. */
  readonly settleMs: number;
  /** Whether anything can be measured with what is open. */
  canWork(): boolean;
  /** Resolves when nothing is in flight any more. */
  slice(arrivals: Arrivals, onError: OnError): Promise<SessionSlice>;
  /** Looks for what takes too long: by `lostMs` more than its timeout. */
  sweep(nowMs: number, lostMs: number): void;
  /** Gives up the slice that runs, if one does. */
  stop(): void;
}
