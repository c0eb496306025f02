/** What one arm did in one block, as a measurement keeps it: its load, its processes' time and memory, its phases. */

import * as z from 'zod';
import { ErrorCounts } from '../../load/results.ts';
import { OCTAVES } from '../../load/shared/body-sizes.ts';
import { PeerCode } from '../../load/unexpected.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

/**
 * Open-loop phase of one arm in one block. Quantiles are microseconds from the intended send. `segments`: each
 * by itself, in order; the other figures: all of them together.
 */
export const LatencyObservation = z.strictObject({
  /** Scheduled pieces of work per second, and how many there were. */
  perSecond: z.number().positive(),
  scheduled: z.int().positive(),
  segments: z.strictObject({
    /** Pieces of work that were scheduled in each. */
    scheduled: z.array(z.int().positive()).min(1),
    /** Of these, released more than a millisecond late by the generator itself. */
    late: z.array(z.int().nonnegative()),
    /** Microseconds from the first intended send to the last answer. */
    durationUs: z.array(z.number().nonnegative()),
    p50Us: z.array(z.number().nonnegative()),
    p90Us: z.array(z.number().nonnegative()),
    p99Us: z.array(z.number().nonnegative()),
  }),
  /**
   * CPU time of the process tree during each segment of this arm, by run times; null where the kernel has none, absent in
   * files of older versions.
   */
  cpuMs: z.array(z.number().nonnegative()).nullable().optional(),
  p50Us: z.number().nonnegative(),
  p90Us: z.number().nonnegative(),
  p99Us: z.number().nonnegative(),
  p999Us: z.number().nonnegative(),
  maxUs: z.number().nonnegative(),
  /** HdrHistogram V2 of microseconds, compressed, base64: for any tool that reads it. */
  histogram: z.string(),
});
export type LatencyObservation = DeepReadonly<z.infer<typeof LatencyObservation>>;

/** Unbroken closed-loop phase of one arm in one block. */
export const SteadyObservation = z.strictObject({
  /** Good answers in each whole window of 100 ms. */
  windows: z.array(z.int().nonnegative()),
  /** Longest time without any good answer, to the millisecond. */
  longestStallMs: z.number().nonnegative(),
});
export type SteadyObservation = DeepReadonly<z.infer<typeof SteadyObservation>>;

/** One arm of one block of a hold scenario. Requests are in `good`, `attempted`, `errors`, their times in `latency`. */
export const HoldObservation = z.strictObject({
  /** opened + refused + timedOut = the scenario's connections. */
  opened: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  timedOut: z.int().nonnegative(),
  /** Of those opened, closed by the server's side before the end of the hold. */
  dropped: z.int().nonnegative(),
  /** From the moment that the first one was due to the last connection's opening or failure. */
  openMs: z.number().nonnegative(),
  /** Microseconds from the beginning of an attempt to a usable connection. */
  connectP50Us: z.number().nonnegative(),
  connectP99Us: z.number().nonnegative(),
  connectMaxUs: z.number().nonnegative(),
  /** Resident memory of the tree before the first connection, and while all are held. */
  rssBeforeBytes: z.number().nullable(),
  rssHeldBytes: z.number().nullable(),
});
export type HoldObservation = DeepReadonly<z.infer<typeof HoldObservation>>;

/** What one arm did in one block, from its first measured slice to its last. */
export const ArmObservation = z.strictObject({
  startMs: z.number().nonnegative(),
  good: z.int().nonnegative(),
  attempted: z.int().nonnegative(),
  errors: ErrorCounts,
  /** Of those attempted, sent once more: their connection had ended before any answer, or they were refused. Absent: none. */
  resent: z.int().positive().optional(),
  /** An error code of HTTP/2 or HTTP/3 with which the server had refused or ended such requests. Absent: it gave none. */
  resentFor: PeerCode.optional(),
  /** Good answers by the length of their body: none, 1 byte, 2 to 3, 4 to 7 and so on. Absent: its engine does not count them. */
  bodySizes: z.array(z.int().nonnegative()).min(1).max(OCTAVES).optional(),
  /**
   * CPU time of the process tree during each group of four slices (this arm's and the other's), by the
   * nanosecond run times of live threads; null where the kernel has none.
   */
  cpuMs: z.array(z.number().nonnegative()).nullable(),
  /** Over all groups, by utime+stime, which include threads and children that ended; 10 ms steps. */
  cpuTicksMs: z.number().nullable(),
  /** Run time of the thread that ran most, over all groups; null where run times are not known. */
  busiestThreadMs: z.number().nonnegative().nullable(),
  /**
   * Where the server has several processes that do the same work: CPU time of each over the slices, the busiest first. Absent
   * where it has not.
   */
  workersMs: z.array(z.number().nonnegative()).optional(),
  /**
   * CPU time of what runs beside the servers, for this arm's slices; null where it could not be read, absent where there is
   * nothing.
   */
  besideMs: z.number().nonnegative().nullable().optional(),
  /**
   * CPU time of the generator's busiest process over wall time of this arm's slices, 1 = one whole core;
   * 0 where there are no slices.
   */
  generatorBusy: z.number().nonnegative(),
  /**
   * Share of the same time in which the generator was ready to run and had no core: the mean of its processes. Absent where the
   * kernel does not say, where there are no slices, of a command, and in files of older versions.
   */
  generatorQueued: z.number().min(0).optional(),
  /** Work done by this arm in the block's slices when each memory sample was taken: fixed numbers, ascending. */
  memoryAfter: z.array(z.int().nonnegative()),
  /** Resident memory of the tree at each of these; empty where it cannot be read. Shared pages count in each process. */
  rssBytes: z.array(z.number()),
  /** Proportional set size at each of these: a shared page is divided among those that share it. */
  pssBytes: z.array(z.number()),
  /** Sum over the processes of the most that each ever had resident, after the last slice; null where unknown. */
  peakBytes: z.number().nullable(),
  latency: LatencyObservation.nullable(),
  steady: SteadyObservation.nullable(),
  hold: HoldObservation.nullable(),
});
export type ArmObservation = DeepReadonly<z.infer<typeof ArmObservation>>;
