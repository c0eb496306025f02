/**
 * Closed-loop HTTP/1.1 load on one target: every connection sends its next request as soon as its
 * last is answered. A slice is a fixed number of requests; each ends as good or as one error.
 *
 * Retry: when a connection that rested between slices closes without a byte of an answer to its
 * first request, the server's idle timer may have met our write. Such a request is sent once more,
 * if its method is idempotent (RFC 9112, 9.3.1). Nothing else is ever retried.
 *
 * A slice always ends. Each request has `timeoutMs`. The rest of the slice is given up, and counted
 * as the last error's kind, when no answer at all came for twice that long, when more requests hung
 * than there are connections, or when every connection was refused three times in a row.
 */
import type { HttpScenario } from '../../../config/experiment.ts';
import type { ErrorCounts, ErrorKind, Target } from '../protocol.ts';
import { RequestSequence, type Share } from '../sequence.ts';
import { machineMs, noErrors, type OnError, type Session, type SessionSlice } from '../session.ts';
import { Connection, type ConnectionOwner, type Shared } from './connection.ts';
import { connectorTo } from './connector.ts';
import { Latencies } from './latencies.ts';
import { prepareVariants, type Variant } from './variant.ts';

const OPENING_AT_ONCE = 16;
const REFUSALS_TO_GIVE_UP = 3;
const FEWEST_TIMEOUTS_TO_GIVE_UP = 8;
const READ_BUFFER_BYTES = 64 * 1024;

interface Run {
  /** Requests that no connection has taken up yet. */
  untaken: number;
  /** The first number behind this slice's requests in the sequence. */
  end: number;
  /** Connections that have a request. */
  active: number;
  good: number;
  errors: ErrorCounts;
  lastAnswerMs: number;
  lastError: ErrorKind;
  gaveUp: ErrorKind | null;
  backoffs: Set<NodeJS.Timeout>;
  finish: () => void;
}

/** Connections being opened outside of a slice. */
interface Opening {
  settle: (refusal: string | null) => void;
  abort: () => void;
}

export class Http1Session implements ConnectionOwner, Session {
  readonly engine = 'http1';
  readonly #sequence: RequestSequence;
  readonly #variants: readonly Variant[];
  readonly #connections: Connection[];
  readonly #timeoutMs: number;
  readonly #onError: OnError;
  readonly #latencies = new Latencies();
  readonly #sweeper: NodeJS.Timeout;
  #run: Run | null = null;
  #opening: Opening | null = null;
  /** Requests asked for so far: where each slice begins in the sequence, whatever became of the last. */
  #asked = 0;
  #refused = 0;
  #disposed = false;

  /** Opens nothing yet. Throws when the scenario cannot be sent. `onError` hears of every failure. */
  constructor(target: Target<HttpScenario>, share: Share, onError: OnError) {
    const { scenario } = target;
    this.#sequence = new RequestSequence(scenario.requests, target.root, share);
    this.#variants = prepareVariants(target, this.#sequence.variants);
    this.#timeoutMs = scenario.timeoutMs;
    this.#onError = onError;
    const shared: Shared = {
      connector: connectorTo(target),
      readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    };
    this.#connections = Array.from(
      { length: scenario.connections },
      () => new Connection(shared, this.#variant(0), this),
    );
    const periodMs = Math.min(250, Math.max(5, scenario.timeoutMs / 8));
    this.#sweeper = setInterval(() => this.#sweep(), periodMs);
  }

  /** Opens every connection, in order, a few at a time. Rejects when none could be opened. */
  async open(): Promise<void> {
    const refusal = await this.#openClosed();
    if (refusal !== null && this.#connections.every(({ state }) => state === 'closed')) {
      throw new Error(`no connection could be opened: ${refusal}`);
    }
  }

  get isPrepared(): boolean {
    return this.#connections.every(({ state }) => state !== 'closed');
  }

