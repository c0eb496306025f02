/**
 * The load generator's own program: started by the gate with an IPC channel, it does one request of
 * `GeneratorRequest` after the other and ends when the channel does. A process of its own, so that
 * it can be pinned away from the servers and so that its CPU time is the load's alone. Its arguments
 * are the cores that commands may use.
 */
import type { Arm } from '../terms/arm.ts';
import '../system/program/no-inspector.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { authority } from './address.ts';
import { FixedDuration, OpenLoopRate } from './arrivals.ts';
import { runBurst } from './burst.ts';
import { hasBurst } from './capabilities.ts';
import { createSession, probe } from './engines.ts';
import { lostSlice } from './failed-slice.ts';
import { bodySizes, resentFor, split } from './merge.ts';
import type { GeneratorReply, GeneratorRequest } from './messages.ts';
import { Numbers } from './numbers.ts';
import type {
  BurstResult,
  ErrorKind,
  ErrorSample,
  GaveUp,
  OpenLoopResult,
  Refusal,
  SliceResult,
  SteadyResult,
} from './results.ts';
import type { Share } from './sequence.ts';
import { machineMs, type Session } from './session.ts';
import type { Target } from './target.ts';
import { complaint, type Told, UnexpectedStatus } from './unexpected.ts';
import { type Told as Replied, serveGate, Unsendable } from './worker/serve.ts';

/** Different failures reported in words, per arm and request of the gate. */
const SAMPLES_PER_ARM = 5;
const TIMER_ERROR_MS = 2;

interface Load {
  /** With all of the scenario's connections. */
  target: Target;
  /** With this process's share of them. */
  session: Session;
  numbers: Numbers;
}

type Asked<Op> = Extract<GeneratorRequest, { op: Op }>;

const cores = process.argv.length > 2 ? process.argv.slice(2).map(Number) : null;
const loads = new Map<Arm, Load>();
let samples: ErrorSample[] = [];

serveGate<GeneratorRequest, GeneratorReply>(
  'The load generator',
  perform,
  // Nothing is measured while servers start, and a silent one must not hold up the other's readiness.
  ({ op }) => op === 'probe',
);

async function perform(request: GeneratorRequest): Promise<Replied<GeneratorReply>> {
  switch (request.op) {
    case 'probe':
      return { probed: await probe(request.target, request.question, request.timeoutMs) };
    case 'open':
      return await open(request);
    case 'prepare':
      await loadOf(request.arm).session.prepare();
      return {};
    case 'slices':
      samples = [];
      await until(request.startAtMs);
      return { ...(await runSlices(request.order, request.requests)), samples };
    case 'open-loop':
      samples = [];
      await until(request.startAtMs);
      return { openLoop: await runOpenLoop(request), samples };
    case 'steady':
      samples = [];
      await until(request.startAtMs);
      return { steady: await runSteady(request), samples };
    case 'skip':
      loadOf(request.arm).session.skip(request.requests);
      return {};
    case 'rest':
      loadOf(request.arm).session.rest();
      return {};
    case 'burst':
      return { burst: await burst(request.arm, request.durationS) };
    case 'close':
      return { numbersEnd: close(request.arm) };
    default:
      throw new Error(`unknown operation ${JSON.stringify((request as { op: unknown }).op)}`);
  }
}

/** A load without a connection stays open: other processes may have some, and its next slice tries again. */
async function open({
  arm,
  target,
  share,
  first,
}: Asked<'open'>): Promise<{ engine: string; refusal: Refusal | null }> {
  if (loads.has(arm)) throw new Error(`arm ${arm} is already open`);
  const onError = (kind: ErrorKind, told: Told, label?: string) =>
    addSample(arm, kind, told, label);
  const own = partOf(target, share);
  const numbers = new Numbers(share, first);
  const means = { share: { ...share, numbers }, cores };
  const session = await createSession(own, means, onError).catch((error) => {
    throw new Unsendable(error);
  });
  let refusal: Refusal | null = null;
  try {
    await session.open();
  } catch (error) {
    // A command connects to nobody yet.
    if (target.scenario.kind === 'command') {
      session[Symbol.dispose]();
      throw new Unsendable(error);
    }
    const where = target.socketPath ?? authority(target);
    const { message, cause } = error as Error;
    const answer = cause instanceof UnexpectedStatus ? cause.answer : null;
    refusal = { message: `arm ${arm} at ${where}: ${message}`, answer };
  }
  loads.set(arm, { target, session, numbers });
  return { engine: session.engine, refusal };
}

