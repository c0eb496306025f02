/**
 * Closed-loop HTTP/2 load on one target: every stream of every connection sends its next request as
 * soon as its last is answered. A slice is a fixed number of requests; each ends as good or as one
 * error. When the server allows fewer streams than the scenario wants, there are fewer; when it
 * allows none, the connection counts as refused.
 *
 * Sent again, once: a request that the server says it did not look at (GOAWAY; RFC 9113, 8.7), and an
 * idempotent one on a connection that rested between slices and closed before any answer, because the
 * server's idle timer may have met our write (RFC 9110, 9.2.2). Nothing else: a reset stream, also a
 * refused one, is an error.
 *
 * A slice always ends. Each request has `timeoutMs`; its stream is reset then, and the connection goes
 * on. The rest of the slice is given up, and counted as the last error's kind, when no answer at all
 * came for twice that long, when more requests hung than can be in flight, or when every connection
 * was refused three times in a row.
 */
import type { HttpScenario } from '../../../config/experiment.ts';
import { SliceBooks } from '../closed-loop.ts';
import { connectorTo } from '../http1/connector.ts';
import { Latencies } from '../http1/latencies.ts';
import type { ErrorKind, Target } from '../protocol.ts';
import { RequestSequence, type Share } from '../sequence.ts';
import { machineMs, type OnError, type Session, type SessionSlice } from '../session.ts';
import { Connection, type ConnectionOwner, type Shared } from './connection.ts';
import { type RequestFrames, requestFrames } from './request.ts';
import type { Stream } from './stream.ts';

const OPENING_AT_ONCE = 16;
const REFUSALS_TO_GIVE_UP = 3;
const READ_BUFFER_BYTES = 64 * 1024;

interface Run {
  books: SliceBooks;
  /** Taken up, but not sent: for want of a connection or of a stream. */
  waiting: Map<Connection, Waiting[]>;
  backoffs: Map<Connection, NodeJS.Timeout>;
  finish: () => void;
}

interface Waiting {
  request: RequestFrames;
  since: number;
  isResent: boolean;
}

/** Connections being opened outside of a slice. */
interface Opening {
  settle: (refusal: string | null) => void;
  abort: () => void;
}

