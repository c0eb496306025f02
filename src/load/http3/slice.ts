/**
 * One slice on the exchanges of a session: hands out its requests, hears of their ends, and ends
 * itself. What is sent again, and when it gives up: see `session.ts`.
 */

import type { ErrorKind } from '../results.ts';
import { BackOffs } from '../shared/back-offs.ts';
import { LATE } from '../shared/broken-answer.ts';
import { REFUSALS_TO_GIVE_UP } from '../shared/give-up.ts';
import type { RequestSlice, SliceTerms } from '../shared/request-session.ts';
import type { RequestSource } from '../shared/request-source.ts';
import { maySendLostAgain, maySendRefusedAgain } from '../shared/resend.ts';
import { SliceAccounting } from '../shared/slice-accounting.ts';
import { EndedByCode, type Told } from '../unexpected.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';
import type { Variant } from './variant.ts';

export class Slice implements RequestSlice {
  readonly #connections: readonly Connection[];
  readonly #exchanges: readonly Exchange<Connection>[];
  readonly #requests: RequestSource<Variant>;
  readonly #terms: SliceTerms;
  /** Exchanges that have a request. */
  readonly #active = new Set<Exchange<Connection>>();
  readonly #backOffs = new BackOffs<Connection>();
  #isOver = false;
  /** Where the search for a free exchange goes on. */
  #cursor = 0;
  /** No exchange is free: whichever is again will look for work. */
  #isFull = false;
  readonly accounting: SliceAccounting;

  constructor(
    connections: readonly Connection[],
    exchanges: readonly Exchange<Connection>[],
    requests: RequestSource<Variant>,
    terms: SliceTerms,
    startMs: number,
  ) {
    this.#connections = connections;
    this.#exchanges = exchanges;
    this.#requests = requests;
    this.#terms = terms;
    this.accounting = new SliceAccounting(terms.arrivals, terms.first, terms.timeoutMs, startMs);
  }

  start(startMs: number): void {
    this.#terms.arrivals.start(startMs, () => this.#wake());
    for (const exchange of this.#exchanges) {
      if (this.accounting.untaken === 0) return;
      this.#takeNext(exchange, startMs);
    }
  }

  onAnswer(exchange: Exchange<Connection>): void {
    if (!this.#active.delete(exchange)) return;
    const nowMs = performance.now();
    this.accounting.succeed(exchange.since, nowMs);
    this.accounting.sizes.add(exchange.answer.bodyBytes);
    this.#takeNext(exchange, nowMs);
  }

  onFailure(
    exchange: Exchange<Connection>,
    kind: ErrorKind,
    message: Told,
    isConnectionLost: boolean,
  ): void {
    if (!this.#active.has(exchange)) return;
    const { variant, answer, connection } = exchange;
    const isLost = isConnectionLost && kind === 'closed';
    if (isLost && maySendLostAgain(exchange, variant, answer.hasBegun)) {
      exchange.wasLost = true;
      this.accounting.resent++;
      if (message instanceof EndedByCode) this.accounting.resentFor = message.code;
      connection.submit(exchange);
      return;
    }
    this.#fail(exchange, performance.now(), kind, message);
  }

  onRefusal(exchange: Exchange<Connection>): void {
    if (!this.#active.has(exchange)) return;
    if (maySendRefusedAgain(exchange)) {
      exchange.refusals++;
      this.accounting.resent++;
      exchange.connection.submit(exchange);
    } else {
      const message = `the server refused the request ${exchange.refusals + 1} times (GOAWAY or H3_REQUEST_REJECTED)`;
      this.#fail(exchange, performance.now(), 'closed', message);
    }
  }

  /** Fails what is late. */
  sweep(nowMs: number, lostMs: number): void {
    const { timeoutMs } = this.#terms;
    this.accounting.lostMs = lostMs;
    for (const exchange of [...this.#active]) {
      const isLate = nowMs - exchange.since >= timeoutMs + lostMs;
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
    for (const connection of this.#connections) {
      if (connection.isBusy || connection.state === 'opening') connection.drop();
    }
  }

  /** Work has become due, the last of it has been taken up, or a connection has waited long enough. */
  #wake(): void {
    if (this.accounting.isOver) this.#end();
    const exchanges = this.#exchanges;
    const nowMs = performance.now();
    let fruitless = 0;
    while (!this.#isOver && !this.#isFull && this.accounting.untaken > 0) {
      const exchange = exchanges[this.#cursor] as Exchange<Connection>;
      this.#cursor = (this.#cursor + 1) % exchanges.length;
      fruitless++;
      if (!this.#active.has(exchange) && !this.#backOffs.has(exchange.connection)) {
        this.#takeNext(exchange, nowMs);
        fruitless = 0;
      }
      this.#isFull = fruitless === exchanges.length;
    }
  }

  /** Gives the exchange its next request, if there is one; ends the slice after the last. */
  #takeNext(exchange: Exchange<Connection>, nowMs: number): void {
    const { accounting } = this;
    if (accounting.isOver) this.#end();
    if (this.#isOver) return;
    if (accounting.untaken === 0) {
      this.#isFull = false;
      return;
    }
    if (this.#backOffs.has(exchange.connection)) return;
    exchange.variant = this.#requests.at(accounting.take(nowMs));
    exchange.since = accounting.since;
    exchange.wasLost = false;
    exchange.refusals = 0;
    this.#active.add(exchange);
    exchange.connection.submit(exchange);
  }

  /** Counts one failed request and lets the exchange go on. */
  #fail(exchange: Exchange<Connection>, nowMs: number, kind: ErrorKind, message: Told): void {
    const { connection } = exchange;
    this.#active.delete(exchange);
    this.accounting.fail(kind, exchange.since, nowMs);
    this.#terms.onError(kind, message, exchange.variant.label);
    this.#giveUpIfHopeless(nowMs);
    if (this.#isOver) return;
    if (kind === 'connect' && !this.#terms.arrivals.isDrained) {
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
    const message = `${LATE} ${this.#terms.timeoutMs} ms; ${exchange.progress()}`;
    // A server that vanished says nothing: no kernel closes a QUIC connection for it.
    if (connection.heardAtMs < exchange.sentAtMs) connection.drain();
    connection.cancel(exchange);
    this.#fail(exchange, nowMs, kind, message);
  }

  #giveUpIfHopeless(nowMs: number): void {
    if (this.#connections.every(({ openFailures }) => openFailures >= REFUSALS_TO_GIVE_UP)) {
      this.giveUp('connect');
    }
    const kind = this.accounting.hopeless(this.#exchanges.length, nowMs);
    if (kind !== null) this.giveUp(kind);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#backOffs.clear();
    this.#terms.onEnd();
  }
}
