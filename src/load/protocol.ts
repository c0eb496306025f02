/** What the gate and the generator process say to each other, and what a load engine reports. */

import { z } from 'zod';
import type { Scenario } from '../config/experiment.ts';
import type { Excerpt } from '../system/printed.ts';
import type { Arm } from '../terms/arm.ts';
import type { Share } from './sequence.ts';
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

/**
 * One run of fixed work on one arm, timed from the first write to the last answer. The unit of
 * work is a request, or a WebSocket message received.
 */
export interface SliceResult {
  arm: Arm;
  /** On the machine's monotonic clock (`machineMs`), which several generator processes share. */
  startedAtMs: number;
  durationUs: number;
  /** Work that was answered as expected. good + sum(errors) = the work asked for (of a command: that it did). */
  good: number;
  errors: ErrorCounts;
  /** CPU time that the generator used during the slice: its busiest process; of a command `limitingCpuUs`. */
  generatorCpuUs: number;
  /** Median time from write to complete answer. */
  medianLatencyUs: number;
  /** Mean of the same over all answers; null where the engine does not time each. */
  meanLatencyUs: number | null;
}

/**
 * One segment of open-loop load on one arm: each piece of work has an intended send time, evenly spaced,
 * and is timed from it, also when it had to wait for a free connection (no coordinated omission).
 */
export interface OpenLoopResult {
  arm: Arm;
  startedAtMs: number;
  /** From the first intended send to the last answer. */
  durationUs: number;
  /** good + sum(errors) = the work asked for. A failure is timed until it is known. */
  good: number;
  errors: ErrorCounts;
  /** Pieces of work that the generator itself released more than a millisecond late. */
  late: number;
  generatorCpuUs: number;
  /** Microseconds of every piece of work: HdrHistogram V2, compressed, base64. */
  latencies: string;
}

