/**
 * The generator as the gate sees it: one process per core of the generator's. Each has its share of
 * every arm's connections, and all begin each slice at the same moment of the machine's clock, so
 * that a slice is still fixed work on one arm while the other rests.
 */

import type { Arm } from '../terms/arm.ts';
import { mostProcesses } from './capabilities.ts';
import { type GeneratorProcess, NotConnected, type ProcessSlices, startProcess } from './client.ts';
import { lostSlice } from './failed-slice.ts';
import type { Generator } from './handle.ts';
import { inProportion, merge, mergeOpenLoop, mergeSteady, split } from './merge.ts';
import { firstNumberOf, useNumbers } from './numbers.ts';
import type { Question } from './question.ts';
import type {
  BurstResult,
  ErrorKind,
  ErrorSample,
  OpenLoopResult,
  SliceResult,
  SteadyResult,
} from './results.ts';
import { machineMs } from './session.ts';
import type { Target } from './target.ts';
import { WorkerGroup } from './worker/group.ts';

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
  const { cores, signal, ...rest } = options;
  const pins = cores === null || cores.length === 0 ? [null] : cores;
  const group = await WorkerGroup.start(
    pins.length,
    (index, halt) =>
      startProcess({ ...rest, core: pins[index] as number | null, cores, signal: halt }),
    signal,
  );
  return new GeneratorPool(group);
}

type Sliced = { slices: SliceResult[]; samples: ErrorSample[] };

class GeneratorPool implements Generator {
  readonly #group: WorkerGroup<GeneratorProcess>;
  /** Connections of each process that loads the arm. */
  readonly #shares = new Map<Arm, number[]>();

  constructor(group: WorkerGroup<GeneratorProcess>) {
    this.#group = group;
  }

  async probe(target: Target, question: Question, timeoutMs: number): Promise<number | string> {
    return await this.#first.probe(target, question, timeoutMs);
  }

  async open(arm: Arm, target: Target): Promise<string> {
    if (this.#shares.has(arm)) throw new Error(`arm ${arm} is already open`);
    const { scenario, processes } = target;
    const count = Math.min(
      this.#group.members.length,
      mostProcesses(scenario),
      processes ?? Number.POSITIVE_INFINITY,
    );
    const shares =
      count > 1 && 'connections' in scenario ? split(scenario.connections, count) : [1];
    this.#shares.set(arm, shares);
    try {
      const firstNumber = firstNumberOf(arm);
      const opened = await this.#all(arm, (process, index) =>
        process.open(arm, target, { index, of: count }, firstNumber),
      );
      // A server that takes few connections may leave a process without any.
      const refusals = opened.flatMap(({ refusal }) => refusal ?? []);
      const [first] = refusals;
      if (first !== undefined && refusals.length === count) {
        throw new NotConnected(first.message, first.answer);
      }
      return opened[0]?.engine as string;
    } catch (error) {
      await this.close(arm);
      throw error;
    }
  }

