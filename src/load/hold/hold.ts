/**
 * A hold as the gate sees it: as many holder processes as the limit of open files asks for, which open
 * their shares of the connections in turn, so that together they keep the scenario's rate.
 */
import type { Arm } from '../../terms/arm.ts';
import { LatencyHistogram } from '../histogram.ts';
import { firstNumberOf, useNumbers } from '../numbers.ts';
import type { ErrorCounts } from '../results.ts';
import { machineMs, sumErrors } from '../session.ts';
import { WorkerGroup } from '../worker/group.ts';
import { type HolderProcess, startHolder } from './client.ts';
import { type HoldLimits, readHoldLimits } from './limits.ts';
import type { HeldShare, HoldSample, HoldTarget, OpenedShare, Sources } from './results.ts';
import { type MergedSegment, mergeSegments } from './segments.ts';
import { addressesFor, holdersFor, loopbackAddress, requestsOf, shareOf } from './shares.ts';

export interface HoldOptions {
  arm: Arm;
  target: HoldTarget;
  /** All of the generator's; null: not pinned. */
  cores: readonly number[] | null;
  /** Ends all processes at once; calls under way reject. */
  signal: AbortSignal;
  /** As found on this machine unless given. */
  limits?: HoldLimits;
  /** For tests of the bundle. */
  program?: string;
}

/** What became of the connections. */
export interface OpenedHold {
  /** opened + refused + timedOut = the scenario's connections. */
  opened: number;
  refused: number;
  timedOut: number;
  /** From the moment that the first one was due to the last connection's opening or failure. */
  openMs: number;
  /** Microseconds from attempt to usable of those that opened. */
  connects: LatencyHistogram;
  samples: HoldSample[];
}

/** What became of the requests. good + sum(errors) = scheduled. */
export interface HeldHold {
  scheduled: number;
  good: number;
  errors: ErrorCounts;
  /** In order; latencies are microseconds from the intended send, failures included. */
  segments: MergedSegment[];
  samples: HoldSample[];
}

/** Connections that are held. Disposing ends every process; it may be done at any time, and twice. */
export interface Hold extends AsyncDisposable {
  /** What makes the load, as it names itself. */
  readonly engine: string;
  readonly processes: readonly HolderProcess[];
  /** Opens all. Once. */
  open(): Promise<OpenedHold>;
  /** Sends the scenario's requests for its time. Once. */
  hold(): Promise<HeldHold>;
  /** How many of those opened were lost until now, by what the server did. Closes all others. */
  close(): Promise<{ dropped: number; samples: HoldSample[] }>;
}

/** Longer than a message to all processes takes, so that they begin together. */
const LEAD_MS = 20;
const MOST_SAMPLES = 5;

/** Source addresses that this process has given out. */
let given = 0;

/**
 * Starts the processes and opens nothing yet. Rejects with ScenarioUnsendable when no server could get
 * this scenario. Whenever a call rejects, every process has ended.
 */
export async function openHold(options: HoldOptions): Promise<Hold> {
  const { arm, target, cores, signal, limits = readHoldLimits(), program } = options;
  const { connections } = target.scenario;
  const of = Math.min(connections, holdersFor(connections, limits));
  if (!Number.isFinite(of)) throw new Error(`a process may open ${limits.openFiles} files only`);
  const group = await WorkerGroup.start(
    of,
    (_, halt) => startHolder({ cores, signal: halt, program }),
    signal,
  );
  const end = () => group[Symbol.asyncDispose]();
  /** Of several processes that do one thing, none goes on when another cannot. */
  const all = async <Result>(
    act: (process: HolderProcess, index: number) => Promise<Result>,
  ): Promise<Result[]> => {
    try {
      return await Promise.all(group.members.map(act));
    } catch (error) {
      await end();
      throw error;
    }
  };
  const first = firstNumberOf(arm);
  useNumbers(arm, first + requestsOf(target.scenario));
  await all((process, index) => {
    const share = { index, of };
    const sources = sourcesFor(target, shareOf(connections, share), limits);
    return process.prepare(target, share, sources, first);
  });
  return {
    engine: target.scenario.protocol,
    processes: group.members,
    open: async () => {
      const startAtMs = machineMs() + LEAD_MS;
      return mergeOpened(await all((process) => process.open(startAtMs)));
    },
    hold: async () => {
      const startAtMs = machineMs() + LEAD_MS;
      const held = mergeHeld(await all((process) => process.hold(startAtMs)));
      return { ...held, scheduled: requestsOf(target.scenario) };
    },
    close: async () => {
      const closed = await all((process) => process.close());
      const dropped = closed.reduce((sum, share) => sum + share.dropped, 0);
      return { dropped, samples: fewOf(closed) };
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Null where the kernel chooses: a Unix socket has no ports, and not every machine many addresses. */
function sourcesFor(
  { host, socketPath }: HoldTarget,
  share: number,
  { hasManySources, ports }: HoldLimits,
): Sources | null {
  if (socketPath !== null || !hasManySources || host !== '127.0.0.1') return null;
  const addresses = Array.from({ length: addressesFor(share, ports) }, () =>
    loopbackAddress(process.pid, given++),
  );
  return { addresses, ports };
}

function mergeOpened(shares: readonly OpenedShare[]): OpenedHold {
  const firstMs = Math.min(...shares.map((share) => share.firstMs));
  const lastMs = Math.max(...shares.map((share) => share.lastMs));
  return {
    opened: sum(shares, ({ opened }) => opened),
    refused: sum(shares, ({ refused }) => refused),
    timedOut: sum(shares, ({ timedOut }) => timedOut),
    openMs: lastMs - firstMs,
    connects: together(shares.map(({ connects }) => connects)),
    samples: fewOf(shares),
  };
}

function mergeHeld(shares: readonly HeldShare[]): Omit<HeldHold, 'scheduled'> {
  return {
    good: sum(shares, ({ good }) => good),
    errors: sumErrors(shares.map(({ errors }) => errors)),
    segments: mergeSegments(shares.flatMap(({ segments }) => segments)),
    samples: fewOf(shares),
  };
}

function together(encoded: readonly string[]): LatencyHistogram {
  const whole = new LatencyHistogram();
  for (const text of encoded) whole.add(LatencyHistogram.decode(text));
  return whole;
}

function fewOf(shares: readonly { samples: HoldSample[] }[]): HoldSample[] {
  const all = shares.flatMap(({ samples }) => samples);
  const different = new Map(all.map((sample) => [`${sample.kind} ${sample.message}`, sample]));
  return [...different.values()].slice(0, MOST_SAMPLES);
}

function sum<Share>(shares: readonly Share[], of: (share: Share) => number): number {
  return shares.reduce((total, share) => total + of(share), 0);
}
