/** One connection of a session: opens, sends, hands on what comes, tells its owner when it is gone. */
import type net from 'node:net';
import { WebSocket } from 'ws';
import type { ErrorKind } from '../results.ts';
import { tlsTrouble } from '../shared/tls-trouble.ts';
import type { Told } from '../unexpected.ts';
import { saysNothingOfMessage } from './close-code.ts';
import { closeText, type Handshake, refusalOf } from './handshake.ts';

/** How an open connection ended. */
export interface Loss {
  kind: Extract<ErrorKind, 'closed' | 'protocol'>;
  message: string;
  /** It says nothing of the message that was under way, which may be sent again. */
  mayComeAgain: boolean;
}

/** Nothing is told of a connection that its owner dropped. */
export interface ConnectionOwner {
  onOpen(connection: Connection): void;
  /** The opening failed; the connection is closed. */
  onRefusal(connection: Connection, message: Told): void;
  /** The bytes are only good until control returns. */
  onMessage(connection: Connection, message: Buffer, binary: boolean): void;
  /** The connection was open and is closed now, by the peer or because its bytes made no sense. */
  onLoss(connection: Connection, loss: Loss): void;
}

/** Beside messages of ours, which may be large and on their way. */
const MOST_UNREAD_BYTES = 64 * 1024 * 1024;

export type ConnectionState = 'closed' | 'opening' | 'open';

export class Connection {
  readonly #handshake: Handshake;
  readonly #path: string;
  readonly #owner: ConnectionOwner;
  #socket: WebSocket | null = null;
  #state: ConnectionState = 'closed';

  /** The owner's notes. When it began to open, or sent its message, by `performance.now`. */
  since = 0;
  /** Refusals in a row. */
  openFailures = 0;
  /** Something that came while nothing was asked for, in words, not yet counted; null: nothing. */
  stray: string | null = null;
  /** Its message was sent before, on a connection that ended. */
  wasLost = false;
  /** A message that was sent on it has come back since it was opened. */
  hasAnswered = false;

  constructor(handshake: Handshake, owner: ConnectionOwner) {
    this.#handshake = handshake;
    this.#path = new URL(handshake.url).pathname;
    this.#owner = owner;
  }

  get state(): ConnectionState {
    // A close frame has come, but not yet the end of the connection: nothing can be sent any more.
    if (this.#state === 'open' && this.#socket?.readyState !== WebSocket.OPEN) return 'closed';
    return this.#state;
  }

  open(): void {
    this.drop();
    const { url, subprotocols, options, ports } = this.#handshake;
    let carrier: net.Socket | null = null;
    const createConnection = () => {
      carrier = options.createConnection();
      return carrier;
    };
    const socket = new WebSocket(url, subprotocols, { ...options, createConnection });
    this.#socket = socket;
    this.#state = 'opening';
    const isCurrent = () => this.#socket === socket;
    socket.on('open', () => {
      if (!isCurrent()) return;
      this.#state = 'open';
      this.hasAnswered = false;
      this.openFailures = 0;
      this.#owner.onOpen(this);
    });
    socket.on('unexpected-response', (_request, response) => {
      if (isCurrent()) this.#fail('protocol', refusalOf(this.#path, response));
    });
    socket.on('message', (message, binary) => {
      // A Buffer, because that is the `binaryType`.
      if (isCurrent()) this.#owner.onMessage(this, message as Buffer, binary);
    });
    // Every ping is answered; a peer that reads none of it would fill our memory.
    socket.on('ping', () => {
      if (!isCurrent() || socket.bufferedAmount <= MOST_UNREAD_BYTES) return;
      this.#fail('protocol', 'the server sends pings and reads none of our answers');
    });
    socket.on('error', (error) => {
      if (!isCurrent()) return;
      const isOpening = this.#state === 'opening';
      if (isOpening && carrier !== null && ports.movesOn(carrier, error)) this.open();
      else this.#fail('protocol', this.#trouble(error));
    });
    socket.on('close', (code, reason) => {
      if (!isCurrent()) return;
      this.#fail('closed', closeText(code, reason), saysNothingOfMessage(code, this.hasAnswered));
    });
  }

  /** Only when open. */
  send(message: Buffer, binary: boolean): void {
    this.#socket?.send(message, { binary });
  }

  /** Closes at once and tells nobody. */
  drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#state = 'closed';
    socket?.terminate();
  }

  /** Closes with a close frame, as a polite client does, and tells nobody. */
  leave(): void {
    if (this.state === 'open') {
      this.#socket?.close(1000);
      this.#socket = null;
    }
    this.drop();
  }

  #fail(kind: Loss['kind'], message: Told, mayComeAgain = false): void {
    const wasOpening = this.#state === 'opening';
    this.drop();
    if (wasOpening) {
      this.openFailures++;
      this.#owner.onRefusal(this, message);
    } else {
      this.#owner.onLoss(this, { kind, message: String(message), mayComeAgain });
    }
  }

  #trouble(error: NodeJS.ErrnoException): string {
    const what = this.#handshake.ports.explain(error) ?? tlsTrouble(error);
    if (this.#state === 'open') {
      return what.startsWith('Invalid') ? what : `Invalid WebSocket message: ${what}`;
    }
    return error.syscall === 'connect' || what !== error.message
      ? what
      : `the WebSocket handshake on ${this.#path} failed: ${what}`;
  }
}
