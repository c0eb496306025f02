/** Echo: each connection sends its next message when the last came back, byte for byte. */
import type { ErrorKind } from '../protocol.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import type { Handshake } from './handshake.ts';
import { backOffMs, type Loop, REFUSALS_TO_GIVE_UP, timeoutsToGiveUp } from './loop.ts';
import { excerpt, type MessageShape, Messages } from './message.ts';
import type { SliceRun } from './slice-run.ts';

export interface EchoOptions {
  handshake: Handshake;
  shape: MessageShape;
  timeoutMs: number;
  /** Number of each connection, over all generator processes. */
  numbers: readonly number[];
}

export class Echo implements Loop {
  readonly connections: readonly Connection[];
  readonly settleMs = 0;
  readonly #messages = new Map<Connection, Messages>();
  readonly #binary: boolean;
  readonly #timeoutMs: number;
  /** Connections that have a message to bring back. */
  readonly #busy = new Set<Connection>();
  readonly #backOffs = new Set<NodeJS.Timeout>();
  #run: SliceRun | null = null;
  #finished = () => {};
  /** Messages that no connection has taken up yet. */
  #untaken = 0;

  /** `owner` hears what the connections tell. */
  constructor({ handshake, shape, timeoutMs, numbers }: EchoOptions, owner: ConnectionOwner) {
    this.#binary = shape.binary;
    this.#timeoutMs = timeoutMs;
    this.connections = numbers.map((number) => {
      const connection = new Connection(handshake, owner);
      this.#messages.set(connection, new Messages(shape, number));
      return connection;
    });
  }

  canWork(): boolean {
    return this.connections.some(({ state }) => state === 'open');
  }

  start(run: SliceRun, finished: () => void): void {
    this.#run = run;
    this.#finished = finished;
    this.#untaken = run.left;
    const nowMs = performance.now();
    for (const connection of this.connections) this.#takeNext(connection, nowMs);
  }

  opened(connection: Connection): void {
    if (this.#busy.has(connection)) this.#send(connection, performance.now());
  }

  refused(connection: Connection, message: string): void {
    this.#fail(connection, 'connect', message);
  }

  received(connection: Connection, came: Buffer, binary: boolean): void {
    if (!this.#busy.has(connection)) {
      connection.stray = `a message that nobody asked for: ${excerpt(came, binary)}`;
      connection.drop();
      return;
    }
    const fault = this.#messagesOf(connection).judge(came, binary);
    if (fault === null) {
      const nowMs = performance.now();
      this.#busy.delete(connection);
      this.#run?.succeed(connection.since, nowMs);
      this.#takeNext(connection, nowMs);
      return;
    }
    // The true echo may still come, and would then be taken for the answer to the next message.
    if (fault.kind === 'protocol') connection.drop();
    this.#fail(connection, fault.kind, fault.message);
  }

  lost(connection: Connection, kind: 'closed' | 'protocol', message: string): void {
    if (this.#busy.has(connection)) this.#fail(connection, kind, `${message}; no echo came`);
    // An idle one that was closed is opened again. Broken bytes that nobody asked for are counted.
    else if (kind === 'protocol') connection.stray = message;
  }

  sweep(nowMs: number): void {
    for (const connection of [...this.#busy]) {
      if (nowMs - connection.since < this.#timeoutMs) continue;
      const opening = connection.state === 'opening';
      connection.drop();
      if (opening) {
        connection.openFailures++;
        this.#fail(connection, 'connect', `no connection after ${this.#timeoutMs} ms`);
      } else {
        this.#fail(connection, 'timeout', `no echo after ${this.#timeoutMs} ms`);
      }
    }
    const run = this.#run;
    if (run !== null && nowMs - run.lastAnswerMs > 2 * this.#timeoutMs) this.#giveUp(run.lastError);
  }

  stop(): void {
    if (this.#run !== null) this.#giveUp('closed');
  }

  /** Gives the connection its next message, if there is one. */
  #takeNext(connection: Connection, nowMs: number): void {
    if (this.#run === null || this.#finishIfDone(this.#run) || this.#untaken === 0) return;
    this.#untaken--;
    this.#busy.add(connection);
    if (connection.stray !== null) {
      const message = connection.stray;
      connection.stray = null;
      this.#fail(connection, 'protocol', message);
    } else if (connection.state === 'open') {
      this.#send(connection, nowMs);
    } else {
      connection.since = nowMs;
      connection.open();
    }
  }

  #send(connection: Connection, nowMs: number): void {
    connection.since = nowMs;
    connection.send(this.#messagesOf(connection).next(), this.#binary);
  }

  /** Counts the failure of a busy connection, and lets it go on. */
  #fail(connection: Connection, kind: ErrorKind, message: string): void {
    const run = this.#run;
    if (run === null) return;
    const nowMs = performance.now();
    this.#busy.delete(connection);
    run.fail(kind, message, nowMs);
    const { length } = this.connections;
    if (this.connections.every(({ openFailures }) => openFailures >= REFUSALS_TO_GIVE_UP)) {
      this.#giveUp('connect');
    } else if (run.timeouts >= timeoutsToGiveUp(length)) {
      this.#giveUp('timeout');
    } else if (kind === 'connect' && this.#untaken > 0) {
      this.#backOff(connection);
    } else {
      this.#takeNext(connection, nowMs);
    }
  }

  #backOff(connection: Connection): void {
    const timer = setTimeout(() => {
      this.#backOffs.delete(timer);
      this.#takeNext(connection, performance.now());
    }, backOffMs(connection.openFailures));
    this.#backOffs.add(timer);
  }

  #giveUp(kind: ErrorKind): void {
    for (const connection of this.#busy) connection.drop();
    this.#busy.clear();
    this.#run?.giveUp(kind);
    this.#finish();
  }

  #finishIfDone(run: SliceRun): boolean {
    if (run.left > 0) return false;
    this.#finish();
    return true;
  }

  #finish(): void {
    for (const timer of this.#backOffs) clearTimeout(timer);
    this.#backOffs.clear();
    this.#run = null;
    this.#finished();
  }

  #messagesOf(connection: Connection): Messages {
    return this.#messages.get(connection) as Messages;
  }
}
