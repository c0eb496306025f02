/**
 * HTTP/2 load on one target. In a closed loop every stream of every connection sends its next request
 * as soon as its last is answered; by a clock, what is due goes to one connection after the other. A
 * slice is a fixed number of requests; each ends as good or as one error. When the server allows fewer
 * streams than the scenario wants, there are fewer; when it allows none, the connection counts as refused.
 *
 * Sent again, once: a request that the server says it did not look at (GOAWAY; RFC 9113, 8.7), and an
 * idempotent one on a connection that rested for long and then closed before any answer, because the server's
 * idle timer may have met our write (RFC 9110, 9.2.2). Nothing else: a reset stream, also a
 * refused one, is an error.
 *
 * A slice always ends. Each request has `timeoutMs`; its stream is reset then, and the connection goes
 * on. The rest of the slice is given up, and counted as the last error's kind, when no answer at all
 * came for twice that long, when more requests hung than can be in flight, or when every connection
 * was refused three times in a row.
 */

import type { HttpScenario } from '../../config/experiment.ts';
import { type Arrivals, latenciesOf } from '../arrivals.ts';
import { sweepPeriodMs } from '../give-up.ts';
import { connectorTo } from '../http1/connector.ts';
import type { ErrorKind, Target } from '../protocol.ts';
import { RequestSequence, type Share } from '../sequence.ts';
import { machineMs, type OnError, type Session, type SessionSlice } from '../session.ts';
import { arrivalsOf } from '../slice-accounting.ts';
import type { Told } from '../unexpected.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { Opening } from './opening.ts';
import { type RequestFrames, requestFrames } from './request.ts';
import { Slice } from './slice.ts';
import type { Stream } from './stream.ts';

const READ_BUFFER_BYTES = 64 * 1024;

export class Http2Session implements ConnectionOwner, Session {
  readonly engine = 'http2';
  readonly #sequence: RequestSequence;
  readonly #requests: readonly RequestFrames[];
  readonly #connections: readonly Connection[];
  readonly #timeoutMs: number;
  readonly #onError: OnError;
  readonly #sweeper: NodeJS.Timeout;
  #slice: Slice | null = null;
  #opening: Opening | null = null;
  /** Requests asked for so far: where each slice begins in the sequence, whatever became of the last. */
  #asked = 0;
  #disposed = false;