/** One phase of closed-loop load on one arm without a break. */
export interface SteadyResult {
  arm: Arm;
  startedAtMs: number;
  durationUs: number;
  good: number;
  errors: ErrorCounts;
  generatorCpuUs: number;
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

/** Where an arm listens, and the scenario to put on it (placeholders already replaced). */
export interface Target<Shape extends Scenario = Scenario> {
  host: string;
  port: number;
  /** Unix socket to use in place of host and port; null: none. */
  socketPath: string | null;
  scenario: Shape;
  /** Root of the head's tree, an absolute path: where body files lie and commands run. */
  root: string;
  /** Environment of commands; null: the generator's own. */
  env: NodeJS.ProcessEnv | null;
  /** Generator processes at most, where the servers have taken cores of the others; null: all. */
  processes: number | null;
}

/** Gate → generator. Every request is answered by exactly one reply with the same id. */
export type GeneratorRequest =
  | { id: number; op: 'probe'; target: Target; path: string; timeoutMs: number }
  | { id: number; op: 'open'; arm: Arm; target: Target; share: Share }
  /** Opens what was closed of the arm since its last slice, so that all processes can begin the next at once. */
  | { id: number; op: 'prepare'; arm: Arm }
  /** Slices in this order, back to back; the first begins at `startAtMs` (`machineMs`), null: at once. */
  | { id: number; op: 'slices'; order: Arm[]; requests: number; startAtMs: number | null }
  /** Work released evenly at `perSecond`, the first piece `offsetMs` after the start. */
  | {
      id: number;
      op: 'open-loop';
      arm: Arm;
      requests: number;
      perSecond: number;
      offsetMs: number;
      startAtMs: number | null;
    }
  | { id: number; op: 'steady'; arm: Arm; durationMs: number; startAtMs: number | null }
  /** Work that is not done, and goes past. */
  | { id: number; op: 'skip'; arm: Arm; requests: number }
  | { id: number; op: 'rest'; arm: Arm }
  | { id: number; op: 'burst'; arm: Arm; durationS: number }
  | { id: number; op: 'close'; arm: Arm };

export type GeneratorReply =
  | {
      id: number;
      ok: true;
      engine?: string;
      /** Why not one connection opened; null when at least one did. The arm is open either way. */
      refusal?: Refusal | null;
      slices?: SliceResult[];
      openLoop?: OpenLoopResult;
      steady?: SteadyResult;
      samples?: ErrorSample[];
      /** Arms that stopped trying, and why. */
      gaveUp?: GaveUp;
      /** Arms of which a connection is closed by now. */
      unprepared?: Arm[];
      burst?: BurstResult;
      probed?: number | string;
    }
  /** `scenario`: it cannot be sent, to whichever server. */
  | {
      id: number;
      ok: false;
      reason: 'scenario' | 'other';
      message: string;
      printed: readonly Excerpt[];
    };

export type GaveUp = Partial<Record<Arm, ErrorKind>>;

/** The first few failures in words, for messages: what was expected and what came. */
export interface ErrorSample extends Complaint<ErrorKind> {
  arm: Arm;
}

/** Why not one connection opened, with what was answered to a handshake. */
export interface Refusal {
  message: string;
  answer: Answered | null;
}

/** The gate's handle on the generator's processes. */
export interface Generator extends AsyncDisposable {
  /** Status of one GET in the scenario's protocol, on a connection of its own, or in words why there is none. */
  probe(target: Target, path: string, timeoutMs: number): Promise<number | string>;
  /**
   * Opens every connection of the arm. Resolves to the engine's name. Rejects with NotConnected when
   * none can be opened, and with ScenarioUnsendable when no server could get this scenario.
   */
  open(arm: Arm, target: Target): Promise<string>;
  slices(
    order: Arm[],
    requests: number,
  ): Promise<{ slices: SliceResult[]; samples: ErrorSample[] }>;
  /** So much work at a fixed rate, whatever the server does. Only for a scenario that `hasLatency`. */
  openLoop(
    arm: Arm,
    requests: number,
    perSecond: number,
  ): Promise<{ result: OpenLoopResult; samples: ErrorSample[] }>;
  /** As much work as the arm can do in this time. Only for a scenario that `hasLatency`. */
  steady(arm: Arm, durationMs: number): Promise<{ result: SteadyResult; samples: ErrorSample[] }>;
  /**
   * autocannon against an opened arm's target, on connections of its own; the arm's own are closed
   * meanwhile. Only for a scenario that `hasBurst`.
   */
  burst(arm: Arm, durationS: number): Promise<BurstResult>;
  close(arm: Arm): Promise<void>;
}

/** All that autocannon sends. */
export const AUTOCANNON_METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PATCH',
];

/** autocannon speaks HTTP/1.1 only, and its methods; and beside another load tool nobody needs it. */
export function hasBurst(scenario: Scenario): boolean {
  return (
    scenario.kind === 'http' &&
    scenario.protocol === 'http1' &&
    scenario.requests.every(({ method }) => AUTOCANNON_METHODS.includes(method))
  );
}

/** Open loop and unbroken load are our own engines' business, one answer for each piece of work. */
export function hasLatency(scenario: Scenario): boolean {
  if (scenario.kind === 'http') return scenario.engine === 'builtin';
  return scenario.kind === 'websocket' && scenario.mode === 'echo';
}

/** Generator processes that can share the load: what one process alone can do is left to one. */
export function mostProcesses(scenario: Scenario): number {
  // A hold has processes of its own.
  if (scenario.kind === 'command' || scenario.kind === 'hold') return 1;
  if (scenario.kind === 'websocket' && scenario.mode === 'fan-out') return 1;
  return scenario.connections;
}

/**
 * Shorter slices than this say little: autocannon opens its connections within each slice, which
 * takes milliseconds, and with TLS tens of them.
 */
const AUTOCANNON_LEAST_SLICE_MS = 250;

/** What an engine's own start and end of a slice ask for; 0: nothing. */
export function leastSliceMs(scenario: Scenario): number {
  const isAutocannon = scenario.kind === 'http' && scenario.engine === 'autocannon';
  return isAutocannon ? AUTOCANNON_LEAST_SLICE_MS : 0;
}
