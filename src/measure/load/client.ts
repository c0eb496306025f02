/** The gate's side of one generator process: starts it, talks to it, notices its death, ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Arm } from '../../config/experiment.ts';
import { type Excerpt, PrintedError } from '../../printed.ts';
import { ownProgram } from '../../runtime.ts';
import { lastLines } from '../output.ts';
import type {
  BurstResult,
  ErrorSample,
  GaveUp,
  GeneratorReply,
  GeneratorRequest,
  PacedResult,
  Refusal,
  SliceResult,
  SteadyResult,
  Target,
} from './protocol.ts';
import type { Share } from './sequence.ts';
import type { Answered } from './unexpected.ts';

const GRACE_MS = 1000;
/** A process that still listens ends within a millisecond. */
const GRACE_AT_ABORT_MS = 250;
const STDERR_KEPT = 2000;
const STOPPED = 'The load generator was stopped.';

/** No call can be answered any more: the process ended, or was stopped. */
export class GeneratorGone extends PrintedError {
  constructor(message: string, printed: readonly Excerpt[] = []) {
    super(message, printed);
    this.name = 'GeneratorGone';
  }
}

/** The scenario cannot be sent to any server: no arm is to blame. */
export class ScenarioUnsendable extends Error {
  constructor(message: string) {
    super(`the scenario cannot be sent: ${message}`);
    this.name = 'ScenarioUnsendable';
  }
}

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
  options.signal?.throwIfAborted();
  const program = options.program ?? ownProgram('generator');
  const command = [process.execPath, program, ...(options.cores ?? []).map(String)];
  if (options.core !== null) command.unshift('taskset', '-c', String(options.core));
  const [file, ...args] = command as [string, ...string[]];
  // taskset becomes the program by exec, so its process and its IPC descriptor stay the same.
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const client = new GeneratorProcess(child, options.signal);
  try {
    await client.ready;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    options.signal?.throwIfAborted();
    throw error;
  }
  return client;
}

type Call = { resolve: (reply: GeneratorReply & { ok: true }) => void; reject: (e: Error) => void };
type Asked = GeneratorRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