  async prepare(): Promise<void> {
    await this.#openClosed();
  }

  /**
   * Sends exactly this many requests; good + errors = requests. Connections that closed since the
   * last slice are opened again first, outside of the measured time.
   */
  async slice(requests: number): Promise<SessionSlice> {
    if (!Number.isSafeInteger(requests) || requests < 1) {
      throw new RangeError(`a slice needs at least 1 request, not ${requests}`);
    }
    if (this.#run !== null) throw new Error('a slice is already running on this session');
    await this.#openClosed();
    if (this.#disposed) throw new Error('the session is closed');

    this.#latencies.reset(requests);
    this.#asked += requests;
    const cpuBefore = process.cpuUsage();
    const startedAtMs = machineMs();
    const startMs = performance.now();
    const run: Run = {
      untaken: requests,
      end: this.#asked,
      active: 0,
      good: 0,
      errors: noErrors(),
      lastAnswerMs: startMs,
      lastError: 'timeout',
      gaveUp: null,
      backoffs: new Set(),
      finish: () => {},
    };
    const endMs = await new Promise<number>((resolve) => {
      run.finish = () => resolve(performance.now());
      this.#start(run, startMs);
    });
    const cpu = process.cpuUsage(cpuBefore);
    return {
      startedAtMs,
      durationUs: (endMs - startMs) * 1000,
      good: run.good,
      errors: run.errors,
      generatorCpuUs: cpu.user + cpu.system,
      medianLatencyUs: this.#latencies.median() * 1000,
      gaveUp: run.gaveUp,
    };
  }

  skip(requests: number): void {
    this.#asked += requests;
  }

  /**
   * Closes the idle connections until the next slice, which opens them again. A server that serves
   * one connection at a time would wait on them, and answer nobody else.
   */
  rest(): void {
    for (const connection of this.#connections) {
      if (connection.state === 'idle') connection.drop();
    }
  }

  /** Closes every connection. A slice that still runs is given up. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    clearInterval(this.#sweeper);
    if (this.#run !== null) this.#giveUp(this.#run, 'closed');
    for (const connection of this.#connections) connection.drop();
    this.#opening?.abort();
  }

  opened(connection: Connection): void {
    if (connection.openFailures >= REFUSALS_TO_GIVE_UP) this.#refused--;
    connection.openFailures = 0;
    if (this.#opening !== null) {
      this.#opening.settle(null);
    } else {
      connection.since = performance.now();
      connection.send();
    }
  }

  answered(connection: Connection): void {
    const run = this.#run;
    if (run === null) return;
    const nowMs = performance.now();
    this.#latencies.add(nowMs - connection.since);
    connection.mayRetry = false;
    run.good++;
    run.lastAnswerMs = nowMs;
    run.active--;
    this.#takeNext(run, connection, nowMs);
  }

  failed(connection: Connection, kind: ErrorKind, message: string): void {
    if (kind === 'connect' && ++connection.openFailures === REFUSALS_TO_GIVE_UP) this.#refused++;
    if (this.#opening !== null) {
      this.#opening.settle(message);
      return;
    }
    const run = this.#run;
    if (run === null) return;
    const retry = kind === 'closed' && connection.mayRetry && connection.seen === 0;
    connection.mayRetry = false;
    if (retry) {
      connection.open();
      return;
    }
    const nowMs = performance.now();
    if (kind === 'status' || kind === 'body') {
      this.#latencies.add(nowMs - connection.since);
      run.lastAnswerMs = nowMs;
    }
    run.active--;
    this.#failRequest(run, connection, nowMs, kind, message);
  }

  #start(run: Run, startMs: number): void {
    this.#run = run;
    for (const connection of this.#connections) {
      if (run.untaken === 0) break;
      this.#takeNext(run, connection, startMs);
      connection.mayRetry = connection.variant.isIdempotent && connection.answers > 0;
    }
  }

  /** Gives the connection its next request, if there is one; ends the slice after the last. */
  #takeNext(run: Run, connection: Connection, nowMs: number): void {
    if (run.untaken === 0) {
      if (run.active === 0) this.#finish(run);
      return;
    }
    connection.variant = this.#variant(run.end - run.untaken);
    run.untaken--;
    if (connection.stray !== null) {
      const message = connection.stray;
      connection.stray = null;
      this.#failRequest(run, connection, nowMs, 'protocol', message);
      return;
    }
    run.active++;
    connection.since = nowMs;
    if (connection.state === 'idle') connection.send();
    else connection.open();
  }

  /** Counts one failed request and lets the connection go on. */
  #failRequest(
    run: Run,
    connection: Connection,
    nowMs: number,
    kind: ErrorKind,
    message: string,
  ): void {
    run.errors[kind]++;
    run.lastError = kind;
    this.#onError(kind, message);
    const { length } = this.#connections;
    if (this.#refused === length) this.#giveUp(run, 'connect');
    else if (run.errors.timeout >= Math.max(length, FEWEST_TIMEOUTS_TO_GIVE_UP)) {
      this.#giveUp(run, 'timeout');
    } else if (kind === 'connect' && run.untaken > 0) this.#backOff(run, connection);
    else this.#takeNext(run, connection, nowMs);
  }

  /** A refusing server is asked again after 10, 20, 40 … ms, so that it is not hammered. */
  #backOff(run: Run, connection: Connection): void {
    const delayMs = Math.min(200, 5 * 2 ** connection.openFailures);
    const timer = setTimeout(() => {
      run.backoffs.delete(timer);
      this.#takeNext(run, connection, performance.now());
    }, delayMs);
    run.backoffs.add(timer);
  }

