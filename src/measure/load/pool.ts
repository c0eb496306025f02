/**
 * The generator as the gate sees it: one process per core of the generator's. Each has its share of
 * every arm's connections, and all begin each slice at the same moment of the machine's clock, so
 * that a slice is still fixed work on one arm while the other rests.
 */
import type { Arm } from '../../config/experiment.ts';
import { type GeneratorProcess, startProcess } from './client.ts';
import {
  type BurstResult,
  type ErrorCounts,
  type ErrorKind,
  type ErrorSample,
  type Generator,
  mostProcesses,
  type SliceResult,
  type Target,
} from './protocol.ts';
import { machineMs, noErrors } from './session.ts';

/** Longer than a message to a process takes: what comes late starts late, and its slice is longer. */
const LEAD_MS = 1;
/** Samples of failures that are passed on, per arm and call. */
const SAMPLES_PER_ARM = 5;

/** As `startProcess`, with as many processes as there are cores; one when there are none to pin to. */
export async function startGenerator(options: {
  cores: readonly number[] | null;
  signal?: AbortSignal;
  program?: string;
}): Promise<Generator> {
  const { cores, ...rest } = options;
  const pins = cores === null || cores.length === 0 ? [null] : cores;
  const started = await Promise.allSettled(
    pins.map((core) => startProcess({ ...rest, core, cores })),
  );
  const processes = started.flatMap((start) => (start.status === 'fulfilled' ? start.value : []));
  const failed = started.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(processes.map((process) => process[Symbol.asyncDispose]()));
    throw failed.reason;
  }
  return new GeneratorPool(processes);
}

type Sliced = { slices: SliceResult[]; samples: ErrorSample[] };

class GeneratorPool implements Generator {
  readonly #processes: GeneratorProcess[];
  /** Connections of each process that loads the arm. */
  readonly #shares = new Map<Arm, number[]>();

  constructor(processes: GeneratorProcess[]) {
    this.#processes = processes;
  }

  async probe(target: Target, path: string, timeoutMs: number): Promise<number | string> {
    return await this.#first.probe(target, path, timeoutMs);
  }

  async open(arm: Arm, target: Target): Promise<string> {
    if (this.#shares.has(arm)) throw new Error(`arm ${arm} is already open`);
    const { scenario } = target;
    const count = Math.min(this.#processes.length, mostProcesses(scenario));
    const shares =
      count > 1 && 'connections' in scenario ? split(scenario.connections, count) : [1];
    this.#shares.set(arm, shares);
    try {
      const engines = await this.#all(arm, (process, index) => {
        const own =
          count === 1
            ? target
            : { ...target, scenario: { ...scenario, connections: shares[index] as number } };
        return process.open(arm, own as Target, { index, of: count });
      });
      return engines[0] as string;
    } catch (error) {
      await this.close(arm);
      throw error;
    }
  }

  async slices(order: Arm[], requests: number): Promise<Sliced> {
    if (order.every((arm) => this.#sharesOf(arm).length === 1)) {
      return await this.#first.slices(order, requests);
    }
    const slices: SliceResult[] = [];
    const samples: ErrorSample[] = [];
    const lost = new Map<Arm, ErrorKind>();
    for (const arm of order) {
      const known = lost.get(arm);
      if (known !== undefined) {
        // As in one process: an arm that answers nothing is not tried again in the same call.
        slices.push(lostSlice(arm, requests, known));
        continue;
      }
      const result = await this.#inStep(arm, requests);
      slices.push(result.slice);
      samples.push(...result.samples);
      if (result.slice.good === 0) lost.set(arm, mostFrequent(result.slice.errors));
    }
    return { slices, samples: fewOfEach(samples) };
  }

  async burst(arm: Arm, durationS: number): Promise<BurstResult> {
    await this.#all(arm, (process) => process.rest(arm));
    return await this.#first.burst(arm, durationS);
  }

  async close(arm: Arm): Promise<void> {
    if (!this.#shares.has(arm)) return;
    await this.#all(arm, (process) => process.close(arm));
    this.#shares.delete(arm);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process[Symbol.asyncDispose]()));
  }

  /** One slice over all of the arm's processes, each with work in proportion to its connections. */
  async #inStep(
    arm: Arm,
    requests: number,
  ): Promise<{ slice: SliceResult; samples: ErrorSample[] }> {
    const work = inProportion(requests, this.#sharesOf(arm));
    const startAtMs = machineMs() + LEAD_MS;
    const parts = await this.#all(arm, async (process, index) => {
      const own = work[index] as number;
      return own === 0 ? null : await process.slices([arm], own, startAtMs);
    });
    const done = parts.filter((part) => part !== null);
    return {
      slice: merge(done.flatMap(({ slices }) => slices)),
      samples: done.flatMap(({ samples }) => samples),
    };
  }

