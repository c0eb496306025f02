/**
 * One slice on the connections of a session: hands out its requests, hears of their ends, and ends
 * itself. What is sent again, and when it gives up: see `session.ts`.
 */
import { SliceBooks } from '../closed-loop.ts';
import type { Latencies } from '../latencies.ts';
import type { ErrorKind } from '../protocol.ts';
import type { OnError } from '../session.ts';
import type { Connection } from './connection.ts';
import type { RequestFrames } from './request.ts';
import type { Stream } from './stream.ts';

const REFUSALS_TO_GIVE_UP = 3;

export interface SliceOptions {
  connections: readonly Connection[];
  /** The request with this number. */
  requestAt: (number: number) => RequestFrames;
  /** How many, and the number of the first. */
  work: number;
  first: number;
  timeoutMs: number;
  latencies: Latencies;
  onError: OnError;
  onEnd: () => void;
}

/** Taken up, but not sent: for want of a connection or of a stream. */
interface Waiting {
  request: RequestFrames;
  since: number;
  isResent: boolean;
}

export class Slice {
  readonly #options: SliceOptions;
  readonly #waiting: Map<Connection, Waiting[]>;
  readonly #backoffs = new Map<Connection, NodeJS.Timeout>();
  #isOver = false;
  readonly books: SliceBooks;

  constructor(options: SliceOptions, startMs: number) {
    const { work, first, timeoutMs, connections } = options;
    this.#options = options;
    this.#waiting = new Map(connections.map((connection) => [connection, []]));
    this.books = new SliceBooks(work, first, timeoutMs, startMs);
  }

  start(startMs: number): void {
    const { connections } = this.#options;
    for (const connection of connections) connection.isRested = connection.answers > 0;
    // One each and then once more, so that also a short slice loads every connection alike.
    for (let before = -1; this.books.untaken !== before; ) {
      before = this.books.untaken;
      for (const connection of connections) {
        if (connection.room > 0 && connection.stray === null && this.books.untaken > 0) {
          this.#sendNext(connection, startMs);
        }
      }
    }
    for (const connection of connections) this.fill(connection, startMs);
  }