  #variant(number: number): Variant {
    return this.#variants[this.#sequence.at(number)] as Variant;
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const connection of this.#connections) {
      const { state } = connection;
      if (state !== 'busy' && state !== 'opening') continue;
      if (nowMs - connection.since < this.#timeoutMs) continue;
      const message = `no complete answer after ${this.#timeoutMs} ms; ${connection.progress()}`;
      connection.drop();
      this.failed(connection, state === 'opening' ? 'connect' : 'timeout', message);
    }
    const run = this.#run;
    if (run !== null && nowMs - run.lastAnswerMs > 2 * this.#timeoutMs) {
      this.#giveUp(run, run.lastError);
    }
  }

  /** Ends the slice: what is in flight or not yet taken up fails as `kind`. */
  #giveUp(run: Run, kind: ErrorKind): void {
    for (const connection of this.#connections) {
      if (connection.state === 'busy' || connection.state === 'opening') connection.drop();
    }
    run.errors[kind] += run.active + run.untaken;
    run.active = 0;
    run.untaken = 0;
    run.gaveUp = kind;
    this.#finish(run);
  }

  #finish(run: Run): void {
    for (const timer of run.backoffs) clearTimeout(timer);
    this.#run = null;
    run.finish();
  }

  /** Opens what is closed, outside of any slice. Resolves to the last refusal, null when there was none. */
  async #openClosed(): Promise<string | null> {
    const closed = this.#connections.filter(({ state }) => state === 'closed');
    if (closed.length === 0 || this.#disposed) return null;
    let lastRefusal: string | null = null;
    let next = 0;
    let pending = closed.length;
    await new Promise<void>((resolve) => {
      const openNext = () => {
        const connection = closed[next++];
        if (connection === undefined) return;
        connection.since = performance.now();
        connection.open();
      };
      this.#opening = {
        settle: (refusal) => {
          lastRefusal = refusal ?? lastRefusal;
          if (--pending === 0) resolve();
          else openNext();
        },
        abort: resolve,
      };
      for (let i = 0; i < OPENING_AT_ONCE; i++) openNext();
    });
    this.#opening = null;
    return lastRefusal;
  }
}
