/**
 * Fan-out: one connection sends, and each message must reach every other exactly once. The next is
 * sent when all have it, or when `timeoutMs` have passed. The unit of work is a delivery.
 *
 * A slice of W deliveries is timed to the Wth, whichever receiver it reaches. Where W is no multiple
 * of the receivers, the last message reaches the others too: that is waited for after the clock has
 * stopped, so that nothing is in flight at the border, and a failure there takes the place of a
 * success. Every fault is one unit of work, also a message that came twice or unasked.
 *
 * Of messages of the user's own each receiver must get one message for each, whatever is in it. What comes before the first of
 * them is not looked at: servers that want such messages also greet, or tell who has come in.
 *
 * It runs in one process: a message must be sent when all receivers have the one before.
 */

import { type Arrivals, FixedCount } from '../arrivals.ts';
import { Latencies } from '../latencies.ts';
import type { ErrorKind } from '../results.ts';
import type { OnError, SessionSlice } from '../session.ts';
import { backOffMs } from '../shared/back-offs.ts';
import { REFUSALS_TO_GIVE_UP, timeoutsToGiveUp } from '../shared/give-up.ts';
import type { Told } from '../unexpected.ts';
import { Connection, type ConnectionOwner, type Loss } from './connection.ts';
import { FanOutRun } from './fan-out-run.ts';
import type { Handshake } from './handshake.ts';
import type { Loop } from './loop.ts';
import {
  excerpt,
  type MessageShape,
  type MessageSource,
  Messages,
  NOT_DELIVERED,
} from './message.ts';
import { TWICE_OR_UNASKED } from './stray.ts';

export interface FanOutOptions {
  handshake: Handshake;
  shape: MessageShape;
  timeoutMs: number;
  receivers: number;
  /** Messages of the user's own; null: the generator's. */
  own: MessageSource | null;
}

interface Trouble {
  kind: ErrorKind;
  message: Told;
}

/** A server may answer a handshake a little before it has added the connection to its audience. */
const SETTLE_MS = 20;

export class FanOut implements Loop {
  readonly connections: readonly Connection[];
  readonly settleMs = SETTLE_MS;
  readonly #receivers: readonly Connection[];
  readonly #sender: Connection;
  readonly #messages: MessageSource;
  /** Whether what comes now, while nothing is sent, may be a greeting. */
  #mayGreet: boolean;
  readonly #binary: boolean;
  readonly #timeoutMs: number;
  /** Receivers that the current message has not reached. */
  readonly #waiting = new Set<Connection>();
  /** Why connections that are not open are not. */
  readonly #troubles = new Map<Connection, Trouble>();
  readonly #latencies = new Latencies();
  #run: FanOutRun | null = null;
  #finished = () => {};
  #sentMs = 0;
  /** Connections that must open or be refused before the next message. */
  #opening = 0;
  #pause: NodeJS.Timeout | undefined;

