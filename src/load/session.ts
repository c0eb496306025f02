/** What every load engine offers: one target, loaded in slices. */
import type { Arrivals } from './arrivals.ts';
import type { ErrorCounts, ErrorKind, SliceResult } from './results.ts';
import type { Told } from './unexpected.ts';

export interface SessionSlice extends Omit<SliceResult, 'arm'> {
  /** Why the slice stopped trying; null when every piece of work was really attempted. */
  gaveUp: ErrorKind | null;
}

/** Hears of every failure, in words. `label`: of the kind of request, where there are several. */
export type OnError = (kind: ErrorKind, message: Told, label?: string) => void;

/**
 * The load on one arm. Its constructor opens nothing, and throws when the scenario cannot be sent.
 * Whatever the peer does, a session never throws outside its calls, and every call ends.
 */
export interface Session extends Disposable {
  /** What does the work, with its version where it is not our own: `http1`, `ws 8.18.3`. */
  readonly engine: string;
  /** Opens every connection, a few at a time. Rejects when none could be opened. */
  open(): Promise<void>;
  /** Every connection is open: `prepare` has nothing to do. */
  readonly isPrepared: boolean;
  /** Opens what was closed since the last slice. What cannot be opened now is tried again by the slice. */
  prepare(): Promise<void>;
  /**
   * Does exactly this much work, requests or messages, as fast as it can; or whatever the arrivals make
   * due. good + errors = work. Prepares first, outside of the measured time.
   */
  slice(work: number | Arrivals): Promise<SessionSlice>;
  /** Goes past so much work without doing it, so that what follows is again what the other arm gets. */
  skip(work: number): void;
  /** Closes idle connections until the next slice, so that others find a server that serves few at a time free. */
  rest(): void;
  /** Closes every connection. A slice that still runs is given up. */
  [Symbol.dispose](): void;
}

/** All zero. */
export function noErrors(): ErrorCounts {
  return { connect: 0, timeout: 0, closed: 0, protocol: 0, status: 0, body: 0 };
}

/** Of several loads, kind by kind. */
export function sumErrors(counts: Iterable<ErrorCounts>): ErrorCounts {
  const sum = noErrors();
  for (const one of counts) {
    for (const kind of Object.keys(sum) as ErrorKind[]) sum[kind] += one[kind];
  }
  return sum;
}

/**
 * Milliseconds on the machine's monotonic clock, which all its processes share (CLOCK_MONOTONIC on
 * Linux). `performance.now` counts from each process's own start.
 */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