  /** Gives the connection as many requests as it has room for; ends the slice after the last. */
  fill(connection: Connection, nowMs: number = performance.now()): void {
    if (this.#isOver) return;
    if (connection.stray !== null && this.books.untaken > 0) {
      const message = connection.stray;
      connection.stray = null;
      this.books.take();
      this.#fail('protocol', message);
      if (this.#isOver) return;
    }
    if (connection.state === 'open') {
      const waiting = this.#waitingFor(connection);
      while (waiting.length > 0 && connection.room > 0) {
        const { request, since, isResent } = waiting.shift() as Waiting;
        send(connection, request, since, isResent);
      }
      while (this.books.untaken > 0 && connection.room > 0) this.#sendNext(connection, nowMs);
    } else if (connection.state === 'closed' && !this.#backoffs.has(connection)) {
      this.#reopen(connection, nowMs);
    }
    if (this.books.isOver) this.#end();
  }

  answered(connection: Connection, stream: Stream): void {
    const nowMs = performance.now();
    this.#options.latencies.add(nowMs - stream.since);
    this.books.succeed(nowMs);
    this.fill(connection, nowMs);
  }

  failed(connection: Connection, stream: Stream, kind: ErrorKind, message: string): void {
    if (kind === 'status' || kind === 'body') {
      this.#options.latencies.add(performance.now() - stream.since);
    }
    this.#fail(kind, message);
    this.fill(connection);
  }

  unprocessed(connection: Connection, stream: Stream, message: string): void {
    if (stream.isResent) this.#fail('closed', message);
    else this.#sendAgain(connection, stream);
    this.fill(connection);
  }

  lost(connection: Connection, streams: Stream[], kind: ErrorKind, message: string): void {
    const metIdleTimer = kind === 'closed' && connection.isRested;
    for (const stream of streams) {
      if (metIdleTimer && stream.request.isIdempotent && !stream.isResent) {
        this.#sendAgain(connection, stream);
      } else {
        this.#fail(kind, `${message}; ${stream.progress()}`);
      }
    }
    this.fill(connection);
  }

  refused(connection: Connection, kind: ErrorKind, message: string): void {
    const waiting = this.#waitingFor(connection).splice(0);
    for (const _ of waiting) this.#fail(kind, message);
    const { connections } = this.#options;
    if (connections.every(({ openFailures }) => openFailures >= REFUSALS_TO_GIVE_UP)) {
      this.giveUp(kind);
    }
    if (this.books.untaken > 0) this.#backOff(connection);
    this.fill(connection);
  }

  /** Fails what is late. */
  sweep(nowMs: number): void {
    const { connections, timeoutMs } = this.#options;
    const isLate = ({ since }: { since: number }) => nowMs - since >= timeoutMs;
    const late = `no complete answer after ${timeoutMs} ms`;
    for (const connection of connections) {
      for (const stream of connection.streams()) {
        if (this.#isOver) return;
        if (!isLate(stream)) continue;
        this.#fail('timeout', `${late}; ${stream.progress()}`);
        if (!this.#isOver) connection.cancel(stream);
      }
      if (connection.state === 'open') {
        // The first have waited longest.
        const waiting = this.#waitingFor(connection);
        const lost = waiting.splice(0, waiting.filter(isLate).length);
        for (const _ of lost) this.#fail('timeout', `${late}; no stream was free for the request`);
      }
      this.fill(connection, nowMs);
    }
    this.#giveUpIfHopeless(nowMs);
  }

  /** Ends the slice: what is in flight or not yet taken up fails as `kind`. */
  giveUp(kind: ErrorKind): void {
    if (this.#isOver) return;
    this.books.giveUp(kind);
    this.#end();
    for (const connection of this.#options.connections) {
      if (connection.state === 'opening' || connection.inFlight > 0) connection.drop();
    }
  }

  #sendNext(connection: Connection, nowMs: number): void {
    send(connection, this.#options.requestAt(this.books.take()), nowMs, false);
  }

  #sendAgain(connection: Connection, { request, since }: Stream): void {
    this.#waitingFor(connection).push({ request, since, isResent: true });
  }

  /** Opens the connection if there is a request for it: that one waits for it, and fails with it. */
  #reopen(connection: Connection, nowMs: number): void {
    const waiting = this.#waitingFor(connection);
    if (waiting.length === 0) {
      if (this.books.untaken === 0) return;
      const request = this.#options.requestAt(this.books.take());
      waiting.push({ request, since: nowMs, isResent: false });
    }
    connection.since = nowMs;
    connection.open();
  }

  /** A refusing server is asked again after 10, 20, 40 … ms, so that it is not hammered. */
  #backOff(connection: Connection): void {
    const delayMs = Math.min(200, 5 * 2 ** connection.openFailures);
    const timer = setTimeout(() => {
      this.#backoffs.delete(connection);
      this.fill(connection);
    }, delayMs);
    this.#backoffs.set(connection, timer);
  }

  /** Counts one failed request. The slice may be over after that, because it was given up. */
  #fail(kind: ErrorKind, message: string): void {
    if (this.#isOver) return;
    const nowMs = performance.now();
    this.books.fail(kind, nowMs);
    this.#options.onError(kind, message);
    this.#giveUpIfHopeless(nowMs);
  }

  #giveUpIfHopeless(nowMs: number): void {
    const width = this.#options.connections.reduce((sum, connection) => sum + connection.width, 0);
    const kind = this.books.hopeless(width, nowMs);
    if (kind !== null) this.giveUp(kind);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#backoffs.values()) clearTimeout(timer);
    this.#options.onEnd();
  }

  #waitingFor(connection: Connection): Waiting[] {
    return this.#waiting.get(connection) as Waiting[];
  }
}

function send(
  connection: Connection,
  request: RequestFrames,
  since: number,
  isResent: boolean,
): void {
  const stream = connection.send(request);
  stream.since = since;
  stream.isResent = isResent;
}
