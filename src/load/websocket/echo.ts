/** Echo: each connection sends its next message when the last came back, byte for byte. */

import type { Arrivals } from '../arrivals.ts';
import type { ErrorKind } from '../results.ts';
import type { OnError, SessionSlice } from '../session.ts';
import { BackOffs } from '../shared/back-offs.ts';
import { REFUSALS_TO_GIVE_UP } from '../shared/give-up.ts';
import type { Told } from '../unexpected.ts';
import { Connection, type ConnectionOwner, type Loss } from './connection.ts';
import { EchoRun } from './echo-run.ts';
import type { Handshake } from './handshake.ts';
import type { Loop } from './loop.ts';
import { type MessageShape, type MessageSource, Messages, NO_ECHO } from './message.ts';
import { strayText } from './stray.ts';

export interface EchoOptions {
  handshake: Handshake;
  shape: MessageShape;
  timeoutMs: number;
  /** Number of each connection, over all generator processes. */
  numbers: readonly number[];
  /** Messages of the user's own, which all connections take in turn; null: the generator's. */
  own: MessageSource | null;
}

export class Echo implements Loop {
  readonly connections: readonly Connection[];
  readonly settleMs = 0;
  readonly #messages = new Map<Connection, MessageSource>();
  readonly #binary: boolean;
  readonly #timeoutMs: number;
  /** Connections that have a message to bring back. */
  readonly #busy = new Set<Connection>();
  readonly #backOffs = new BackOffs<Connection>();
  /** Where the search for a free connection goes on. */
  #cursor = 0;
  #run: EchoRun | null = null;
  #finished = () => {};

  /** `owner` hears what the connections tell. */
  constructor({ handshake, shape, timeoutMs, numbers, own }: EchoOptions, owner: ConnectionOwner) {
    this.#binary = shape.binary;
    this.#timeoutMs = timeoutMs;
    this.connections = numbers.map((number) => {
      const connection = new Connection(handshake, owner);
      this.#messages.set(connection, own ?? new Messages(shape, number));
      return connection;
    });
  }

  canWork(): boolean {
    return this.connections.some(({ state }) => state === 'open');
  }

