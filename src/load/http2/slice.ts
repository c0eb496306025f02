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
import { maySendLostAgain, maySendRefusedAgain } from '../shared/resend.ts';
import { SliceAccounting } from '../shared/slice-accounting.ts';
import { EndedByCode, type Told, withMore } from '../unexpected.ts';
import type { Connection, LossTold } from './connection.ts';
import type { RequestFrames } from './request.ts';
import type { Stream } from './stream.ts';
import { type Waiting, WaitingLists } from './waiting.ts';

export class Slice implements RequestSlice {
  readonly #connections: readonly Connection[];
  readonly #requests: RequestSource<RequestFrames>;
  readonly #terms: SliceTerms;
  readonly #waiting: WaitingLists;
  readonly #backOffs = new BackOffs<Connection>();
  #isOver = false;
  /** Where the search for a place goes on. */
  #cursor = 0;
  /** No connection can take anything: whichever can again will be filled. */
  #isFull = false;
  readonly accounting: SliceAccounting;

  constructor(
    connections: readonly Connection[],
    requests: RequestSource<RequestFrames>,
    terms: SliceTerms,
    startMs: number,
  ) {
    this.#connections = connections;
    this.#requests = requests;
    this.#terms = terms;
    this.#waiting = new WaitingLists(connections);
    this.accounting = new SliceAccounting(terms.arrivals, terms.first, terms.timeoutMs, startMs);
  }

  start(startMs: number): void {
    const connections = this.#connections;
    this.#terms.arrivals.start(startMs, () => this.#wake());
    // One each and then once more, so that also a short slice loads every connection alike.
    for (let before = -1; this.accounting.untaken !== before; ) {
      before = this.accounting.untaken;
      for (const connection of connections) {
        if (connection.capacity > 0 && connection.stray === null && this.accounting.untaken > 0) {
          this.#sendNext(connection, startMs);
        }
      }
    }
    for (const connection of connections) {
      if (this.accounting.untaken > 0) this.fill(connection, startMs);
    }
  }

