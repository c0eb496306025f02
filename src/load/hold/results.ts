/** What a holder process reports of its share, and what it needs to know. */
import type { HoldScenario } from '../../config/experiment/scenario.ts';
import type { ErrorCounts, ErrorKind } from '../results.ts';
import type { Target } from '../target.ts';
import type { Complaint } from '../unexpected.ts';

export type HoldTarget = Target<HoldScenario>;

/** Where a process's connections come from; no other process may use these addresses. */
export interface Sources {
  /** Loopback addresses, used one after the other. */
  addresses: string[];
  /** Ports of each address, both ends included. */
  ports: { from: number; to: number };
}

export type HoldSample = Complaint<ErrorKind>;

/** What became of a share of the connections. */
export interface OpenedShare {
  /** opened + refused + timedOut = the share. */
  opened: number;
  refused: number;
  timedOut: number;
  /** First attempt, and the last connection's opening or failure, by `machineMs`. */
  firstMs: number;
  lastMs: number;
  /** Microseconds from attempt to usable of every opened connection: HdrHistogram V2, compressed, base64. */
  connects: string;
  samples: HoldSample[];
}

/** What became of a share of the requests. good + sum(errors) = scheduled. */
export interface HeldShare {
  scheduled: number;
  good: number;
  errors: ErrorCounts;
  /** In the order of their numbers; only those that have a request of this share. */
  segments: HeldSegment[];
  samples: HoldSample[];
}

/** Requests that follow each other, over all processes: those with numbers from `index` × size on. */
export interface HeldSegment {
  index: number;
  scheduled: number;
  /** Released by the process itself more than a millisecond late. */
  late: number;
  /** First intended send and last answer or failure, by `machineMs`. */
  firstMs: number;
  lastMs: number;
  /** Microseconds from the intended send of every request, failures included. */
  latencies: string;
}