  async slices(order: Arm[], requests: number): Promise<Sliced> {
    if (order.every((arm) => this.#sharesOf(arm).length === 1)) {
      const { slices, samples } = await this.#first.slices(order, requests);
      return { slices, samples };
    }
    const slices: SliceResult[] = [];
    const samples: ErrorSample[] = [];
    const lost = new Map<Arm, ErrorKind>();
    // What was closed since the last call is not known here.
    const unprepared = new Set(order);
    for (const arm of order) {
      const known = lost.get(arm);
      if (known !== undefined) {
        // As in one process: an arm that answers nothing is not tried again in the same call.
        await this.#skip(arm, requests);
        slices.push(lostSlice(arm, requests, known));
        continue;
      }
      if (unprepared.delete(arm)) await this.#all(arm, (process) => process.prepare(arm));
      const parts = await this.#inStep(arm, requests);
      slices.push(merge(parts.flatMap((part) => part.slices)));
      samples.push(...parts.flatMap((part) => part.samples));
      const [kind] = parts.flatMap(({ gaveUp }) => gaveUp[arm] ?? []);
      if (kind !== undefined && parts.every(({ gaveUp }) => arm in gaveUp)) lost.set(arm, kind);
      for (const closed of parts.flatMap((part) => part.unprepared)) unprepared.add(closed);
    }
    return { slices, samples: fewOfEach(samples) };
  }

  /** Each process has every so many-th of the moments, in turn with the others. */
  async openLoop(
    arm: Arm,
    requests: number,
    perSecond: number,
  ): Promise<{ result: OpenLoopResult; samples: ErrorSample[] }> {
    const shares = this.#sharesOf(arm);
    if (shares.length === 1) return await this.#first.openLoop(arm, requests, perSecond);
    await this.#all(arm, (process) => process.prepare(arm));
    const of = shares.length;
    const startAtMs = machineMs() + LEAD_MS;
    const parts = await this.#all(arm, async (process, index) => {
      const own = Math.ceil((requests - index) / of);
      if (own <= 0) return null;
      const offsetMs = (1000 * index) / perSecond;
      return await process.openLoop(arm, own, perSecond / of, { offsetMs, startAtMs });
    });
    const done = parts.filter((part) => part !== null);
    return {
      result: mergeOpenLoop(done.map(({ result }) => result)),
      samples: fewOfEach(done.flatMap(({ samples }) => samples)),
    };
  }

  async steady(
    arm: Arm,
    durationMs: number,
  ): Promise<{ result: SteadyResult; samples: ErrorSample[] }> {
    if (this.#sharesOf(arm).length === 1) return await this.#first.steady(arm, durationMs);
    await this.#all(arm, (process) => process.prepare(arm));
    const startAtMs = machineMs() + LEAD_MS;
    const parts = await this.#all(arm, (process) => process.steady(arm, durationMs, startAtMs));
    return {
      result: mergeSteady(parts.map(({ result }) => result)),
      samples: fewOfEach(parts.flatMap(({ samples }) => samples)),
    };
  }

  /** By one process, with all of the scenario's connections: figures that people know come from one autocannon. */
  async burst(arm: Arm, durationS: number): Promise<BurstResult> {
    await this.#all(arm, (process) => process.rest(arm));
    return await this.#first.burst(arm, durationS);
  }

  async close(arm: Arm): Promise<void> {
    if (!this.#shares.has(arm)) return;
    const ends = await this.#all(arm, (process) => process.close(arm));
    useNumbers(arm, Math.max(...ends));
    this.#shares.delete(arm);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group[Symbol.asyncDispose]();
  }

  /** One slice over all of the arm's processes, each with work in proportion to its connections. */
  async #inStep(arm: Arm, requests: number): Promise<ProcessSlices[]> {
    const work = inProportion(requests, this.#sharesOf(arm));
    const startAtMs = machineMs() + LEAD_MS;
    const parts = await this.#all(arm, async (process, index) => {
      const own = work[index] as number;
      return own === 0 ? null : await process.slices([arm], own, startAtMs);
    });
    return parts.filter((part) => part !== null);
  }

  /** The same work as a slice would do goes past each process. */
  async #skip(arm: Arm, requests: number): Promise<void> {
    const work = inProportion(requests, this.#sharesOf(arm));
    await this.#all(arm, (process, index) => process.skip(arm, work[index] as number));
  }

  async #all<Result>(
    arm: Arm,
    act: (process: GeneratorProcess, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    return await this.#group.all(act, this.#sharesOf(arm).length);
  }

  #sharesOf(arm: Arm): number[] {
    const shares = this.#shares.get(arm);
    if (shares === undefined) throw new Error(`The load generator failed: arm ${arm} is not open`);
    return shares;
  }

  get #first(): GeneratorProcess {
    return this.#group.members[0] as GeneratorProcess;
  }
}

function fewOfEach(samples: readonly ErrorSample[]): ErrorSample[] {
  const seen = new Map<Arm, number>();
  return samples.filter(({ arm }) => {
    const count = (seen.get(arm) ?? 0) + 1;
    seen.set(arm, count);
    return count <= SAMPLES_PER_ARM;
  });
}
