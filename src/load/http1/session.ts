/**
 * Closed-loop HTTP/1.1 load on one target: every connection sends its next request as soon as its
 * last is answered. A slice is a fixed number of requests; each ends as good or as one error.
 *
 * Retry: when a connection that rested for long closes without a byte of an answer to its next request,
 * the server's idle timer may have met our write. Such a request is sent once more,
 * if its method is idempotent (RFC 9112, 9.3.1). Nothing else is ever retried.
 *
 * A slice always ends. Each request has `timeoutMs`. The rest of the slice is given up, and counted
 * as the last error's kind, when no answer at all came for twice that long, when more requests hung
 * than there are connections, or when every connection was refused three times in a row.
 */

import type { HttpScenario } from '../../config/experiment.ts';
import { type Arrivals, latenciesOf } from '../arrivals.ts';
import { REFUSALS_TO_GIVE_UP, sweepPeriodMs } from '../give-up.ts';
import { mayHaveMetIdleTimer } from '../idle-timer.ts';
import type { ErrorKind, Target } from '../protocol.ts';
import { RequestSequence, type Share } from '../sequence.ts';
import { machineMs, type OnError, type Session, type SessionSlice } from '../session.ts';
import { arrivalsOf, SliceAccounting } from '../slice-accounting.ts';
import type { Told } from '../unexpected.ts';
import { Connection, type ConnectionOwner, type Shared } from './connection.ts';
import { connectorTo } from './connector.ts';
import { prepareVariants, type Variant } from './variant.ts';

const OPENING_AT_ONCE = 16;
const READ_BUFFER_BYTES = 64 * 1024;