  /** `owner` hears what the connections tell. */
  constructor(
    { handshake, shape, timeoutMs, receivers, own }: FanOutOptions,
    owner: ConnectionOwner,
  ) {
    this.#messages = own ?? new Messages(shape, 0);
    this.#mayGreet = own !== null;
    this.#binary = shape.binary;
    this.#timeoutMs = timeoutMs;
    this.#receivers = Array.from({ length: receivers }, () => new Connection(handshake, owner));
    this.#sender = new Connection(handshake, owner);
    this.connections = [...this.#receivers, this.#sender];
  }

  canWork(): boolean {
    return this.#isOpen(this.#sender) && this.#receivers.some((receiver) => this.#isOpen(receiver));
  }

  async slice(arrivals: Arrivals, onError: OnError): Promise<SessionSlice> {
    if (!(arrivals instanceof FixedCount)) throw new Error('a fan-out has no rate but its own');
    const run = new FanOutRun(arrivals.untaken, this.#latencies, onError);
    await new Promise<void>((resolve) => this.#start(run, resolve));
    return run.result();
  }

  #start(run: FanOutRun, finished: () => void): void {
    this.#run = run;
    this.#mayGreet = false;
    this.#finished = finished;
    const nowMs = performance.now();
    for (const connection of this.connections) {
      if (connection.stray === null) continue;
      run.fail('protocol', connection.stray, nowMs);
      connection.stray = null;
    }
    this.#next(run);
  }

  onOpen(connection: Connection): void {
    this.#troubles.delete(connection);
    this.#openingEnded(SETTLE_MS);
  }

  onRefusal(connection: Connection, message: Told): void {
    this.#troubles.set(connection, { kind: 'connect', message });
    this.#openingEnded(SETTLE_MS);
  }

  onMessage(connection: Connection, came: Buffer, binary: boolean): void {
    if (connection === this.#sender || this.#mayGreet) return;
    const nowMs = performance.now();
    const run = this.#run;
    if (run === null || !this.#waiting.has(connection)) {
      const message = `${TWICE_OR_UNASKED} ${excerpt(came, binary)}`;
      if (run === null) connection.stray ??= message;
      else run.fail('protocol', message, nowMs);
      return;
    }
    const fault = this.#messages.judge(came, binary);
    if (fault === null) run.succeed(this.#sentMs, nowMs);
    else run.fail(fault.kind, fault.message, nowMs);
    // After a message that is not this one, this one may still come.
    if (fault?.kind === 'protocol') return;
    this.#waiting.delete(connection);
    this.#nextIfDelivered(run);
  }

  onLoss(connection: Connection, { kind, message }: Loss): void {
    this.#troubles.set(connection, { kind, message });
    const run = this.#run;
    if (run === null) {
      // An idle one that was closed is opened again. Broken bytes that nobody asked for are counted.
      if (kind === 'protocol') connection.stray ??= message;
    } else if (this.#waiting.delete(connection)) {
      run.fail(kind, `${message}; the message did not come`, performance.now());
      this.#nextIfDelivered(run);
    } else {
      run.fail(kind, message, performance.now());
    }
  }

  sweep(nowMs: number, lostMs: number): void {
    const run = this.#run;
    if (run === null) return;
    const patienceMs = this.#timeoutMs + lostMs;
    for (const connection of this.connections) {
      if (connection.state !== 'opening' || nowMs - connection.since < patienceMs) continue;
      connection.drop();
      connection.openFailures++;
      this.onRefusal(connection, `no connection after ${this.#timeoutMs} ms`);
    }
    if (this.#waiting.size > 0 && nowMs - this.#sentMs >= patienceMs) this.#timeOut(run, nowMs);
    if (this.#run === run && nowMs - run.lastAnswerMs > this.#timeoutMs + patienceMs) {
      this.#giveUp(run, run.lastError);
    }
  }

  stop(): void {
    if (this.#run !== null) this.#giveUp(this.#run, 'closed');
  }

  /** Opens what is closed, and then sends the next message; ends the slice when there is none. */
  #next(run: FanOutRun): void {
    if (run.left === 0) {
      this.#finish();
      return;
    }
    const closed = this.connections.filter(({ state }) => state === 'closed');
    if (closed.length === 0) {
      this.#send(run);
      return;
    }
    const nowMs = performance.now();
    this.#opening = closed.length;
    for (const connection of closed) {
      connection.since = nowMs;
      connection.open();
    }
  }

  #openingEnded(settleMs: number): void {
    if (--this.#opening > 0) return;
    const run = this.#run;
    this.#pause = setTimeout(() => {
      if (run !== null && run === this.#run) this.#send(run);
    }, settleMs);
  }

  #send(run: FanOutRun): void {
    const nowMs = performance.now();
    const senderTrouble = this.#isOpen(this.#sender) ? null : this.#troubleOf(this.#sender);
    for (const receiver of this.#receivers) {
      const trouble = this.#isOpen(receiver) ? senderTrouble : this.#troubleOf(receiver);
      if (trouble === null) this.#waiting.add(receiver);
      else if (run.left > 0) run.fail(trouble.kind, trouble.message, nowMs);
    }
    if (this.#waiting.size > 0) {
      this.#sentMs = nowMs;
      this.#sender.send(this.#messages.next(), this.#binary);
    } else if (this.#isRefused()) {
      this.#giveUp(run, 'connect');
    } else {
      const delayMs = backOffMs(Math.max(...this.connections.map((one) => one.openFailures)));
      this.#pause = setTimeout(() => this.#next(run), run.left === 0 ? 0 : delayMs);
    }
  }

  #timeOut(run: FanOutRun, nowMs: number): void {
    const why = this.#isOpen(this.#sender)
      ? ''
      : `; the sender: ${this.#troubleOf(this.#sender).message}`;
    for (const receiver of this.#waiting) {
      // What comes late would be taken for something that nobody asked for.
      receiver.drop();
      const message = `${NOT_DELIVERED} ${this.#timeoutMs} ms${why}`;
      this.#troubles.set(receiver, { kind: 'timeout', message });
      run.fail('timeout', message, nowMs);
    }
    this.#waiting.clear();
    if (run.timeouts >= timeoutsToGiveUp(this.#receivers.length)) this.#giveUp(run, 'timeout');
    else this.#next(run);
  }

  #nextIfDelivered(run: FanOutRun): void {
    if (this.#waiting.size === 0) this.#next(run);
  }

  #giveUp(run: FanOutRun, kind: ErrorKind): void {
    for (const connection of this.connections) {
      if (connection.state === 'opening' || this.#waiting.has(connection)) connection.drop();
    }
    this.#waiting.clear();
    run.giveUp(kind);
    this.#finish();
  }

  #finish(): void {
    clearTimeout(this.#pause);
    this.#run = null;
    this.#finished();
  }

  /** Whether the sender, or every receiver, was refused too often to go on. */
  #isRefused(): boolean {
    const often = ({ openFailures }: Connection) => openFailures >= REFUSALS_TO_GIVE_UP;
    return often(this.#sender) || this.#receivers.every(often);
  }

  #isOpen({ state }: Connection): boolean {
    return state === 'open';
  }

  #troubleOf(connection: Connection): Trouble {
    const closed: Trouble = { kind: 'closed', message: 'the server closed the WebSocket' };
    return this.#troubles.get(connection) ?? closed;
  }
}
