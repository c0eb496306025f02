/** One connection of a session: opens, sends the request, judges the answer, tells its owner. */

import type net from 'node:net';
import type { ErrorKind } from '../results.ts';
import { UNASKED } from '../shared/broken-answer.ts';
import type { Connector } from '../shared/connector.ts';
import { type Fault, faultOf } from '../shared/expected-answer.ts';
import { openingStage } from '../shared/opening-stage.ts';
import { saysTimeout } from '../shared/says-timeout.ts';
import type { Told } from '../unexpected.ts';
import { AnswerParser } from './answer-parser.ts';
import type { Variant } from './variant.ts';

const TIMED_OUT = 408;
/** Of a server that answers whoever connects, as `nc` in a loop does. */
const TOO_EARLY =
  'bytes came before anything was asked for: the server must read a request before it answers';

/** What all connections of a session share. */
export interface Shared {
  connector: Connector;
  /** One for all: the bytes are read to the end before control returns to the event loop. */
  readBuffer: Buffer;
}

/** Every call comes at most once per `open` or `send`. */
export interface ConnectionOwner {
  onOpen(connection: Connection): void;
  /** A complete and expected answer. */
  onAnswer(connection: Connection): void;
  /** The opening or the request failed. The connection is closed, unless the answer was complete. */
  onFailure(connection: Connection, kind: ErrorKind, message: Told): void;
}

export type ConnectionState = 'closed' | 'opening' | 'idle' | 'busy';

export class Connection {
  readonly #shared: Shared;
  readonly #owner: ConnectionOwner;
  readonly #parser = new AnswerParser();
  #socket: net.Socket | null = null;
  #state: ConnectionState = 'closed';

  /** Answers that this connection has brought since it was last opened. */
  answers = 0;
  /** Length of the last answer's body. */
  bodyBytes = 0;
  /** Bytes that came while no request was in flight, in words; null when there were none. */
  stray: string | null = null;

  /** What is sent next, or was sent last. Only to be changed while no request is in flight. */
  variant: Variant;

  /** The owner's notes. Since when the request counts, by `performance.now`. */
  since = 0;
  openFailures = 0;
  /** The request was sent before, on a connection that ended. */
  wasLost = false;

  constructor(shared: Shared, first: Variant, owner: ConnectionOwner) {
    this.#shared = shared;
    this.#owner = owner;
    this.variant = first;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Bytes of the current answer so far. */
  get seen(): number {
    return this.#parser.seen;
  }

  /**
   * What came in place of an answer is the end of a connection that the server had waited on for too long, and which crossed the
   * request (RFC 9110, 15.5.9). On a connection that never had an answer, it is an answer to the request.
   */
  get hasTimedOut(): boolean {
    return this.#parser.status === TIMED_OUT && this.#state === 'closed' && this.answers > 1;
  }

  open(): void {
    const { connector, readBuffer } = this.#shared;
    const socket = connector.connect({
      buffer: readBuffer,
      callback: (bytes) => {
        if (this.#socket === socket) this.#read(bytes);
        return true;
      },
    });
    this.#socket = socket;
    this.#state = 'opening';
    this.answers = 0;
    socket.on(connector.openEvent, () => {
      if (this.#socket !== socket) return;
      this.#state = 'idle';
      this.#owner.onOpen(this);
    });
    socket.on('error', (error) => {
      const isOpening = this.#socket === socket && this.#state === 'opening';
      if (isOpening && connector.movesOn(socket, error)) this.open();
      else this.#gone(socket, connector.explain(error));
    });
    socket.on('end', () => this.#ended(socket));
    socket.on('close', () => this.#gone(socket, 'the connection was closed'));
  }

  /** Sends `variant`. Only when idle. */
  send(): void {
    const { bytes, body, isHead, expectedBody, expectedStatus } = this.variant;
    this.#state = 'busy';
    this.#parser.reset(isHead, expectedBody, expectedStatus);
    if (body === null) {
      this.#socket?.write(bytes);
      return;
    }
    this.#socket?.cork();
    this.#socket?.write(bytes);
    this.#socket?.write(body);
    this.#socket?.uncork();
  }

  /** Closes at once and tells nobody. */
  drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#state = 'closed';
    socket?.destroy();
  }

  /** How far the request has got, in words. */
  progress(): string {
    if (this.#state !== 'opening') return this.#parser.progress();
    return openingStage(this.#socket, false, '');
  }

  #read(length: number): void {
    const { readBuffer } = this.#shared;
    if (this.#state !== 'busy') {
      if (!saysTimeout(readBuffer, 0, length)) this.stray = `${length} ${this.#untimely}`;
      this.drop();
      return;
    }
    const { known } = this.variant;
    const parser = this.#parser;
    const isStart = parser.seen === 0;
    if (isStart && known.is(readBuffer, length)) {
      this.#state = 'idle';
      this.answers++;
      this.bodyBytes = known.bodyBytes;
      this.#owner.onAnswer(this);
      return;
    }
    const outcome = parser.feed(readBuffer, length);
    if (outcome === 'more') return;
    if (outcome === 'failed') {
      this.#fail('protocol', parser.error);
    } else if (parser.consumed < length && saysTimeout(readBuffer, parser.consumed, length)) {
      // It rested for long before these bytes were read.
      const fault = this.#complete();
      this.drop();
      this.#report(fault);
    } else if (parser.consumed < length) {
      const extra = length - parser.consumed;
      this.#fail(
        'protocol',
        `${extra} bytes behind a complete answer of status ${parser.status}, which ${UNASKED}`,
      );
    } else {
      const fault = this.#complete();
      // What ends its connection is read in full each time.
      if (fault === null && isStart && this.#socket !== null) {
        known.learn(readBuffer, length, this.bodyBytes);
      }
      this.#report(fault);
    }
  }

  get #untimely(): string {
    return this.answers > 0 ? `bytes came that ${UNASKED}` : TOO_EARLY;
  }

  /** The answer is complete: makes the connection ready for what comes next, and judges. */
  #complete(): Fault | null {
    this.#state = 'idle';
    this.answers++;
    this.bodyBytes = this.#parser.body.bytes;
    if (!this.#parser.keepAlive || this.variant.isLast) this.drop();
    return faultOf(this.variant, this.#parser, this.#parser.body);
  }

  #report(fault: Fault | null): void {
    if (fault === null) this.#owner.onAnswer(this);
    else this.#owner.onFailure(this, fault.kind, fault.message);
  }

  /** The server's own end, which an answer may be meant to last until. */
  #ended(socket: net.Socket): void {
    if (this.#socket !== socket) return;
    if (this.#state === 'busy' && this.#parser.end()) this.#report(this.#complete());
    else this.#gone(socket, 'the server closed the connection');
  }

  /** Nothing more comes, and what came may be cut off: a reset completes no answer. */
  #gone(socket: net.Socket, reason: string): void {
    if (this.#socket !== socket) return;
    const was = this.#state;
    this.drop();
    if (was === 'opening') this.#owner.onFailure(this, 'connect', reason);
    if (was === 'busy')
      this.#owner.onFailure(this, 'closed', `${reason}; ${this.#parser.progress()}`);
  }

  #fail(kind: ErrorKind, message: string): void {
    this.drop();
    this.#owner.onFailure(this, kind, message);
  }
}
