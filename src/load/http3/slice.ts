/**
 * One slice on the exchanges of a session: hands out its requests, hears of their ends, and ends
 * itself. What is sent again, and when it gives up: see `session.ts`.
 */

import type { Arrivals } from '../arrivals.ts';
import { BackOffs } from '../back-offs.ts';
import { REFUSALS_TO_GIVE_UP } from '../give-up.ts';
import { mayHaveMetIdleTimer } from '../idle-timer.ts';
import type { ErrorKind } from '../protocol.ts';
import type { OnError } from '../session.ts';
import { SliceAccounting } from '../slice-accounting.ts';
import type { Told } from '../unexpected.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';
import type { Variant } from './variant.ts';

export interface SliceOptions {
  connections: readonly Connection[];
  exchanges: readonly Exchange<Connection>[];
  /** The request with this number. */
  variantAt: (number: number) => Variant;
  arrivals: Arrivals;
  /** Number of the first request. */
  first: number;
  timeoutMs: number;
  onError: OnError;
  onEnd: () => void;
}

export class Slice {
  readonly #options: SliceOptions;
  /** Exchanges that have a request. */
  readonly #active = new Set<Exchange<Connection>>();
  readonly #backOffs = new BackOffs<Connection>();
  #isOver = false;
  /** Where the search for a free exchange goes on. */
  #cursor = 0;
  /** No exchange is free: whichever is again will look for work. */
  #isFull = false;
  readonly accounting: SliceAccounting;

  constructor(options: SliceOptions, startMs: number) {
    const { arrivals, first, timeoutMs } = options;
    this.#options = options;
    this.accounting = new SliceAccounting(arrivals, first, timeoutMs, startMs);
  }

  start(startMs: number): void {
    const { arrivals, exchanges } = this.#options;
    arrivals.start(startMs, () => this.#wake());
    for (const exchange of exchanges) {
      if (this.accounting.untaken === 0) return;
      this.#takeNext(exchange, startMs, this.#hasRested(exchange, startMs));
    }
  }

  onAnswer(exchange: Exchange<Connection>): void {
    if (!this.#active.delete(exchange)) return;
    const nowMs = performance.now();
    this.accounting.succeed(exchange.since, nowMs);
    this.#takeNext(exchange, nowMs);
  }

  onFailure(
    exchange: Exchange<Connection>,
    kind: ErrorKind,
    message: Told,
    isConnectionLost: boolean,
  ): void {
    if (!this.#active.has(exchange)) return;
    if (isConnectionLost && exchange.mayRetry && !exchange.answer.hasBegun) {
      exchange.mayRetry = false;
      exchange.connection.submit(exchange);
      return;
    }
    this.#fail(exchange, performance.now(), kind, message);
  }

  onRefusal(exchange: Exchange<Connection>): void {
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
    const sinces = Array.from(this.#active, ({ since }) => since);
    this.accounting.giveUp(kind, performance.now(), sinces);
    this.#active.clear();
    this.#end();
    for (const connection of this.#options.connections) {
      if (connection.isBusy || connection.state === 'opening') connection.drop();
    }
  }

  /** Work has become due, the last of it has been taken up, or a connection has waited long enough. */
  #wake(): void {
    if (this.accounting.isOver) this.#end();
    const { exchanges } = this.#options;
    const nowMs = performance.now();
    let fruitless = 0;
    while (!this.#isOver && !this.#isFull && this.accounting.untaken > 0) {
      const exchange = exchanges[this.#cursor] as Exchange<Connection>;
      this.#cursor = (this.#cursor + 1) % exchanges.length;
      fruitless++;
      if (!this.#active.has(exchange) && !this.#backOffs.has(exchange.connection)) {
        this.#takeNext(exchange, nowMs, this.#hasRested(exchange, nowMs));
        fruitless = 0;
      }
      this.#isFull = fruitless === exchanges.length;
    }
  }

  #hasRested({ connection: { answers, heardAtMs } }: Exchange<Connection>, nowMs: number): boolean {
    return mayHaveMetIdleTimer(heardAtMs, nowMs, answers);
  }

  /** Gives the exchange its next request, if there is one; ends the slice after the last. */
  #takeNext(exchange: Exchange<Connection>, nowMs: number, hasRested = false): void {
    const { accounting } = this;
    if (accounting.isOver) this.#end();
    if (this.#isOver) return;
    if (accounting.untaken === 0) {
      this.#isFull = false;
      return;
    }
    if (this.#backOffs.has(exchange.connection)) return;
    exchange.variant = this.#options.variantAt(accounting.take(nowMs));
    exchange.since = accounting.since;
    exchange.mayRetry = hasRested && exchange.variant.isIdempotent;
    exchange.wasRefused = false;
    this.#active.add(exchange);
    exchange.connection.submit(exchange);
  }

  /** Counts one failed request and lets the exchange go on. */
  #fail(exchange: Exchange<Connection>, nowMs: number, kind: ErrorKind, message: Told): void {
    const { connection } = exchange;
    this.#active.delete(exchange);
    this.accounting.fail(kind, exchange.since, nowMs);
    this.#options.onError(kind, message);
    this.#giveUpIfHopeless(nowMs);
    if (this.#isOver) return;
    if (kind === 'connect' && !this.#options.arrivals.isDrained) {
      this.#backOffs.begin(connection, connection.openFailures, () => {
        this.#isFull = false;
        this.#wake();
      });
    } else {
      this.#takeNext(exchange, nowMs);
    }
  }

  #timeOut(exchange: Exchange<Connection>, nowMs: number): void {
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
    const kind = this.accounting.hopeless(exchanges.length, nowMs);
    if (kind !== null) this.giveUp(kind);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#backOffs.clear();
    this.#options.onEnd();
  }
}
