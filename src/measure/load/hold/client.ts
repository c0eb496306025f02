/** The gate's side of one holder process: starts it, talks to it, notices its death, ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { ownCommand, ownProgram } from '../../../runtime.ts';
import { pinned } from '../../probes/cores.ts';
import { GeneratorGone, ScenarioUnsendable } from '../client.ts';
import type { Share } from '../sequence.ts';
import type {
  HeldShare,
  HolderReply,
  HolderRequest,
  HoldSample,
  HoldTarget,
  OpenedShare,
  Sources,
} from './protocol.ts';

const GRACE_MS = 1000;
const GRACE_AT_ABORT_MS = 250;
const STDERR_KEPT = 2000;
const STOPPED = 'A holder of connections was stopped.';

type Call = { resolve: (reply: HolderReply & { ok: true }) => void; reject: (e: Error) => void };
type Asked = HolderRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

/**
 * Starts a holder on these cores; null: on any. Rejects when it cannot be started. `signal` ends it at
 * once: calls under way reject with GeneratorGone. `program` is for tests of the bundle.
 */
export async function startHolder(options: {
  cores: readonly number[] | null;
  signal: AbortSignal;
  program?: string;
}): Promise<HolderProcess> {
  options.signal.throwIfAborted();
  const command = ownCommand(options.program ?? ownProgram('holder'));
  const [file, ...args] = pinned(options.cores, command) as [string, ...string[]];
  // taskset becomes the program by exec, so its process and its IPC descriptor stay the same.
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const holder = new HolderProcess(child, options.signal);
  try {
    await holder.ready;
  } catch (error) {
    await holder[Symbol.asyncDispose]();
    options.signal.throwIfAborted();
    throw error;
  }
  return holder;
}

export class HolderProcess implements AsyncDisposable {
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

  constructor(child: ChildProcess, signal: AbortSignal) {
    this.#child = child;
    const { promise, resolve: up, reject: failed } = withResolvers();
    this.ready = promise;
    this.ready.catch(() => {});
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.on('message', (message: HolderReply | { ready: true }) => {
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
    signal.addEventListener('abort', stop, { once: true });
    void this.#ended.then(() => signal.removeEventListener('abort', stop));
  }

  /** For tests and for its memory. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Rejects with ScenarioUnsendable. */
  async prepare(target: HoldTarget, share: Share, sources: Sources | null): Promise<void> {
    await this.#call({ op: 'prepare', target, share, sources });
  }

  async open(startAtMs: number): Promise<OpenedShare> {
    const { opened } = await this.#call({ op: 'open', startAtMs });
    return opened as OpenedShare;
  }

  async hold(startAtMs: number): Promise<HeldShare> {
    const { held } = await this.#call({ op: 'hold', startAtMs });
    return held as HeldShare;
  }

  async close(): Promise<{ dropped: number; samples: HoldSample[] }> {
    const { dropped = 0, samples = [] } = await this.#call({ op: 'close' });
    return { dropped, samples };
  }

  /** Ends the process: asks by disconnecting, then kills. Never rejects; may be called again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end(GRACE_MS);
  }

  async #end(graceMs: number): Promise<void> {
    this.#disposing = true;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #call(request: Asked): Promise<HolderReply & { ok: true }> {
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

  #settle(reply: HolderReply): void {
    const call = this.#calls.get(reply.id);
    this.#calls.delete(reply.id);
    if (reply.ok) call?.resolve(reply);
    else if (reply.reason === 'scenario') call?.reject(new ScenarioUnsendable(reply.message));
    else call?.reject(new Error(`Holding connections failed: ${reply.message}`));
  }

  #die(what: string): Error {
    const tail = this.#stderr.trim();
    const message = this.#disposing ? STOPPED : `A holder of connections ${what}.`;
    this.#death = new GeneratorGone(tail === '' ? message : `${message}\n${tail}`);
    for (const { reject } of this.#calls.values()) reject(this.#death);
    this.#calls.clear();
    return this.#death;
  }
}

/** Node.js 20 has no Promise.withResolvers yet. */
function withResolvers() {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
