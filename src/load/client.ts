/** The gate's side of one generator process: starts it, talks to it, notices its death, ends it. */

import type { Arm } from '../terms/arm.ts';
import type { GeneratorReply, GeneratorRequest } from './messages.ts';
import type { Question } from './question.ts';
import type {
  BurstResult,
  ErrorSample,
  GaveUp,
  OpenLoopResult,
  Refusal,
  SliceResult,
  SteadyResult,
} from './results.ts';
import type { Share } from './sequence.ts';
import type { Target } from './target.ts';
import type { Answered } from './unexpected.ts';
import {
  GeneratorGone,
  type HelperNames,
  type HelperProcess,
  ScenarioUnsendable,
} from './worker/process.ts';
import { startWorker } from './worker/start.ts';

export { GeneratorGone, ScenarioUnsendable };

/** Beside what was asked for. Far more than it takes: it is there to end, not to measure. */
const SPARE_MS = 60_000;
/** Slices are work, not time, as is opening; how long a server takes for it is watched between the calls. */
const WORK_MS = 15 * 60_000;

/** Not one connection to the arm could be opened. */
export class NotConnected extends Error {
  /** To a handshake; null: there was none, or no answer. */
  readonly answer: Answered | null;

  constructor(message: string, answer: Answered | null = null) {
    super(message);
    this.name = 'NotConnected';
    this.answer = answer;
  }
}

/** How a process opened its share of an arm. */
export interface Opened {
  /** The engine's name. */
  engine: string;
  /** Why not one connection opened; null when at least one did. The arm is open either way. */
  refusal: Refusal | null;
}

/** What the gate hears of slices, and what the processes need to know of each other. */
export interface ProcessSlices {
  slices: SliceResult[];
  samples: ErrorSample[];
  /** Arms that stopped trying, and why. */
  gaveUp: GaveUp;
  /** Arms of which a connection is closed by now. */
  unprepared: Arm[];
}

/**
 * Starts a generator process, pinned to `core` with taskset when it is given. `cores` are all those
 * of the generator: a command that it runs gets them all.
 * Rejects when it cannot be started: no taskset, no such core, no such program.
 * `signal`: ends the process at once, with the load command that it runs, so that no call waits for
 * a slice's end; calls under way reject with GeneratorGone. Aborted before the start is complete, it rejects with the reason.
 * `program` is for tests of the bundle.
 */
export async function startProcess(options: {
  core: number | null;
  cores: readonly number[] | null;
  signal?: AbortSignal;
  program?: string;
}): Promise<GeneratorProcess> {
  const { core, cores, signal, program } = options;
  const worker = await startWorker<GeneratorRequest, GeneratorReply>({
    program: 'generator',
    args: (cores ?? []).map(String),
    cores: core === null ? null : [core],
    signal,
    names: NAMES,
    path: program,
  });
  return new GeneratorProcess(worker);
}

const NAMES: HelperNames = {
  who: 'The load generator',
  failed: 'The load generator failed',
  by: 'load generator',
};

export class GeneratorProcess implements AsyncDisposable {
  readonly #process: HelperProcess<GeneratorRequest, GeneratorReply>;
  /** Longest wait for one answer, per open arm. */
  readonly #timeouts = new Map<Arm, number>();
  constructor(helper: HelperProcess<GeneratorRequest, GeneratorReply>) {
    this.#process = helper;
  }

  async probe(target: Target, question: Question, timeoutMs: number): Promise<number | string> {
    const call = { op: 'probe', target, question, timeoutMs } as const;
    const { probed = 'no answer' } = await this.#process.call(call, timeoutMs + SPARE_MS);
    return probed;
  }

  /** Opens this process's share of the arm; `target` names its connections only. `first`: number of the arm's next request. */
  async open(arm: Arm, target: Target, share: Share, first = 0): Promise<Opened> {
    this.#timeouts.set(arm, target.scenario.timeoutMs);
    const call = { op: 'open', arm, target, share, first } as const;
    const { engine = '', refusal = null } = await this.#process.call(
      call,
      this.#limitOf(arm, WORK_MS),
    );
    return { engine, refusal };
  }

  /** Opens what was closed of the arm since its last slice. */
  async prepare(arm: Arm): Promise<void> {
    await this.#process.call({ op: 'prepare', arm }, this.#limitOf(arm, WORK_MS));
  }

  async slices(
    order: Arm[],
    requests: number,
    startAtMs: number | null = null,
  ): Promise<ProcessSlices> {
    const call = { op: 'slices', order, requests, startAtMs } as const;
    const limitMs = order.reduce((sum, arm) => sum + this.#limitOf(arm), WORK_MS);
    const reply = await this.#process.call(call, limitMs);
    const { slices = [], samples = [], gaveUp = {}, unprepared = [] } = reply;
    return { slices, samples, gaveUp, unprepared };
  }

  /** So much work at this rate, the first piece `offsetMs` after the start. */
  async openLoop(
    arm: Arm,
    requests: number,
    perSecond: number,
    when: { offsetMs: number; startAtMs: number | null } = { offsetMs: 0, startAtMs: null },
  ): Promise<{ result: OpenLoopResult; samples: ErrorSample[] }> {
    const call = { op: 'open-loop', arm, requests, perSecond, ...when } as const;
    const limitMs = this.#limitOf(arm, when.offsetMs + (1000 * requests) / perSecond);
    const { openLoop, samples = [] } = await this.#process.call(call, limitMs);
    if (openLoop === undefined) throw new Error('The load generator gave no latencies.');
    return { result: openLoop, samples };
  }

  /** As much work as can be done in this time. */
  async steady(
    arm: Arm,
    durationMs: number,
    startAtMs: number | null = null,
  ): Promise<{ result: SteadyResult; samples: ErrorSample[] }> {
    const call = { op: 'steady', arm, durationMs, startAtMs } as const;
    const { steady, samples = [] } = await this.#process.call(call, this.#limitOf(arm, durationMs));
    if (steady === undefined) throw new Error('The load generator gave no steady load.');
    return { result: steady, samples };
  }

  /** Goes past so much of the arm's work without doing it. */
  async skip(arm: Arm, requests: number): Promise<void> {
    await this.#process.call({ op: 'skip', arm, requests }, SPARE_MS);
  }

  /** Closes the arm's idle connections until its next slice. */
  async rest(arm: Arm): Promise<void> {
    await this.#process.call({ op: 'rest', arm }, SPARE_MS);
  }

  async burst(arm: Arm, durationS: number): Promise<BurstResult> {
    const call = { op: 'burst', arm, durationS } as const;
    const { burst } = await this.#process.call(call, this.#limitOf(arm, 1000 * durationS));
    if (burst === undefined) throw new Error('The load generator gave no result of the burst.');
    return burst;
  }

  /** Resolves to what the numbers of the arm's next load may begin with. */
  async close(arm: Arm): Promise<number> {
    const { numbersEnd = 0 } = await this.#process.call({ op: 'close', arm }, SPARE_MS);
    return numbersEnd;
  }

  /** Ends the process: asks by disconnecting, then kills. Never rejects; may be called again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  /** For this much time of load: its last answers, and those of connections that are opened again, may take long. */
  #limitOf(arm: Arm, loadMs = 0): number {
    return loadMs + 3 * (this.#timeouts.get(arm) ?? 0) + SPARE_MS;
  }
}
