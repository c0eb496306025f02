/** What the gate and the generator process say to each other, and what a load engine reports. */
import { z } from 'zod';
import type { Arm, Scenario } from '../../config/experiment.ts';

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

/** One stretch of fixed work on one arm, timed from the first write to the last answer. */
export interface SliceResult {
  arm: Arm;
  durationUs: number;
  /** Requests that got the expected answer. good + sum(errors) = the requests asked for. */
  good: number;
  errors: ErrorCounts;
  /** CPU time that the generator process itself used during the slice. */
  generatorCpuUs: number;
  /** Median time from write to complete answer. */
  medianLatencyUs: number;
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

/** Where an arm listens, and the scenario to put on it (placeholders already replaced). */
export interface Target {
  host: string;
  port: number;
  scenario: Scenario;
}

/** Gate → generator. Every request is answered by exactly one reply with the same id. */
export type GeneratorRequest =
  | { id: number; op: 'open'; arm: Arm; target: Target }
  /** Slices in this order, back to back. */
  | { id: number; op: 'slices'; order: Arm[]; requests: number }
  | { id: number; op: 'burst'; arm: Arm; durationS: number }
  | { id: number; op: 'close'; arm: Arm };

export type GeneratorReply =
  | { id: number; ok: true; slices?: SliceResult[]; burst?: BurstResult; samples?: ErrorSample[] }
  | { id: number; ok: false; message: string };

/** The first few failures in words, for messages: what was expected and what came. */
export interface ErrorSample {
  arm: Arm;
  kind: ErrorKind;
  message: string;
}

/** The gate's handle on the generator process. */
export interface Generator extends AsyncDisposable {
  /** Opens every connection of the arm. Rejects when none can be opened. */
  open(arm: Arm, target: Target): Promise<void>;
  slices(
    order: Arm[],
    requests: number,
  ): Promise<{ slices: SliceResult[]; samples: ErrorSample[] }>;
  /** autocannon against an opened arm's target, on connections of its own; the arm's own are closed meanwhile. */
  burst(arm: Arm, durationS: number): Promise<BurstResult>;
  close(arm: Arm): Promise<void>;
}
