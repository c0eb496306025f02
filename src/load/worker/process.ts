/**
 * The gate's side of a process of its own that makes load: talks to it, notices its death and its silence,
 * ends it. What is measured runs as the same user and may stop it or keep it from working, so every call
 * has its time, and a process that says nothing at all is not waited for.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationText } from '../../config/values/duration.ts';
import { type Excerpt, PrintedError } from '../../system/messages/printed.ts';
import { lastLines } from '../../system/output/output-file.ts';

/** No call can be answered any more: the process ended, or was stopped. */
export class GeneratorGone extends PrintedError {
  constructor(message: string, printed: readonly Excerpt[] = []) {
    super(message, printed);
    this.name = 'GeneratorGone';
  }
}

/** What was measured meanwhile says nothing: somebody had the process stand still. */
export class GeneratorStopped extends Error {
  /** `who`: "The load generator". */
  constructor(who: string) {
    super(`${who} was stopped for a while (SIGSTOP or SIGTSTP) while it measured`);
    this.name = 'GeneratorStopped';
  }
}

/** The scenario cannot be sent to any server: no arm is to blame. */
export class ScenarioUnsendable extends PrintedError {
  constructor(message: string) {
    super(`the scenario cannot be sent: ${message}`, []);
    this.name = 'ScenarioUnsendable';
  }
}

export interface HelperRequest {
  id: number;
  op: string;
}

/** `scenario`: it cannot be sent, to whichever server. */
export interface FailedReply {
  id: number;
  ok: false;
  reason: 'scenario' | 'other';
  message: string;
  printed: readonly Excerpt[];
}

export type HelperReply = { id: number; ok: true } | FailedReply;

/** What a helper says by itself. `alive`: the answer to a ping; `went-on`: it had been stopped. */
export type HelperNews = { news: 'ready' | 'alive' | 'went-on' };

export interface HelperNames {
  /** "The load generator". */
  who: string;
  /** What failed when a call did: "The load generator failed". */
  failed: string;
  by: Excerpt['by'];
}

const GRACE_MS = 1000;
/** A process that still listens ends within a millisecond. */
const GRACE_AT_ABORT_MS = 250;
const AFTER_KILL_MS = 5000;
const STDERR_KEPT = 2000;
const DRAIN_MS = 1000;
/** From its start to its first word. */
const READY_WITHIN_MS = 60_000;
/**
 * Whoever works is asked for a sign of life; measured slices are shorter than that. So many pings without
 * any answer mean that nobody is there. They are counted, not timed: the gate may itself be slow.
 */
const PINGS = { everyMs: 5000, silent: 6 };

interface Call<Reply> {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
  limit: NodeJS.Timeout;
}

type Good<Reply> = Extract<Reply, { ok: true }>;
type Asked<Request> = Request extends unknown ? Omit<Request, 'id'> : never;