  async slice(arrivals: Arrivals, onError: OnError): Promise<SessionSlice> {
    const run = new EchoRun(arrivals, this.#timeoutMs, onError);
    await new Promise<void>((resolve) => this.#start(run, resolve));
    return run.result();
  }

  #start(run: EchoRun, finished: () => void): void {
    this.#run = run;
    this.#finished = finished;
    const nowMs = performance.now();
    run.arrivals.start(nowMs, () => this.#wake(run));
    for (const connection of this.connections) this.#takeNext(connection, nowMs);
  }

  /** Work has become due, or the last of it has been taken up. */
  #wake(run: EchoRun): void {
    if (this.#run !== run || this.#finishIfDone(run)) return;
    const { length } = this.connections;
    const nowMs = performance.now();
    for (let looked = 0; looked < length && run.accounting.untaken > 0; looked++) {
      if (this.#busy.size + this.#backOffs.size >= length || this.#run !== run) return;
      const connection = this.connections[this.#cursor] as Connection;
      this.#cursor = (this.#cursor + 1) % length;
      if (!this.#busy.has(connection)) this.#takeNext(connection, nowMs);
    }
  }

  onOpen(connection: Connection): void {
    if (!this.#busy.has(connection)) return;
    // In a closed loop a message counts from when it is sent; by a clock, from its moment.
    if (this.#run?.arrivals.isOpenLoop !== true && !connection.wasLost) {
      connection.since = performance.now();
    }
    this.#send(connection);
  }

  onRefusal(connection: Connection, message: Told): void {
    this.#fail(connection, 'connect', message);
  }

  onMessage(connection: Connection, came: Buffer, binary: boolean): void {
    if (!this.#busy.has(connection)) {
      connection.stray = strayText(came, binary);
      connection.drop();
      return;
    }
    const fault = this.#messagesOf(connection).judge(came, binary);
    if (fault === null) {
      const nowMs = performance.now();
      this.#busy.delete(connection);
      connection.hasAnswered = true;
      this.#run?.succeed(connection.since, nowMs);
      this.#takeNext(connection, nowMs);
      return;
    }
    // The true echo may still come, and would then be taken for the answer to the next message.
    if (fault.kind === 'protocol') connection.drop();
    this.#fail(connection, fault.kind, fault.message);
  }

  onLoss(connection: Connection, { kind, message, mayComeAgain }: Loss): void {
    const isBusy = this.#busy.has(connection);
    if (isBusy && mayComeAgain && !connection.wasLost && this.#run !== null) {
      connection.wasLost = true;
      this.#run.accounting.resent++;
      connection.open();
    } else if (isBusy) this.#fail(connection, kind, `${message}; no echo came`);
    // An idle one that was closed is opened again. Broken bytes that nobody asked for are counted.
    else if (kind === 'protocol') connection.stray = message;
  }

  sweep(nowMs: number, lostMs: number): void {
    if (this.#run !== null) this.#run.accounting.lostMs = lostMs;
    for (const connection of [...this.#busy]) {
      if (nowMs - connection.since < this.#timeoutMs + lostMs) continue;
      const opening = connection.state === 'opening';
      connection.drop();
      if (opening) {
        connection.openFailures++;
        this.#fail(connection, 'connect', `no connection after ${this.#timeoutMs} ms`);
      } else {
        this.#fail(connection, 'timeout', `${NO_ECHO} ${this.#timeoutMs} ms`);
      }
    }
    const kind = this.#run?.accounting.hopeless(this.connections.length, nowMs) ?? null;
    if (kind !== null) this.#giveUp(kind);
  }

  stop(): void {
    if (this.#run !== null) this.#giveUp('closed');
  }

  /** Gives the connection its next message, if there is one. */
  #takeNext(connection: Connection, nowMs: number): void {
    const run = this.#run;
    if (run === null || this.#finishIfDone(run) || run.accounting.untaken === 0) return;
    if (this.#backOffs.has(connection)) return;
    run.accounting.take(nowMs);
    connection.since = run.accounting.since;
    connection.wasLost = false;
    this.#busy.add(connection);
    if (connection.stray !== null) {
      const message = connection.stray;
      connection.stray = null;
      this.#fail(connection, 'protocol', message);
    } else if (connection.state === 'open') {
      this.#send(connection);
    } else {
      connection.open();
    }
  }

  #send(connection: Connection): void {
    connection.send(this.#messagesOf(connection).next(), this.#binary);
  }

  /** Counts the failure of a busy connection, and lets it go on. */
  #fail(connection: Connection, kind: ErrorKind, message: Told): void {
    const run = this.#run;
    if (run === null) return;
    const nowMs = performance.now();
    this.#busy.delete(connection);
    run.fail(kind, message, connection.since, nowMs);
    const { length } = this.connections;
    if (this.connections.every(({ openFailures }) => openFailures >= REFUSALS_TO_GIVE_UP)) {
      this.#giveUp('connect');
    } else if (kind === 'timeout' && run.accounting.hopeless(length, nowMs) === 'timeout') {
      this.#giveUp('timeout');
    } else if (kind === 'connect' && run.accounting.untaken > 0) {
      this.#backOffs.begin(connection, connection.openFailures, () =>
        this.#takeNext(connection, performance.now()),
      );
    } else {
      this.#takeNext(connection, nowMs);
    }
  }

  #giveUp(kind: ErrorKind): void {
    const sinces = Array.from(this.#busy, ({ since }) => since);
    for (const connection of this.#busy) connection.drop();
    this.#busy.clear();
    this.#run?.giveUp(kind, sinces);
    this.#finish();
  }

  #finishIfDone(run: EchoRun): boolean {
    if (!run.isOver) return false;
    this.#finish();
    return true;
  }

  #finish(): void {
    this.#backOffs.clear();
    this.#run = null;
    this.#finished();
  }

  #messagesOf(connection: Connection): MessageSource {
    return this.#messages.get(connection) as MessageSource;
  }
}