  /** Waits for every process, also when one fails, so that none is still at work afterwards. */
  async #all<Result>(
    arm: Arm,
    act: (process: GeneratorProcess, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    const count = this.#sharesOf(arm).length;
    const ended = await Promise.allSettled(this.#processes.slice(0, count).map(act));
    const failed = ended.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return ended.map((end) => (end as PromiseFulfilledResult<Result>).value);
  }

  #sharesOf(arm: Arm): number[] {
    const shares = this.#shares.get(arm);
    if (shares === undefined) throw new Error(`The load generator failed: arm ${arm} is not open`);
    return shares;
  }

  get #first(): GeneratorProcess {
    return this.#processes[0] as GeneratorProcess;
  }
}

/** As equal parts as whole numbers allow. */
export function split(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.floor((total + i) / parts)).reverse();
}

/** Whole numbers that add up to `total`, in proportion to the shares. */
export function inProportion(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  let before = 0;
  let given = 0;
  return shares.map((share) => {
    before += share;
    const until = Math.round((total * before) / sum);
    const own = until - given;
    given = until;
    return own;
  });
}

/** One slice out of its parts: from the first write of any process to the last answer of any. */
export function merge(parts: readonly SliceResult[]): SliceResult {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('a slice needs at least 1 request');
  const startedAtMs = Math.min(...parts.map((part) => part.startedAtMs));
  const endedAtMs = Math.max(...parts.map((part) => part.startedAtMs + part.durationUs / 1000));
  const good = parts.reduce((sum, part) => sum + part.good, 0);
  const errors = { ...first.errors };
  for (const part of others) {
    for (const kind of Object.keys(errors) as ErrorKind[]) errors[kind] += part.errors[kind];
  }
  const latencies = parts.reduce((sum, part) => sum + part.good * part.medianLatencyUs, 0);
  return {
    arm: first.arm,
    startedAtMs,
    durationUs: (endedAtMs - startedAtMs) * 1000,
    good,
    errors,
    generatorCpuUs: Math.max(...parts.map((part) => part.generatorCpuUs)),
    // Medians of equal processes under equal load: their mean stands for the whole.
    medianLatencyUs: good === 0 ? 0 : latencies / good,
  };
}

function lostSlice(arm: Arm, requests: number, kind: ErrorKind): SliceResult {
  return {
    arm,
    startedAtMs: machineMs(),
    durationUs: 0,
    good: 0,
    errors: { ...noErrors(), [kind]: requests },
    generatorCpuUs: 0,
    medianLatencyUs: 0,
  };
}

function mostFrequent(errors: ErrorCounts): ErrorKind {
  const counted = Object.entries(errors) as [ErrorKind, number][];
  return counted.reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
}

function fewOfEach(samples: readonly ErrorSample[]): ErrorSample[] {
  const seen = new Map<Arm, number>();
  return samples.filter(({ arm }) => {
    const count = (seen.get(arm) ?? 0) + 1;
    seen.set(arm, count);
    return count <= SAMPLES_PER_ARM;
  });
}