export class GeneratorProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, Call>();
  readonly #ended: Promise<void>;
  #nextId = 1;
  #stderr = '';
  /** Why no call can be answered any more. */
  #death: GeneratorGone | null = null;
  #disposing = false;
  /** Settles when the program is up, or has failed to come up. */
  readonly ready: Promise<void>;

  constructor(child: ChildProcess, signal: AbortSignal | undefined) {
    this.#child = child;
    let up: () => void;
    let failed: (error: Error) => void;
    this.ready = new Promise((resolve, reject) => {
      up = resolve;
      failed = reject;
    });
    this.ready.catch(() => {});
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.on('message', (message: GeneratorReply | { ready: true }) => {
      if ('ready' in message) up();
      else this.#settle(message);
    });
    // Not the child's own `close`: Node never emits it once the parent has disconnected.
    const drained = new Promise((resolve) => child.stderr?.once('close', resolve));
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        // Without a process there will be no `exit`; an error of a live one changes nothing.
        if (child.pid !== undefined) return;
        failed(this.#die(`could not be started: ${error.message}`));
        resolve();
      });
      child.on('exit', async (code, killer) => {
        await drained;
        failed(this.#die(killer === null ? `ended with code ${code}` : `was killed by ${killer}`));
        resolve();
      });
    });
    const stop = () => void this.#end(GRACE_AT_ABORT_MS);
    signal?.addEventListener('abort', stop, { once: true });
    void this.#ended.then(() => signal?.removeEventListener('abort', stop));
  }

  async probe(target: Target, path: string, timeoutMs: number): Promise<number | string> {
    const { probed = 'no answer' } = await this.#call({ op: 'probe', target, path, timeoutMs });
    return probed;
  }

  /** Opens this process's share of the arm; `target` names its connections only. */
  async open(arm: Arm, target: Target, share: Share): Promise<Opened> {
    const { engine = '', refusal = null } = await this.#call({ op: 'open', arm, target, share });
    return { engine, refusal };
  }

  /** Opens what was closed of the arm since its last slice. */
  async prepare(arm: Arm): Promise<void> {
    await this.#call({ op: 'prepare', arm });
  }

  async slices(
    order: Arm[],
    requests: number,
    startAtMs: number | null = null,
  ): Promise<ProcessSlices> {
    const call = { op: 'slices', order, requests, startAtMs } as const;
    const { slices = [], samples = [], gaveUp = {}, unprepared = [] } = await this.#call(call);
    return { slices, samples, gaveUp, unprepared };
  }

  /** So much work at this rate, the first piece `offsetMs` after the start. */
  async paced(
    arm: Arm,
    requests: number,
    perSecond: number,
    when: { offsetMs: number; startAtMs: number | null } = { offsetMs: 0, startAtMs: null },
  ): Promise<{ result: PacedResult; samples: ErrorSample[] }> {
    const call = { op: 'paced', arm, requests, perSecond, ...when } as const;
    const { paced, samples = [] } = await this.#call(call);
    if (paced === undefined) throw new Error('The load generator gave no latencies.');
    return { result: paced, samples };
  }

  /** As much work as can be done in this time. */
  async steady(
    arm: Arm,
    durationMs: number,
    startAtMs: number | null = null,
  ): Promise<{ result: SteadyResult; samples: ErrorSample[] }> {
    const { steady, samples = [] } = await this.#call({ op: 'steady', arm, durationMs, startAtMs });
    if (steady === undefined) throw new Error('The load generator gave no steady load.');
    return { result: steady, samples };
  }

  /** Goes past so much of the arm's work without doing it. */
  async skip(arm: Arm, requests: number): Promise<void> {
    await this.#call({ op: 'skip', arm, requests });
  }

  /** Closes the arm's idle connections until its next slice. */
  async rest(arm: Arm): Promise<void> {
    await this.#call({ op: 'rest', arm });
  }

  async burst(arm: Arm, durationS: number): Promise<BurstResult> {
    const { burst } = await this.#call({ op: 'burst', arm, durationS });
    if (burst === undefined) throw new Error('The load generator gave no result of the burst.');
    return burst;
  }

  async close(arm: Arm): Promise<void> {
    await this.#call({ op: 'close', arm });
  }

  /** Ends the process: asks by disconnecting, then kills. Never rejects; may be called again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end(GRACE_MS);
  }

  /** A process that hears of the channel's end ends its load command too; one that is killed cannot. */
  async #end(graceMs: number): Promise<void> {
    this.#disposing = true;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #call(request: Asked): Promise<GeneratorReply & { ok: true }> {
    return new Promise((resolve, reject) => {
      if (this.#death !== null || this.#disposing) {
        reject(this.#death ?? new GeneratorGone(STOPPED));
        return;
      }
      const id = this.#nextId++;
      this.#calls.set(id, { resolve, reject });
      // A channel that just broke is followed by the process's end, which rejects every call.
      this.#child.send({ ...request, id }, () => {});
    });
  }

  #settle(reply: GeneratorReply): void {
    const call = this.#calls.get(reply.id);
    this.#calls.delete(reply.id);
    if (reply.ok) call?.resolve(reply);
    else if (reply.reason === 'scenario') call?.reject(new ScenarioUnsendable(reply.message));
    else {
      const message = `The load generator failed: ${reply.message}`;
      call?.reject(new PrintedError(message, reply.printed));
    }
  }

  #die(what: string): Error {
    const lines = lastLines(this.#stderr);
    const message = this.#disposing ? STOPPED : `The load generator ${what}.`;
    this.#death = new GeneratorGone(
      message,
      lines.length > 0 ? [{ by: 'load generator', lines }] : [],
    );
    for (const { reject } of this.#calls.values()) reject(this.#death);
    this.#calls.clear();
    return this.#death;
  }
}