interface Run {
  accounting: SliceAccounting;
  arrivals: Arrivals;
  backoffs: Map<Connection, NodeJS.Timeout>;
  /** Where the search for an idle connection goes on. */
  cursor: number;
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
    const periodMs = sweepPeriodMs(scenario.timeoutMs);
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
   * Sends exactly this many requests, or as the arrivals say; good + errors = requests. Connections that
   * closed since the last slice are opened again first, outside of the measured time.
   */
  async slice(work: number | Arrivals): Promise<SessionSlice> {
    const arrivals = arrivalsOf(work, 'request');
    if (this.#run !== null) throw new Error('a slice is already running on this session');
    await this.#openClosed();
    if (this.#disposed) throw new Error('the session is closed');

    const cpuBefore = process.cpuUsage();
    const startedAtMs = machineMs();
    const startMs = performance.now();
    const accounting = new SliceAccounting(arrivals, this.#asked, this.#timeoutMs, startMs);
    const run: Run = { accounting, arrivals, backoffs: new Map(), cursor: 0, finish: () => {} };
    const endMs = await new Promise<number>((resolve) => {
      run.finish = () => resolve(performance.now());
      this.#start(run, startMs);
    });
    const cpu = process.cpuUsage(cpuBefore);
    this.#asked = accounting.next;
    return {
      startedAtMs,
      durationUs: (endMs - startMs) * 1000,
      good: accounting.good,
      errors: accounting.errors,
      generatorCpuUs: cpu.user + cpu.system,
      ...latenciesOf(arrivals),
      gaveUp: accounting.gaveUp,
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

  onOpen(connection: Connection): void {
    if (connection.openFailures >= REFUSALS_TO_GIVE_UP) this.#refused--;
    connection.openFailures = 0;
    if (this.#opening !== null) {
      this.#opening.settle(null);
    } else {
      // In a closed loop a request counts from its write; by a clock, from its moment.
      if (this.#run?.arrivals.isOpenLoop !== true) connection.since = performance.now();
      connection.send();
    }
  }

  onAnswer(connection: Connection): void {
    const run = this.#run;
    if (run === null) return;
    const nowMs = performance.now();
    connection.mayRetry = false;
    connection.endedMs = nowMs;
    run.accounting.succeed(connection.since, nowMs);
    this.#takeNext(run, connection, nowMs);
  }

  onFailure(connection: Connection, kind: ErrorKind, message: Told): void {
    if (kind === 'connect' && ++connection.openFailures === REFUSALS_TO_GIVE_UP) this.#refused++;
    if (this.#opening !== null) {
      this.#opening.settle(String(message));
      return;
    }
    const run = this.#run;
    if (run === null) return;
    const retry = kind === 'closed' && connection.mayRetry && connection.seen === 0;
    connection.mayRetry = false;
    if (retry) connection.open();
    else this.#failRequest(run, connection, performance.now(), kind, message);
  }

  #start(run: Run, startMs: number): void {
    this.#run = run;
    run.arrivals.start(startMs, () => this.#wake(run));
    for (const connection of this.#connections) {
      if (run.accounting.untaken > 0) this.#takeNext(run, connection, startMs);
    }
  }

  /** Work has become due, or the last of it has been taken up. */
  #wake(run: Run): void {
    if (this.#run !== run) return;
    if (run.accounting.isOver) {
      this.#finish(run);
      return;
    }
    const { length } = this.#connections;
    const nowMs = performance.now();
    for (let looked = 0; looked < length && run.accounting.untaken > 0; looked++) {
      if (run.accounting.active + run.backoffs.size >= length) return;
      const connection = this.#connections[run.cursor] as Connection;
      run.cursor = (run.cursor + 1) % length;
      const isFree = connection.state === 'idle' || connection.state === 'closed';
      if (isFree && !run.backoffs.has(connection)) this.#takeNext(run, connection, nowMs);
      if (this.#run !== run) return;
    }
  }

  /** Gives the connection its next request, if there is one; ends the slice after the last. */
  #takeNext(run: Run, connection: Connection, nowMs: number): void {
    const { accounting } = run;
    if (accounting.untaken === 0) {
      if (accounting.isOver) this.#finish(run);
      return;
    }
    connection.variant = this.#variant(accounting.take(nowMs));
    connection.since = accounting.since;
    if (connection.stray !== null) {
      const message = connection.stray;
      connection.stray = null;
      this.#failRequest(run, connection, nowMs, 'protocol', message);
      return;
    }
    const { variant, endedMs, answers } = connection;
    connection.mayRetry = variant.isIdempotent && mayHaveMetIdleTimer(endedMs, nowMs, answers);
    if (connection.state === 'idle') connection.send();
    else connection.open();
  }

  /** Counts one failed request and lets the connection go on. */
  #failRequest(
    run: Run,
    connection: Connection,
    nowMs: number,
    kind: ErrorKind,
    message: Told,
  ): void {
    const { accounting } = run;
    accounting.fail(kind, connection.since, nowMs);
    connection.endedMs = nowMs;
    this.#onError(kind, message);
    const { length } = this.#connections;
    if (this.#refused === length) this.#giveUp(run, 'connect');
    else if (accounting.errors.timeout > 0 && accounting.hopeless(length, nowMs) === 'timeout') {
      this.#giveUp(run, 'timeout');
    } else if (kind === 'connect' && accounting.untaken > 0) this.#backOff(run, connection);
    else this.#takeNext(run, connection, nowMs);
  }

  /** A refusing server is asked again after 10, 20, 40 … ms, so that it is not hammered. */
  #backOff(run: Run, connection: Connection): void {
    const delayMs = Math.min(200, 5 * 2 ** connection.openFailures);
    const timer = setTimeout(() => {
      run.backoffs.delete(connection);
      this.#takeNext(run, connection, performance.now());
    }, delayMs);
    run.backoffs.set(connection, timer);
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
      this.onFailure(connection, state === 'opening' ? 'connect' : 'timeout', message);
    }
    const run = this.#run;
    const kind = run?.accounting.hopeless(this.#connections.length, nowMs) ?? null;
    if (run !== null && kind !== null) this.#giveUp(run, kind);
  }

  /** Ends the slice: what is in flight or not yet taken up fails as `kind`. */
  #giveUp(run: Run, kind: ErrorKind): void {
    const isActive = ({ state }: Connection) => state === 'busy' || state === 'opening';
    const active = this.#connections.filter(isActive);
    for (const connection of active) connection.drop();
    const sinces = active.map(({ since }) => since);
    run.accounting.giveUp(kind, performance.now(), sinces);
    this.#finish(run);
  }

  #finish(run: Run): void {
    for (const timer of run.backoffs.values()) clearTimeout(timer);
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