/** The target with this process's share of the scenario's connections. */
function partOf(target: Target, { index, of }: Share): Target {
  const { scenario } = target;
  if (of === 1 || !('connections' in scenario)) return target;
  const connections = split(scenario.connections, of)[index] as number;
  return { ...target, scenario: { ...scenario, connections } };
}

async function burst(arm: Arm, durationS: number): Promise<BurstResult> {
  const { target, session } = loadOf(arm);
  const { scenario } = target;
  if (scenario.kind !== 'http' || !hasBurst(scenario)) {
    throw new Error(`scenario ${scenario.name} cannot be sent by autocannon`);
  }
  session.rest();
  return await runBurst({ ...target, scenario }, durationS);
}

/** Returns the end of its numbers. */
function close(arm: Arm): number {
  const load = loads.get(arm);
  load?.session[Symbol.dispose]();
  loads.delete(arm);
  return load?.numbers.end ?? 0;
}

/** An arm that had to give up a slice is not tried again in the same request: its slices fail at once. */
async function runSlices(
  order: Arm[],
  requests: number,
): Promise<{ slices: SliceResult[]; gaveUp: GaveUp; unprepared: Arm[] }> {
  const slices: SliceResult[] = [];
  const givenUp: GaveUp = {};
  for (const arm of order) {
    const { session } = loadOf(arm);
    const known = givenUp[arm];
    if (known !== undefined) {
      session.skip(requests);
      slices.push(lostSlice(arm, requests, known));
      continue;
    }
    const { gaveUp, ...slice } = await session.slice(requests);
    if (gaveUp !== null) givenUp[arm] = gaveUp;
    slices.push({ arm, ...slice });
  }
  const unprepared = [...loads].filter(([, { session }]) => !session.isPrepared);
  return { slices, gaveUp: givenUp, unprepared: unprepared.map(([arm]) => arm) };
}

async function runOpenLoop(asked: Asked<'open-loop'>): Promise<OpenLoopResult> {
  const { arm, requests, perSecond, offsetMs } = asked;
  const arrivals = new OpenLoopRate(requests, perSecond, offsetMs);
  const slice = await loadOf(arm).session.slice(arrivals);
  return {
    arm,
    startedAtMs: slice.startedAtMs + offsetMs,
    durationUs: 1000 * arrivals.durationMs,
    good: slice.good,
    errors: slice.errors,
    resent: slice.resent,
    ...resentFor([slice]),
    ...bodySizes([slice]),
    late: arrivals.late,
    generatorCpuUs: slice.generatorCpuUs,
    latencies: arrivals.latencies.encode(),
  };
}

async function runSteady({ arm, durationMs }: Asked<'steady'>): Promise<SteadyResult> {
  const arrivals = new FixedDuration(durationMs);
  const slice = await loadOf(arm).session.slice(arrivals);
  const { startedAtMs, durationUs, good, errors, resent, generatorCpuUs } = slice;
  const { answersPerMs } = arrivals;
  const counts = { good, errors, resent, ...bodySizes([slice]) };
  return { arm, startedAtMs, durationUs, ...counts, generatorCpuUs, answersPerMs };
}

/** Waits for the moment at which all generator processes begin. A timer is too coarse, so the end is spun. */
async function until(startAtMs: number | null): Promise<void> {
  if (startAtMs === null) return;
  const earlyMs = startAtMs - machineMs() - TIMER_ERROR_MS;
  if (earlyMs > 1) await sleep(earlyMs);
  while (machineMs() < startAtMs);
}

function loadOf(arm: Arm): Load {
  const load = loads.get(arm);
  if (load === undefined) throw new Error(`arm ${arm} is not open`);
  return load;
}

function addSample(arm: Arm, kind: ErrorKind, told: Told, label?: string): void {
  const own = samples.filter((sample) => sample.arm === arm);
  if (own.length >= SAMPLES_PER_ARM) return;
  const one = complaint(kind, told);
  const isKnown = own.some(
    (known) => known.kind === kind && known.message === one.message && known.request === label,
  );
  if (isKnown) return;
  samples.push({ arm, ...one, ...(label !== undefined && { request: label }) });
}
