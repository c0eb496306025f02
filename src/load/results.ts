/** What a load engine reports: of a slice, of a segment at a rate, of an unbroken phase; and failures in words. */
import * as z from 'zod';
import type { Arm } from '../terms/arm.ts';
import type { Answered, Complaint } from './unexpected.ts';

/**
 * Ways in which a request can fail. None of them counts as throughput.
 * `connect`: the connection was refused or reset while opening. `timeout`: no complete answer in
 * time. `closed`: the peer closed or reset before the answer was complete. `protocol`: bytes that
 * are not a valid answer, or bytes that nobody asked for. `status`, `body`: a valid answer, but not
 * the expected one.
 */
export const ErrorCounts = z.strictObject({
  connect: z.int().nonnegative(),
  timeout: z.int().nonnegative(),
  closed: z.int().nonnegative(),
  protocol: z.int().nonnegative(),
  status: z.int().nonnegative(),
  body: z.int().nonnegative(),
});
export type ErrorCounts = z.infer<typeof ErrorCounts>;
export type ErrorKind = keyof ErrorCounts;

/** What is known of every run of load. The unit of work is a request, or a WebSocket message received. */
export interface LoadCounts {
  /** On the machine's monotonic clock (`machineMs`), which several generator processes share. */
  startedAtMs: number;
  durationUs: number;
  /** Work that was answered as expected. Where so much was asked for, good + sum(errors) is that (of a command: what it did). */
  good: number;
  errors: ErrorCounts;
  /** Pieces of work among these that were sent once more: their connection had ended before any answer, or they were refused. */
  resent: number;
  /** An error code of HTTP/2 or HTTP/3 for which they were; absent: the server gave none. */
  resentFor?: string;
  /** Good answers by the octave of their body's length; absent: the engine does not count them. */
  bodySizes?: number[];
  /** CPU time that the generator used meanwhile: its busiest process; of a command `limitingCpuUs`. */
  generatorCpuUs: number;
  /**
   * Time that the generator was ready to run and had no core, of slices: the mean of its processes. Absent where the kernel does
   * not say, of a command, and of the other phases.
   */
  generatorQueuedUs?: number;
}

/** One run of fixed work on one arm, timed from the first write to the last answer. */
export interface SliceResult extends LoadCounts {
  arm: Arm;
  /** Median time from write to complete answer. */
  medianLatencyUs: number;
  /** Mean of the same over all answers; null where the engine does not time each. */
  meanLatencyUs: number | null;
}

/**
 * One segment of open-loop load on one arm: each piece of work has an intended send time, evenly spaced,
 * and is timed from it, also when it had to wait for a free connection (no coordinated omission).
 */
export interface OpenLoopResult extends LoadCounts {
  arm: Arm;
  /** From the first intended send to the last answer. */
  durationUs: number;
  /** Pieces of work that the generator itself released more than a millisecond late. */
  late: number;
  /** Microseconds of every piece of work, of a failure until it is known: HdrHistogram V2, compressed, base64. */
  latencies: string;
}

/** One phase of closed-loop load on one arm without a break. */
export interface SteadyResult extends LoadCounts {
  arm: Arm;
  /** Good answers in each millisecond since the start; as many as the phase has. */
  answersPerMs: number[];
}

/** autocannon's own figures for the opening burst. */
export const BurstResult = z.strictObject({
  requestsPerSecond: z.number().nonnegative(),
  latencyP50Ms: z.number().nonnegative(),
  latencyP99Ms: z.number().nonnegative(),
  durationS: z.number().nonnegative(),
  completed: z.int().nonnegative(),
  errors: z.int().nonnegative(),
  timeouts: z.int().nonnegative(),
  /** Answers by status code. */
  statuses: z.record(z.string(), z.int().nonnegative()),
});
export type BurstResult = z.infer<typeof BurstResult>;

export type GaveUp = Partial<Record<Arm, ErrorKind>>;

/** The first few failures in words, for messages: what was expected and what came. */
export interface ErrorSample extends Complaint<ErrorKind> {
  arm: Arm;
  /** The kind of request; absent: there is one kind alone, or it is not known. */
  request?: string;
}

/** Why not one connection opened, with what was answered to a handshake. */
export interface Refusal {
  message: string;
  answer: Answered | null;
}
