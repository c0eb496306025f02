/**
 * Closed-loop HTTP/3 load on one target: on every connection, each stream is followed by the next
 * request as soon as it is answered. A slice is a fixed number of requests; each ends as good or as
 * one error.
 *
 * Retry: when a connection that rested between slices closes without a byte of an answer to one of
 * its first requests, the server's idle timer may have met our datagram. Such a request is sent once
 * more, if its method is idempotent. So is, whatever its method, a request that a GOAWAY says was
 * not looked at (RFC 9114, 5.2). Nothing else is ever retried.
 *
 * A slice always ends. Each request has `timeoutMs`. The rest of the slice is given up, and counted
 * as the last error's kind, when no answer at all came for twice that long, when more requests hung
 * than there are places for, or when every connection was refused three times in a row.
 */
import type { HttpScenario } from '../../../config/experiment.ts';
import { Latencies } from '../http1/latencies.ts';
import type { ErrorCounts, ErrorKind, Target } from '../protocol.ts';
import { RequestSequence, type Share } from '../sequence.ts';
import { machineMs, noErrors, type OnError, type Session, type SessionSlice } from '../session.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { Exchange } from './exchange.ts';
import { type Http3Library, loadHttp3 } from './library.ts';
import { openConnections } from './opening.ts';
import { prepareVariant, type Variant } from './variant.ts';
import { checkBodies, wireOptions } from './wire-options.ts';

export { probeHttp3 } from './probe.ts';

const REFUSALS_TO_GIVE_UP = 3;
const FEWEST_TIMEOUTS_TO_GIVE_UP = 8;

interface Run {
  /** Requests that nobody has taken up yet. */
  untaken: number;
  /** The first number behind this slice's requests in the sequence. */
  end: number;
  /** Exchanges that have a request. */
  active: Set<Exchange>;
  good: number;
  errors: ErrorCounts;
  lastAnswerMs: number;
  lastError: ErrorKind;
  gaveUp: ErrorKind | null;
  backoffs: Set<NodeJS.Timeout>;
  finish: () => void;
}

export class Http3Session implements ConnectionOwner, Session {
  readonly engine: string;
  readonly #sequence: RequestSequence;
  readonly #variants: readonly Variant[];
  readonly #connections: Connection[];
  readonly #exchanges: Exchange[];
  readonly #timeoutMs: number;
  readonly #onError: OnError;
  readonly #latencies = new Latencies();
  readonly #sweeper: NodeJS.Timeout;
  #run: Run | null = null;
  /** Connections that are being opened outside of a slice. */
  #opening: { settle: (refusal: string | null) => void; abort: () => void } | null = null;
  /** Requests asked for so far: where each slice begins in the sequence, whatever became of the last. */
  #asked = 0;
  #refused = 0;
  #disposed = false;