  /** Gives the connection as many requests as it has room for; ends the slice after the last. */
  fill(connection: Connection, nowMs: number = performance.now()): void {
    if (this.#isOver) return;
    if (connection.stray !== null && this.accounting.untaken > 0) {
      this.#failStray(connection, nowMs);
      if (this.#isOver) return;
    }
    if (connection.state === 'open') {
      this.#waiting.send(connection);
      while (this.accounting.untaken > 0 && connection.capacity > 0)
        this.#sendNext(connection, nowMs);
    } else if (connection.state === 'closed' && !this.#backOffs.has(connection)) {
      this.#reopen(connection, nowMs);
    }
    if (this.#isFull && this.accounting.untaken === 0) this.#isFull = false;
    if (this.accounting.isOver) this.#end();
  }

  onAnswer(connection: Connection, stream: Stream): void {
    const nowMs = performance.now();
    this.accounting.succeed(stream.since, nowMs);
    this.accounting.sizes.add(stream.body.bytes);
    this.fill(connection, nowMs);
  }

  onFailure(connection: Connection, stream: Stream, kind: ErrorKind, message: Told): void {
    const nowMs = performance.now();
    // What is reset while the connection ends, ends with it.
    if (kind === 'closed' && connection.isDraining && this.#mayResendLost(stream)) {
      this.#resend(connection, { ...waitingOf(stream), wasLost: true }, message);
    } else {
      this.#fail(kind, message, stream, nowMs);
      this.#giveUpIfHopeless(nowMs);
    }
    this.fill(connection, nowMs);
  }

  onUnprocessed(connection: Connection, stream: Stream, message: EndedByCode): void {
    const nowMs = performance.now();
    const { refusals } = stream;
    if (maySendRefusedAgain(stream)) {
      this.#resend(connection, { ...waitingOf(stream), refusals: refusals + 1 }, message);
    } else {
      const told = withMore(message, `; so it did ${refusals + 1} times`);
      this.#fail('closed', told, stream, nowMs);
      this.#giveUpIfHopeless(nowMs);
    }
    this.fill(connection, nowMs);
  }

  onLoss(connection: Connection, streams: Stream[], kind: ErrorKind, message: LossTold): void {
    const nowMs = performance.now();
    for (const stream of streams) {
      if (kind === 'closed' && this.#mayResendLost(stream)) {
        this.#resend(connection, { ...waitingOf(stream), wasLost: true }, message);
      } else {
        this.#fail(kind, withMore(message, `; ${stream.progress()}`), stream, nowMs);
      }
    }
    this.#giveUpIfHopeless(nowMs);
    this.fill(connection, nowMs);
  }

  onRefusal(connection: Connection, kind: ErrorKind, message: string): void {
    const nowMs = performance.now();
    for (const waiting of this.#waiting.takeOut(connection)) {
      this.#fail(kind, message, waiting, nowMs);
    }
    const isRefused = ({ openFailures }: Connection) => openFailures >= REFUSALS_TO_GIVE_UP;
    if (this.#connections.every(isRefused)) this.giveUp(kind);
    else this.#giveUpIfHopeless(nowMs);
    if (!this.#terms.arrivals.isDrained) {
      this.#backOffs.begin(connection, connection.openFailures, () => this.fill(connection));
    }
    this.fill(connection, nowMs);
  }

  /** Fails what is late. */
  sweep(nowMs: number, lostMs: number): void {
    const { timeoutMs } = this.#terms;
    this.accounting.lostMs = lostMs;
    const untilMs = nowMs - timeoutMs - lostMs;
    const late = `${LATE} ${timeoutMs} ms`;
    for (const connection of this.#connections) {
      const before = this.accounting.errors.timeout;
      for (const stream of connection.streams()) {
        if (this.#isOver) return;
        if (stream.since > untilMs) continue;
        // A window that never opens, or a socket that nobody reads.
        const held = stream.unsent > 0 ? ': its flow control lets no more of it through' : '';
        this.#fail('timeout', `${late}; ${stream.progress()}${held}`, stream, nowMs);
        connection.cancel(stream);
      }
      if (connection.state === 'open') {
        for (const waiting of this.#waiting.takeOut(connection, untilMs)) {
          const message = `${late}; no stream was free for the request`;
          this.#fail('timeout', message, waiting, nowMs);
        }
      }
      if (this.accounting.errors.timeout > before) this.#giveUpIfHopeless(nowMs);
      this.fill(connection, nowMs);
    }
    this.#giveUpIfHopeless(nowMs);
  }

  /** Ends the slice: what is in flight or not yet taken up fails as `kind`. */
  giveUp(kind: ErrorKind): void {
    if (this.#isOver) return;
    const connections = this.#connections;
    const active = connections.flatMap((one) => [...one.streams(), ...this.#waiting.of(one)]);
    const sinces = active.map(({ since }) => since);
    this.accounting.giveUp(kind, performance.now(), sinces);
    this.#end();
    for (const connection of connections) {
      if (connection.state === 'opening' || connection.inFlight > 0) connection.drop();
    }
  }

  /** Work has become due, or the last of it has been taken up. */
  #wake(): void {
    if (this.accounting.isOver) this.#end();
    const connections = this.#connections;
    const nowMs = performance.now();
    let fruitless = 0;
    while (!this.#isOver && !this.#isFull && this.accounting.untaken > 0) {
      const connection = connections[this.#cursor] as Connection;
      this.#cursor = (this.#cursor + 1) % connections.length;
      fruitless = this.#giveOne(connection, nowMs) ? 0 : fruitless + 1;
      this.#isFull = fruitless === connections.length;
    }
  }

  #mayResendLost(stream: Stream): boolean {
    return maySendLostAgain(stream, stream.request, stream.hasBegun);
  }

  /** `why`: what came of it before. */
  #resend(connection: Connection, waiting: Waiting, why: Told): void {
    this.accounting.resent++;
    // A worker that is replaced says NO_ERROR.
    if (why instanceof EndedByCode && why.code !== 'NO_ERROR') this.accounting.resentFor = why.code;
    this.#waiting.add(connection, waiting);
  }

  /** Gives the connection a request. Returns false when it can take none. */
  #giveOne(connection: Connection, nowMs: number): boolean {
    if (connection.stray !== null) {
      this.#failStray(connection, nowMs);
    } else if (connection.capacity > 0) {
      this.#sendNext(connection, nowMs);
    } else if (connection.state === 'closed' && !this.#backOffs.has(connection)) {
      this.#reopen(connection, nowMs);
    } else {
      return false;
    }
    return true;
  }

  #sendNext(connection: Connection, nowMs: number): void {
    const stream = connection.send(this.#requests.at(this.accounting.take(nowMs)));
    stream.since = this.accounting.since;
    stream.wasLost = false;
    stream.refusals = 0;
  }

  /** Opens the connection if there is a request for it: that one waits for it, and fails with it. */
  #reopen(connection: Connection, nowMs: number): void {
    if (this.#waiting.of(connection).length === 0) {
      if (this.accounting.untaken === 0) return;
      const request = this.#requests.at(this.accounting.take(nowMs));
      const { since } = this.accounting;
      this.#waiting.add(connection, { request, since, wasLost: false, refusals: 0 });
    }
    connection.since = nowMs;
    connection.open();
  }

  /** Takes up a request that fails for what came while nothing was asked for. */
  #failStray(connection: Connection, nowMs: number): void {
    const message = connection.stray as string;
    connection.stray = null;
    this.accounting.take(nowMs);
    this.#fail('protocol', message, this.accounting, nowMs);
    this.#giveUpIfHopeless(nowMs);
  }

  /** `whose`: what has failed; a request that was not chosen yet has a time alone. */
  #fail(
    kind: ErrorKind,
    message: Told,
    whose: { since: number; request?: RequestFrames },
    nowMs: number,
  ): void {
    this.accounting.fail(kind, whose.since, nowMs);
    this.#terms.onError(kind, message, whose.request?.label);
  }

  #giveUpIfHopeless(nowMs: number): void {
    const width = this.#connections.reduce((sum, connection) => sum + connection.width, 0);
    const kind = this.accounting.hopeless(width, nowMs);
    if (kind !== null) this.giveUp(kind);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#backOffs.clear();
    this.#terms.onEnd();
  }
}

function waitingOf({ request, since, wasLost, refusals }: Stream): Waiting {
  return { request, since, wasLost, refusals };
}