export class Http2Session implements ConnectionOwner, Session {
  readonly engine = 'http2';
  readonly #sequence: RequestSequence;
  readonly #requests: readonly RequestFrames[];
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
    this.#requests = this.#sequence.variants.map((variant) => requestFrames(target, variant));
    this.#timeoutMs = scenario.timeoutMs;
    this.#onError = onError;
    const shared: Shared = {
      connector: connectorTo(target, ['h2', 'http/1.1']),
      isSecured: scenario.tls !== null,
      streams: scenario.streams,
      readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    };
    this.#connections = Array.from(
      { length: scenario.connections },
      () => new Connection(shared, this),
    );
    const periodMs = Math.min(250, Math.max(5, scenario.timeoutMs / 8));
    this.#sweeper = setInterval(() => this.#sweep(), periodMs);
  }

  /** Requests that can be in flight on all connections, by the scenario and the server's last word. */
  get width(): number {
    return this.#connections.reduce((sum, { width }) => sum + width, 0);
  }

  /** Opens every connection, in order, a few at a time. Rejects when none could be opened. */
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
    const first = this.#asked;
    this.#asked += requests;
    const cpuBefore = process.cpuUsage();
    const startedAtMs = machineMs();
    const startMs = performance.now();
    const run: Run = {
      books: new SliceBooks(requests, first, this.#timeoutMs, startMs),
      waiting: new Map(this.#connections.map((connection) => [connection, []])),
      backoffs: new Map(),
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
      good: run.books.good,
      errors: run.books.errors,
      generatorCpuUs: cpu.user + cpu.system,
      medianLatencyUs: this.#latencies.median() * 1000,
      gaveUp: run.books.gaveUp,
    };
  }

  /**
   * Closes the idle connections until the next slice, which opens them again. A server that serves
   * one connection at a time would wait on them, and answer nobody else.
   */
  rest(): void {
    for (const connection of this.#connections) {
      if (connection.state === 'open' && connection.inFlight === 0) connection.drop();
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
    if (this.#opening !== null) this.#opening.settle(null);
    else this.#fill(connection);
  }

  refused(connection: Connection, kind: ErrorKind, message: string): void {
    if (++connection.openFailures === REFUSALS_TO_GIVE_UP) this.#refused++;
    if (this.#opening !== null) {
      this.#opening.settle(message);
      return;
    }
    const run = this.#run;
    if (run === null) return;
    const waiting = run.waiting.get(connection)?.splice(0) ?? [];
    for (const _ of waiting) this.#fail(run, kind, message);
    if (this.#refused === this.#connections.length) this.#giveUp(run, kind);
    if (run.books.untaken > 0) this.#backOff(run, connection);
    this.#fill(connection);
  }

  ready(connection: Connection): void {
    this.#fill(connection);
  }

  answered(connection: Connection, stream: Stream): void {
    const run = this.#run;
    if (run === null) return;
    const nowMs = performance.now();
    this.#latencies.add(nowMs - stream.since);
    run.books.succeed(nowMs);
    this.#fill(connection, nowMs);
  }

  failed(connection: Connection, stream: Stream, kind: ErrorKind, message: string): void {
    const run = this.#run;
    if (run === null) return;
    if (kind === 'status' || kind === 'body') {
      this.#latencies.add(performance.now() - stream.since);
    }
    this.#fail(run, kind, message);
    this.#fill(connection);
  }

  unprocessed(connection: Connection, stream: Stream, message: string): void {
    const run = this.#run;
    if (run === null) return;
    if (stream.isResent) this.#fail(run, 'closed', message);
    else this.#sendAgain(run, connection, stream);
    this.#fill(connection);
  }

  lost(connection: Connection, streams: Stream[], kind: ErrorKind, message: string): void {
    if (streams.length === 0 && kind === 'protocol') connection.stray = message;
    const run = this.#run;
    if (run === null) return;
    const metIdleTimer = kind === 'closed' && connection.isRested;
    for (const stream of streams) {
      if (metIdleTimer && stream.request.isIdempotent && !stream.isResent) {
        this.#sendAgain(run, connection, stream);
      } else {
        this.#fail(run, kind, `${message}; ${stream.progress()}`);
      }
    }
    this.#fill(connection);
  }

  #start(run: Run, startMs: number): void {
    this.#run = run;
    for (const connection of this.#connections) connection.isRested = connection.answers > 0;
    // One each and then once more, so that also a short slice loads every connection alike.
    for (let before = -1; run.books.untaken !== before; ) {
      before = run.books.untaken;
      for (const connection of this.#connections) {
        if (connection.room > 0 && connection.stray === null && run.books.untaken > 0) {
          this.#sendNext(run, connection, startMs);
        }
      }
    }
    for (const connection of this.#connections) this.#fill(connection, startMs);
  }

  /** Gives the connection as many requests as it has room for; ends the slice after the last. */
  #fill(connection: Connection, nowMs: number = performance.now()): void {
    const run = this.#run;
    if (run === null) return;
    const { books } = run;
    if (connection.stray !== null && books.untaken > 0) {
      const message = connection.stray;
      connection.stray = null;
      books.take();
      this.#fail(run, 'protocol', message);
    }
    if (connection.state === 'open') {
      const waiting = run.waiting.get(connection) as Waiting[];
      while (waiting.length > 0 && connection.room > 0) {
        const { request, since, isResent } = waiting.shift() as Waiting;
        this.#send(connection, request, since, isResent);
      }
      while (books.untaken > 0 && connection.room > 0) this.#sendNext(run, connection, nowMs);
    } else if (connection.state === 'closed' && !run.backoffs.has(connection)) {
      this.#reopen(run, connection, nowMs);
    }
    if (books.isOver) this.#finish(run);
  }

  #sendNext(run: Run, connection: Connection, nowMs: number): void {
    this.#send(connection, this.#request(run.books.take()), nowMs, false);
  }

  #send(connection: Connection, request: RequestFrames, since: number, isResent: boolean): void {
    const stream = connection.send(request);
    stream.since = since;
    stream.isResent = isResent;
  }

  #request(number: number): RequestFrames {
    return this.#requests[this.#sequence.at(number)] as RequestFrames;
  }

  /** Opens the connection if there is a request for it: that one waits for it, and fails with it. */
  #reopen(run: Run, connection: Connection, nowMs: number): void {
    const waiting = run.waiting.get(connection) as Waiting[];
    if (waiting.length === 0) {
      if (run.books.untaken === 0) return;
      const request = this.#request(run.books.take());
      waiting.push({ request, since: nowMs, isResent: false });
    }
    connection.since = nowMs;
    connection.open();
  }

  #sendAgain(run: Run, connection: Connection, { request, since }: Stream): void {
    run.waiting.get(connection)?.push({ request, since, isResent: true });
  }

  /** Counts one failed request. The slice may be over after that, when it is given up. */
  #fail(run: Run, kind: ErrorKind, message: string): void {
    if (this.#run !== run) return;
    const nowMs = performance.now();
    run.books.fail(kind, nowMs);
    this.#onError(kind, message);
    const hopeless = run.books.hopeless(this.width, nowMs);
    if (hopeless !== null) this.#giveUp(run, hopeless);
  }

  /** A refusing server is asked again after 10, 20, 40 … ms, so that it is not hammered. */
  #backOff(run: Run, connection: Connection): void {
    const delayMs = Math.min(200, 5 * 2 ** connection.openFailures);
    const timer = setTimeout(() => {
      run.backoffs.delete(connection);
      this.#fill(connection);
    }, delayMs);
    run.backoffs.set(connection, timer);
  }

  #sweep(): void {
    const nowMs = performance.now();
    const isLate = ({ since }: { since: number }) => nowMs - since >= this.#timeoutMs;
    for (const connection of this.#connections) {
      if (connection.state === 'opening' && isLate(connection)) {
        connection.drop();
        const message = `no HTTP/2 connection after ${this.#timeoutMs} ms`;
        this.refused(connection, 'connect', message);
      }
      const run = this.#run;
      if (run === null) continue;
      for (const stream of connection.streams().filter(isLate)) {
        const message = `no complete answer after ${this.#timeoutMs} ms; ${stream.progress()}`;
        this.#fail(run, 'timeout', message);
        if (this.#run === run) connection.cancel(stream);
      }
      if (connection.state === 'open') this.#sweepWaiting(run, connection, isLate);
      this.#fill(connection);
    }
    const hopeless = this.#run?.books.hopeless(this.width, nowMs) ?? null;
    if (this.#run !== null && hopeless !== null) this.#giveUp(this.#run, hopeless);
  }

  #sweepWaiting(run: Run, connection: Connection, isLate: (waiting: Waiting) => boolean): void {
    const waiting = run.waiting.get(connection) as Waiting[];
    const late = waiting.filter(isLate).length;
    // The first have waited longest.
    waiting.splice(0, late);
    for (let i = 0; i < late; i++) {
      this.#fail(
        run,
        'timeout',
        `no complete answer after ${this.#timeoutMs} ms; no stream was free`,
      );
    }
  }

  /** Ends the slice: what is in flight or not yet taken up fails as `kind`. */
  #giveUp(run: Run, kind: ErrorKind): void {
    if (this.#run !== run) return;
    run.books.giveUp(kind);
    this.#finish(run);
    for (const connection of this.#connections) {
      if (connection.state === 'opening' || connection.inFlight > 0) connection.drop();
    }
  }

  #finish(run: Run): void {
    if (this.#run !== run) return;
    for (const timer of run.backoffs.values()) clearTimeout(timer);
    this.#run = null;
    run.finish();
  }

  /** Opens what is closed, outside of any slice. Resolves to the last refusal, null when there was none. */
  async #openClosed(): Promise<string | null> {
    const closed = this.#connections.filter(({ state }) => state === 'closed');
    if (closed.length === 0) return null;
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