export class HelperProcess<Request extends HelperRequest, Reply extends HelperReply>
  implements AsyncDisposable
{
  readonly #child: ChildProcess;
  readonly #names: HelperNames;
  readonly #calls = new Map<number, Call<Good<Reply>>>();
  readonly #ended: Promise<void>;
  readonly #pings: typeof PINGS;
  #nextId = 1;
  #silent = 0;
  #wasStopped = false;
  #stderr = '';
  /** Why no call can be answered any more. */
  #death: GeneratorGone | null = null;
  /** Why it was killed by us. */
  #verdict: string | null = null;
  #disposing = false;
  /** Settles when the program is up, or has failed to come up. */
  readonly ready: Promise<void>;

  /** `signal` ends the process at once. */
  constructor(
    child: ChildProcess,
    names: HelperNames,
    signal: AbortSignal | undefined,
    pings = PINGS,
  ) {
    this.#child = child;
    this.#names = names;
    this.#pings = pings;
    let up: () => void;
    let failed: (error: Error) => void;
    this.ready = new Promise((resolve, reject) => {
      up = resolve;
      failed = reject;
    });
    this.ready.catch(() => {});
    const start = setTimeout(() => this.#giveUp('did not start within a minute'), READY_WITHIN_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.on('message', (message: Reply | HelperNews) => {
      this.#silent = 0;
      if (!('news' in message)) this.#settle(message);
      else if (message.news === 'went-on') this.#wasStopped = true;
      else if (message.news === 'ready') {
        clearTimeout(start);
        up();
      }
    });
    const pinging = setInterval(() => this.#ping(), pings.everyMs);
    // Not the child's own `close`: Node never emits it once the parent has disconnected.
    const drained = new Promise((resolve) => child.stderr?.once('close', resolve));
    this.#ended = new Promise((resolve) => {
      const end = (what: string) => {
        clearTimeout(start);
        clearInterval(pinging);
        failed(this.#die(what));
        resolve();
      };
      child.on('error', (error) => {
        // Without a process there will be no `exit`; an error of a live one changes nothing.
        if (child.pid === undefined) end(`could not be started: ${error.message}`);
      });
      child.on('exit', async (code, killer) => {
        await Promise.race([drained, sleep(DRAIN_MS, undefined, { ref: false })]);
        end(killer === null ? `ended with code ${code}` : `was killed by ${killer}`);
      });
    });
    const stop = () => void this.#end(GRACE_AT_ABORT_MS);
    signal?.addEventListener('abort', stop, { once: true });
    void this.#ended.then(() => signal?.removeEventListener('abort', stop));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Rejects with GeneratorGone when there is no answer within `limitMs`, and ends the process then; with
   * GeneratorStopped when the process stood still meanwhile.
   */
  call(request: Asked<Request>, limitMs: number): Promise<Good<Reply>> {
    return new Promise((resolve, reject) => {
      if (this.#death !== null || this.#disposing) {
        reject(this.#death ?? new GeneratorGone(this.#stoppedText()));
        return;
      }
      const id = this.#nextId++;
      const overdue = `did not do what it was asked to (${request.op}) within ${durationText(limitMs)}`;
      const limit = setTimeout(() => this.#giveUp(overdue), limitMs);
      this.#calls.set(id, { resolve, reject, limit });
      // A channel that just broke is followed by the process's end, which rejects every call.
      this.#child.send({ ...request, id }, () => {});
    });
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
    await Promise.race([this.#ended, sleep(graceMs + AFTER_KILL_MS, undefined, { ref: false })]);
    clearTimeout(timer);
  }

  #ping(): void {
    if (this.#calls.size === 0 || this.#disposing) {
      this.#silent = 0;
      return;
    }
    const { everyMs, silent } = this.#pings;
    if (this.#silent++ === silent) {
      const seconds = (silent * everyMs) / 1000;
      this.#giveUp(`gave no sign of life for ${seconds} s: it is stopped, or hangs`);
      return;
    }
    this.#child.send({ op: 'ping' }, () => {});
  }

  #giveUp(why: string): void {
    this.#verdict ??= why;
    this.#child.kill('SIGKILL');
  }

  #settle(reply: Reply): void {
    const call = this.#calls.get(reply.id);
    if (call === undefined) return;
    this.#calls.delete(reply.id);
    clearTimeout(call.limit);
    if (this.#wasStopped) {
      this.#wasStopped = false;
      call.reject(new GeneratorStopped(this.#names.who));
    } else if (reply.ok) {
      call.resolve(reply as Good<Reply>);
    } else if (reply.reason === 'scenario') {
      call.reject(new ScenarioUnsendable(reply.message));
    } else {
      call.reject(new PrintedError(`${this.#names.failed}: ${reply.message}`, reply.printed));
    }
  }

  #stoppedText(): string {
    return `${this.#names.who} was stopped.`;
  }

  #die(what: string): Error {
    const lines = lastLines(this.#stderr);
    const { who, by } = this.#names;
    const message = this.#disposing ? this.#stoppedText() : `${who} ${this.#verdict ?? what}.`;
    this.#death = new GeneratorGone(message, lines.length > 0 ? [{ by, lines }] : []);
    for (const { reject, limit } of this.#calls.values()) {
      clearTimeout(limit);
      reject(this.#death);
    }
    this.#calls.clear();
    return this.#death;
  }
}