  /** Opens nothing yet. Throws when the scenario cannot be sent. `onError` hears of every failure. */
  constructor(target: Target<HttpScenario>, share: Share, onError: OnError) {
    const { scenario } = target;
    this.#sequence = new RequestSequence(scenario.requests, target.root, share);
    this.#requests = this.#sequence.variants.map((variant) => requestFrames(target, variant));
    this.#timeoutMs = scenario.timeoutMs;
    this.#onError = onError;
    const shared = {
      connector: connectorTo(target, ['h2', 'http/1.1']),
      isSecured: scenario.tls !== null,
      streams: scenario.streams,
      readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    };
    this.#connections = Array.from(
      { length: scenario.connections },
      () => new Connection(shared, this),
    );
    const periodMs = sweepPeriodMs(scenario.timeoutMs);
    this.#sweeper = setInterval(() => this.#sweep(), periodMs);
  }

  /** Requests that can be in flight on all connections, by the scenario and the server's last word. */
  get width(): number {
    return this.#connections.reduce((sum, { width }) => sum + width, 0);
  }

  /** Opens every connection, in order, a few at a time. Rejects when none could be opened. */
  async open(): Promise<void> {
    const refusal = await this.#openClosed();
    if (refusal !== null && this.#connections.every(({ state }) => state === 'closed')) {
      throw new Error(`no connection could be opened: ${refusal}`);
    }
  }

  get isPrepared(): boolean {
    return this.#connections.every(({ state }) => state !== 'closed');
  }

  async prepare(): Promise<void> {
    await this.#openClosed();
  }

  /**
   * Sends exactly this many requests, or as the arrivals say; good + errors = requests. Connections that
   * closed since the last slice are opened again first, outside of the measured time.
   */
  async slice(work: number | Arrivals): Promise<SessionSlice> {
    const arrivals = arrivalsOf(work, 'request');
    if (this.#slice !== null || this.#opening !== null) {
      throw new Error('a slice is already running on this session');
    }
    await this.#openClosed();
    if (this.#disposed) throw new Error('the session is closed');

    const cpuBefore = process.cpuUsage();
    const startedAtMs = machineMs();
    const startMs = performance.now();
    const { endMs, accounting } = await this.#runSlice(arrivals, startMs);
    const cpu = process.cpuUsage(cpuBefore);
    this.#asked = accounting.next;
    return {
      startedAtMs,
      durationUs: (endMs - startMs) * 1000,
      good: accounting.good,
      errors: accounting.errors,
      generatorCpuUs: cpu.user + cpu.system,
      ...latenciesOf(arrivals),
      gaveUp: accounting.gaveUp,
    };
  }

  skip(requests: number): void {
    this.#asked += requests;
  }

  /**
   * Closes the idle connections until the next slice, which opens them again. A server that serves
   * one connection at a time would wait on them, and answer nobody else.
   */
  rest(): void {
    for (const connection of this.#connections) {
      if (connection.state === 'open' && connection.inFlight === 0) connection.drop();
    }
  }

  /** Closes every connection. A slice that still runs is given up. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    clearInterval(this.#sweeper);
    this.#slice?.giveUp('closed');
    for (const connection of this.#connections) connection.drop();
    this.#opening?.abort();
  }

  onOpen(connection: Connection): void {
    connection.openFailures = 0;
    if (this.#opening !== null) this.#opening.settle(null);
    else this.#slice?.fill(connection);
  }

  onRefusal(connection: Connection, kind: ErrorKind, message: string): void {
    connection.openFailures++;
    if (this.#opening !== null) this.#opening.settle(message);
    else this.#slice?.onRefusal(connection, kind, message);
  }

  onReady(connection: Connection): void {
    this.#slice?.fill(connection);
  }

  onAnswer(connection: Connection, stream: Stream): void {
    this.#slice?.onAnswer(connection, stream);
  }

  onFailure(connection: Connection, stream: Stream, kind: ErrorKind, message: Told): void {
    this.#slice?.onFailure(connection, stream, kind, message);
  }

  onUnprocessed(connection: Connection, stream: Stream, message: string): void {
    this.#slice?.onUnprocessed(connection, stream, message);
  }

  onLoss(connection: Connection, streams: Stream[], kind: ErrorKind, message: string): void {
    if (streams.length === 0 && kind === 'protocol') connection.stray = message;
    this.#slice?.onLoss(connection, streams, kind, message);
  }

  async #runSlice(arrivals: Arrivals, startMs: number) {
    return await new Promise<{ endMs: number; accounting: Slice['accounting'] }>((resolve) => {
      const options = {
        connections: this.#connections,
        requestAt: (number: number) => this.#requests[this.#sequence.at(number)] as RequestFrames,
        arrivals,
        first: this.#asked,
        timeoutMs: this.#timeoutMs,
        onError: this.#onError,
        onEnd: () => {
          this.#slice = null;
          resolve({ endMs: performance.now(), accounting: slice.accounting });
        },
      };
      const slice = new Slice(options, startMs);
      this.#slice = slice;
      slice.start(startMs);
    });
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const connection of this.#connections) {
      if (connection.state !== 'opening' || nowMs - connection.since < this.#timeoutMs) continue;
      connection.drop();
      this.onRefusal(connection, 'connect', `no HTTP/2 connection after ${this.#timeoutMs} ms`);
    }
    this.#slice?.sweep(nowMs);
  }

  /** Resolves to the last refusal, null when there was none. */
  async #openClosed(): Promise<string | null> {
    if (this.#disposed) return null;
    this.#opening = new Opening(this.#connections.filter(({ state }) => state === 'closed'));
    const refusal = await this.#opening.run();
    this.#opening = null;
    return refusal;
  }
}
