/**
 * One slice on the connections of a session: hands out its requests, hears of their ends, and ends
 * itself. What is sent again, and when it gives up: see `session.ts`.
 */

import type { ErrorKind } from '../results.ts';
import { BackOffs } from '../shared/back-offs.ts';
import { LATE } from '../shared/broken-answer.ts';
import { REFUSALS_TO_GIVE_UP } from '../shared/give-up.ts';
import type { RequestSlice, SliceTerms } from '../shared/request-session.ts';
import type { RequestSource } from '../shared/request-source.ts';
import { maySendLostAgain, ONLY_ONCE } from '../shared/resend.ts';
import { SliceAccounting } from '../shared/slice-accounting.ts';
import type { Told } from '../unexpected.ts';
import type { Connection } from './connection.ts';
import type { Variant } from './variant.ts';

export class Slice implements RequestSlice {
  readonly #connections: readonly Connection[];
  readonly #requests: RequestSource<Variant>;
  readonly #terms: SliceTerms;
  readonly #backOffs = new BackOffs<Connection>();
  /** Where the search for an idle connection goes on. */
  #cursor = 0;
  #isOver = false;
  readonly accounting: SliceAccounting;

  constructor(
    connections: readonly Connection[],
    requests: RequestSource<Variant>,
    terms: SliceTerms,
    startMs: number,
  ) {
    this.#connections = connections;
    this.#requests = requests;
    this.#terms = terms;
    this.accounting = new SliceAccounting(terms.arrivals, terms.first, terms.timeoutMs, startMs);
  }

  start(startMs: number): void {
    this.#terms.arrivals.start(startMs, () => this.#wake());
    for (const connection of this.#connections) {
      if (this.accounting.untaken > 0) this.#takeNext(connection, startMs);
    }
  }

  onOpen(connection: Connection): void {
    // It counts since it was taken up, its connection's opening included, as over HTTP/2 and HTTP/3.
    connection.send();
  }

  onAnswer(connection: Connection): void {
    const nowMs = performance.now();
    this.accounting.succeed(connection.since, nowMs);
    this.accounting.sizes.add(connection.bodyBytes);
    this.#takeNext(connection, nowMs);
  }

  onFailure(connection: Connection, kind: ErrorKind, message: Told): void {
    const isLost = kind === 'closed' || (kind === 'status' && connection.hasTimedOut);
    const hasBegun = kind === 'closed' && connection.seen > 0;
    if (isLost && maySendLostAgain(connection, connection.variant, hasBegun)) {
      connection.wasLost = true;
      this.accounting.resent++;
      connection.open();
      return;
    }
    const { isIdempotent, label } = connection.variant;
    const isOnlyOnce = kind === 'closed' && connection.answers > 0 && !isIdempotent;
    const told = isOnlyOnce ? `${message}; ${ONLY_ONCE}` : message;
    this.#failRequest(connection, performance.now(), kind, told, label);
  }

  sweep(nowMs: number, lostMs: number): void {
    const { timeoutMs } = this.#terms;
    this.accounting.lostMs = lostMs;
    for (const connection of this.#connections) {
      const { state } = connection;
      if (state !== 'busy' && state !== 'opening') continue;
      if (nowMs - connection.since < timeoutMs + lostMs) continue;
      const message = `${LATE} ${timeoutMs} ms; ${connection.progress()}`;
      connection.drop();
      if (state === 'opening') connection.openFailures++;
      this.onFailure(connection, state === 'opening' ? 'connect' : 'timeout', message);
      if (this.#isOver) return;
    }
    const kind = this.accounting.hopeless(this.#connections.length, nowMs);
    if (kind !== null) this.giveUp(kind);
  }

  giveUp(kind: ErrorKind): void {
    if (this.#isOver) return;
    const isActive = ({ state }: Connection) => state === 'busy' || state === 'opening';
    const active = this.#connections.filter(isActive);
    for (const connection of active) connection.drop();
    const sinces = active.map(({ since }) => since);
    this.accounting.giveUp(kind, performance.now(), sinces);
    this.#end();
  }

  /** Work has become due, or the last of it has been taken up. */
  #wake(): void {
    if (this.#isOver) return;
    if (this.accounting.isOver) {
      this.#end();
      return;
    }
    const { length } = this.#connections;
    const nowMs = performance.now();
    for (let looked = 0; looked < length && this.accounting.untaken > 0; looked++) {
      if (this.accounting.active + this.#backOffs.size >= length) return;
      const connection = this.#connections[this.#cursor] as Connection;
      this.#cursor = (this.#cursor + 1) % length;
      const isFree = connection.state === 'idle' || connection.state === 'closed';
      if (isFree && !this.#backOffs.has(connection)) this.#takeNext(connection, nowMs);
      if (this.#isOver) return;
    }
  }

  /** Gives the connection its next request, if there is one; ends the slice after the last. */
  #takeNext(connection: Connection, nowMs: number): void {
    const { accounting } = this;
    if (accounting.untaken === 0) {
      if (accounting.isOver) this.#end();
      return;
    }
    connection.variant = this.#requests.at(accounting.take(nowMs));
    connection.since = accounting.since;
    connection.wasLost = false;
    if (connection.stray !== null) {
      const message = connection.stray;
      connection.stray = null;
      // Not by the request that was about to be sent: of which kind it was is not known.
      this.#failRequest(connection, nowMs, 'protocol', message, undefined);
      return;
    }
    if (connection.state === 'idle') connection.send();
    else connection.open();
  }

  /** Counts one failed request and lets the connection go on. */
  #failRequest(
    connection: Connection,
    nowMs: number,
    kind: ErrorKind,
    message: Told,
    label: string | undefined,
  ): void {
    const { accounting } = this;
    accounting.fail(kind, connection.since, nowMs);
    this.#terms.onError(kind, message, label);
    const { length } = this.#connections;
    if (kind === 'connect' && this.#isRefused()) this.giveUp('connect');
    else if (accounting.errors.timeout > 0 && accounting.hopeless(length, nowMs) === 'timeout') {
      this.giveUp('timeout');
    } else if (kind === 'connect' && accounting.untaken > 0) {
      this.#backOffs.begin(connection, connection.openFailures, () =>
        this.#takeNext(connection, performance.now()),
      );
    } else this.#takeNext(connection, nowMs);
  }

  #isRefused(): boolean {
    return this.#connections.every(({ openFailures }) => openFailures >= REFUSALS_TO_GIVE_UP);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#backOffs.clear();
    this.#terms.onEnd();
  }
}
