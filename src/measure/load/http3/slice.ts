/**
 * One slice on the exchanges of a session: hands out its requests, hears of their ends, and ends
 * itself. What is sent again, and when it gives up: see `session.ts`.
 */
import { SliceBooks } from '../closed-loop.ts';
import type { Latencies } from '../latencies.ts';
import type { ErrorKind } from '../protocol.ts';
import type { OnError } from '../session.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';
import type { Variant } from './variant.ts';

const REFUSALS_TO_GIVE_UP = 3;

export interface SliceOptions {
  connections: readonly Connection[];
  exchanges: readonly Exchange[];
  /** The request with this number. */
  variantAt: (number: number) => Variant;
  /** How many, and the number of the first. */
  work: number;
  first: number;
  timeoutMs: number;
  latencies: Latencies;
  onError: OnError;
  onEnd: () => void;
}

export class Slice {
  readonly #options: SliceOptions;
  /** Exchanges that have a request. */
  readonly #active = new Set<Exchange>();
  readonly #backoffs = new Set<NodeJS.Timeout>();
  #isOver = false;
  readonly books: SliceBooks;

  constructor(options: SliceOptions, startMs: number) {
    const { work, first, timeoutMs } = options;
    this.#options = options;
    this.books = new SliceBooks(work, first, timeoutMs, startMs);
  }

  start(startMs: number): void {
    for (const exchange of this.#options.exchanges) {
      if (this.books.untaken === 0) return;
      this.#takeNext(exchange, startMs, exchange.connection.answers > 0);
    }
  }

  answered(exchange: Exchange): void {
    if (!this.#active.delete(exchange)) return;
    const nowMs = performance.now();
    this.#options.latencies.add(nowMs - exchange.since);
    this.books.succeed(nowMs);
    this.#takeNext(exchange, nowMs);
  }

  failed(exchange: Exchange, kind: ErrorKind, message: string, isConnectionLost: boolean): void {
    if (!this.#active.has(exchange)) return;
    if (isConnectionLost && exchange.mayRetry && !exchange.answer.hasBegun) {
      exchange.mayRetry = false;
      exchange.connection.submit(exchange);
      return;
    }
    const nowMs = performance.now();
    if (kind === 'status' || kind === 'body') this.#options.latencies.add(nowMs - exchange.since);
    this.#fail(exchange, nowMs, kind, message);
  }

  refused(exchange: Exchange): void {
    if (!this.#active.has(exchange)) return;
    if (exchange.wasRefused) {
      const message = 'the server refused the request twice (GOAWAY)';
      this.#fail(exchange, performance.now(), 'closed', message);
    } else {
      exchange.wasRefused = true;
      exchange.connection.submit(exchange);
    }
  }

  /** Fails what is late. */
  sweep(nowMs: number): void {
    const { timeoutMs } = this.#options;
    for (const exchange of [...this.#active]) {
      const isLate = nowMs - exchange.since >= timeoutMs;
      if (isLate && this.#active.has(exchange)) this.#timeOut(exchange, nowMs);
    }
    this.#giveUpIfHopeless(nowMs);
  }

  /** Ends the slice: what is in flight or not yet taken up fails as `kind`. */
  giveUp(kind: ErrorKind): void {
    if (this.#isOver) return;
    this.books.giveUp(kind);
    this.#active.clear();
    this.#end();
    for (const connection of this.#options.connections) {
      if (connection.isBusy || connection.state === 'opening') connection.drop();
    }
  }

  /** Gives the exchange its next request, if there is one; ends the slice after the last. */
  #takeNext(exchange: Exchange, nowMs: number, hasRested = false): void {
    if (this.books.isOver) this.#end();
    if (this.#isOver || this.books.untaken === 0) return;
    exchange.variant = this.#options.variantAt(this.books.take());
    exchange.since = nowMs;
    exchange.mayRetry = hasRested && exchange.variant.isIdempotent;
    exchange.wasRefused = false;
    this.#active.add(exchange);
    exchange.connection.submit(exchange);
  }

  /** Counts one failed request and lets the exchange go on. */
  #fail(exchange: Exchange, nowMs: number, kind: ErrorKind, message: string): void {
    this.#active.delete(exchange);
    this.books.fail(kind, nowMs);
    this.#options.onError(kind, message);
    this.#giveUpIfHopeless(nowMs);
    if (this.#isOver) return;
    if (kind === 'connect' && this.books.untaken > 0) this.#backOff(exchange);
    else this.#takeNext(exchange, nowMs);
  }

  /** A refusing server is asked again after 10, 20, 40 … ms, so that it is not hammered. */
  #backOff(exchange: Exchange): void {
    const delayMs = Math.min(200, 5 * 2 ** exchange.connection.openFailures);
    const timer = setTimeout(() => {
      this.#backoffs.delete(timer);
      this.#takeNext(exchange, performance.now());
    }, delayMs);
    this.#backoffs.add(timer);
  }

  #timeOut(exchange: Exchange, nowMs: number): void {
    const { connection } = exchange;
    const kind = connection.state === 'opening' ? 'connect' : 'timeout';
    const message = `no complete answer after ${this.#options.timeoutMs} ms; ${exchange.progress()}`;
    // A server that vanished says nothing: no kernel closes a QUIC connection for it.
    if (connection.heardAtMs < exchange.sentAtMs) connection.drain();
    connection.cancel(exchange);
    this.#fail(exchange, nowMs, kind, message);
  }

  #giveUpIfHopeless(nowMs: number): void {
    const { connections, exchanges } = this.#options;
    if (connections.every(({ openFailures }) => openFailures >= REFUSALS_TO_GIVE_UP)) {
      this.giveUp('connect');
    }
    const kind = this.books.hopeless(exchanges.length, nowMs);
    if (kind !== null) this.giveUp(kind);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#backoffs) clearTimeout(timer);
    this.#options.onEnd();
  }
}
