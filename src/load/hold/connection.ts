/** A connection that is opened once and kept: what both protocols share. */
import type net from 'node:net';
import type { ErrorKind } from '../results.ts';
import type { Connector } from '../shared/connector.ts';
import type { Fault } from '../shared/expected-answer.ts';
import type { Told } from '../unexpected.ts';

/** What all connections of a process share. */
export interface HoldShared {
  connector: Connector;
  /** One for all: the bytes are read to the end before control returns to the event loop. */
  readBuffer: Buffer;
}

/** Nothing is told of a connection that its owner closed. */
export interface HeldOwner {
  onOpen(connection: HeldConnection): void;
  /** It did not open, and is closed. `error`: of the socket; null: the handshake failed. */
  onRefusal(connection: HeldConnection, message: Told, error: Error | null): void;
  /** The request under way got its answer. */
  onAnswer(connection: HeldConnection): void;
  /** The request under way failed. */
  onFailure(connection: HeldConnection, kind: ErrorKind, message: Told): void;
  /** It was open and is closed, by what the server did. Comes after `onFailure`. */
  onLoss(connection: HeldConnection, reason: string): void;
}

export type HeldState = 'unopened' | 'opening' | 'idle' | 'busy' | 'closed';

export abstract class HeldConnection {
  readonly #shared: HoldShared;
  readonly #owner: HeldOwner;
  #socket: net.Socket | null = null;
  #state: HeldState = 'unopened';

  constructor(shared: HoldShared, owner: HeldOwner) {
    this.#shared = shared;
    this.#owner = owner;
  }

  get state(): HeldState {
    return this.#state;
  }

  /** The socket is open: sends a handshake, or calls `usable`. */
  protected abstract connected(): void;
  /** Takes `bytes`, which are good until control returns. */
  protected abstract read(bytes: Buffer): void;
  /** The peer has ended its side while a request was under way: true when that completed its answer, which was told. */
  protected abstract endsAnswer(): boolean;
  /** How far the request under way has got, in words. */
  protected abstract progress(): string;
  /** Sends the request with this number, counted over all processes. Only when idle. */
  protected abstract send(number: number): void;

  open(): void {
    const { connector, readBuffer } = this.#shared;
    const socket = connector.connect({
      buffer: readBuffer,
      callback: (length) => {
        if (this.#socket === socket) this.read(readBuffer.subarray(0, length));
        return true;
      },
    });
    this.#socket = socket;
    this.#state = 'opening';
    socket.on(connector.openEvent, () => {
      if (this.#socket === socket) this.connected();
    });
    socket.on('error', (error) => this.#gone(socket, connector.explain(error), error));
    socket.on('end', () => {
      if (!this.#endsAnswerOf(socket)) this.#gone(socket, 'the server closed the connection', null);
    });
    socket.on('close', () => this.#gone(socket, 'the connection was closed', null));
  }

  ask(number: number): void {
    this.#state = 'busy';
    this.send(number);
  }

  /**
   * Closes and tells nobody; by a reset where the socket knows one, which leaves nothing behind: 100,000
   * ports and entries of connection tracking in TIME_WAIT would be missing for the next arm.
   */
  close(): void {
    const socket = this.#release();
    if (socket === null) return;
    if (this.#shared.connector.canReset && !socket.connecting) socket.resetAndDestroy();
    else socket.destroy();
  }

  protected write(bytes: Buffer): void {
    this.#socket?.write(bytes);
  }

  /** Bytes written that the kernel has no room for: the peer reads too slowly. */
  protected get unsentBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  protected usable(): void {
    this.#state = 'idle';
    this.#owner.onOpen(this);
  }

  protected refuse(message: Told): void {
    this.close();
    this.#owner.onRefusal(this, message, null);
  }

  /** A whole answer came. `fault`: what is wrong with it, or null. `goesOn`: the server keeps the connection. */
  protected answer(fault: Fault | null, goesOn: boolean): void {
    this.#state = 'idle';
    // Before anybody hears that it is free.
    if (!goesOn) this.#release()?.destroy();
    if (fault === null) this.#owner.onAnswer(this);
    else this.#owner.onFailure(this, fault.kind, fault.message);
    if (!goesOn) this.#owner.onLoss(this, 'the server closed the connection after an answer');
  }

  /** What came makes the connection useless. A request under way fails by it. */
  protected breakOff(kind: ErrorKind, message: string): void {
    const wasBusy = this.#state === 'busy';
    // No reset, which could overtake what was just written.
    this.#release()?.destroy();
    if (wasBusy) this.#owner.onFailure(this, kind, message);
    this.#owner.onLoss(this, message);
  }

  #release(): net.Socket | null {
    const socket = this.#socket;
    this.#socket = null;
    this.#state = 'closed';
    return socket;
  }

  /** Only a clean end can complete an answer: a reset may have cut it off anywhere. */
  #endsAnswerOf(socket: net.Socket): boolean {
    return this.#socket === socket && this.#state === 'busy' && this.endsAnswer();
  }

  #gone(socket: net.Socket, reason: string, error: Error | null): void {
    if (this.#socket !== socket) return;
    if (this.#state === 'opening') {
      this.close();
      this.#owner.onRefusal(this, reason, error);
    } else {
      this.breakOff('closed', this.#state === 'busy' ? `${reason}; ${this.progress()}` : reason);
    }
  }
}