  /**
   * Opens nothing yet. Throws when the scenario cannot be sent, or the HTTP/3 client is missing.
   * `onError` hears of every failure.
   */
  constructor(
    target: Target<HttpScenario>,
    share: Share,
    onError: OnError,
    library: Http3Library = loadHttp3(),
  ) {
    const { scenario } = target;
    const options = wireOptions(target, library);
    this.#sequence = new RequestSequence(scenario.requests, target.root, share);
    this.#variants = this.#sequence.variants.map((request) => prepareVariant(target, request));
    checkBodies(scenario, this.#variants, library);
    this.engine = `@currentspace/http3 ${library.version} (${library.runtime})`;
    this.#timeoutMs = scenario.timeoutMs;
    this.#onError = onError;
    this.#connections = Array.from(
      { length: scenario.connections },
      () => new Connection(library.open, options, this),
    );
    // Every connection's first stream before any second one.
    this.#exchanges = Array.from({ length: scenario.streams }, () =>
      this.#connections.map((connection) => new Exchange(connection, this.#variant(0))),
    ).flat();
    const periodMs = Math.min(250, Math.max(5, scenario.timeoutMs / 8));
    this.#sweeper = setInterval(() => this.#sweep(), periodMs);
  }

  /** Opens every connection, a few at a time. Rejects when none could be opened. */
  async open(): Promise<void> {
    const refusal = await this.#openClosed();
    if (refusal !== null && this.#connections.every(({ state }) => state === 'closed')) {
      throw new Error(`no connection could be opened: ${refusal}`);
    }
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
      active: new Set(),
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

  /** Closes the idle connections until the next slice, which opens them again. */
  rest(): void {
    for (const connection of this.#connections) {
      if (connection.state === 'open' && !connection.isBusy) connection.drop();
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
    this.#opening?.settle(null);
  }

  notOpened(connection: Connection, reason: string): void {
    if (++connection.openFailures === REFUSALS_TO_GIVE_UP) this.#refused++;
    this.#opening?.settle(reason);
  }

  answered(exchange: Exchange): void {
    const run = this.#run;
    if (!run?.active.delete(exchange)) return;
    const nowMs = performance.now();
    this.#latencies.add(nowMs - exchange.since);
    run.good++;
    run.lastAnswerMs = nowMs;
    this.#takeNext(run, exchange, nowMs);
  }

  failed(exchange: Exchange, kind: ErrorKind, message: string, isConnectionLost: boolean): void {
    const run = this.#run;
    if (!run?.active.has(exchange)) return;
    if (isConnectionLost && exchange.mayRetry && !exchange.answer.hasBegun) {
      exchange.mayRetry = false;
      exchange.connection.submit(exchange);
      return;
    }
    const nowMs = performance.now();
    if (kind === 'status' || kind === 'body') {
      this.#latencies.add(nowMs - exchange.since);
      run.lastAnswerMs = nowMs;
    }
    this.#failRequest(run, exchange, nowMs, kind, message);
  }

  refused(exchange: Exchange): void {
    const run = this.#run;
    if (!run?.active.has(exchange)) return;
    if (exchange.wasRefused) {
      const message = 'the server refused the request twice (GOAWAY)';
      this.#failRequest(run, exchange, performance.now(), 'closed', message);
    } else {
      exchange.wasRefused = true;
      exchange.connection.submit(exchange);
    }
  }

  #start(run: Run, startMs: number): void {
    this.#run = run;
    for (const exchange of this.#exchanges) {
      if (run.untaken === 0 || this.#run !== run) break;
      this.#takeNext(run, exchange, startMs, exchange.connection.answers > 0);
    }
  }

  /** Gives the exchange its next request, if there is one; ends the slice after the last. */
  #takeNext(run: Run, exchange: Exchange, nowMs: number, hasRested = false): void {
    if (run.untaken === 0) {
      if (run.active.size === 0) this.#finish(run);
      return;
    }
    exchange.variant = this.#variant(run.end - run.untaken);
    exchange.since = nowMs;
    exchange.mayRetry = hasRested && exchange.variant.isIdempotent;
    exchange.wasRefused = false;
    run.untaken--;
    run.active.add(exchange);
    exchange.connection.submit(exchange);
  }

  #variant(number: number): Variant {
    return this.#variants[this.#sequence.at(number)] as Variant;
  }

  /** Counts one failed request and lets the exchange go on. */
  #failRequest(
    run: Run,
    exchange: Exchange,
    nowMs: number,
    kind: ErrorKind,
    message: string,
  ): void {
    run.active.delete(exchange);
    run.errors[kind]++;
    run.lastError = kind;
    this.#onError(kind, message);
    const places = this.#exchanges.length;
    if (this.#refused === this.#connections.length) this.#giveUp(run, 'connect');
    else if (run.errors.timeout >= Math.max(places, FEWEST_TIMEOUTS_TO_GIVE_UP)) {
      this.#giveUp(run, 'timeout');
    } else if (kind === 'connect' && run.untaken > 0) this.#backOff(run, exchange);
    else this.#takeNext(run, exchange, nowMs);
  }

  /** A refusing server is asked again after 10, 20, 40 … ms, so that it is not hammered. */
  #backOff(run: Run, exchange: Exchange): void {
    const delayMs = Math.min(200, 5 * 2 ** exchange.connection.openFailures);
    const timer = setTimeout(() => {
      run.backoffs.delete(timer);
      this.#takeNext(run, exchange, performance.now());
    }, delayMs);
    run.backoffs.add(timer);
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const connection of this.#connections) {
      if (connection.state !== 'opening') continue;
      if (nowMs - connection.openingSince < this.#timeoutMs) continue;
      connection.abandon(`no answer to the QUIC handshake after ${this.#timeoutMs} ms`);
    }
    const run = this.#run;
    if (run === null) return;
    for (const exchange of [...run.active]) {
      if (nowMs - exchange.since < this.#timeoutMs || !run.active.has(exchange)) continue;
      this.#timeOut(run, exchange, nowMs);
    }
    if (this.#run === run && nowMs - run.lastAnswerMs > 2 * this.#timeoutMs) {
      this.#giveUp(run, run.lastError);
    }
  }

  #timeOut(run: Run, exchange: Exchange, nowMs: number): void {
    const { connection } = exchange;
    const message = `no complete answer after ${this.#timeoutMs} ms; ${exchange.progress()}`;
    // A server that vanished says nothing: no kernel closes a QUIC connection for it.
    if (connection.heardAtMs < exchange.sentAtMs) connection.drain();
    const kind = connection.state === 'opening' ? 'connect' : 'timeout';
    connection.cancel(exchange);
    this.#failRequest(run, exchange, nowMs, kind, message);
  }

  /** Ends the slice: what is in flight or not yet taken up fails as `kind`. */
  #giveUp(run: Run, kind: ErrorKind): void {
    run.errors[kind] += run.active.size + run.untaken;
    run.active.clear();
    run.untaken = 0;
    run.gaveUp = kind;
    for (const connection of this.#connections) {
      if (connection.isBusy || connection.state === 'opening') connection.drop();
    }
    this.#finish(run);
  }

  #finish(run: Run): void {
    if (this.#run !== run) return;
    for (const timer of run.backoffs) clearTimeout(timer);
    this.#run = null;
    run.finish();
  }

  /** Opens what is closed, outside of any slice. Resolves to the last refusal, null when there was none. */
  async #openClosed(): Promise<string | null> {
    const closed = this.#connections.filter(({ state }) => state === 'closed');
    if (closed.length === 0 || this.#disposed) return null;
    const opening = openConnections(closed);
    this.#opening = opening;
    const refusal = await opening.done;
    this.#opening = null;
    return refusal;
  }
}
