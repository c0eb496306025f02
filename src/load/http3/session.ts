/**
 * Closed-loop HTTP/3 load on one target: on every connection, each stream is followed by the next
 * request as soon as it is answered. A slice is a fixed number of requests; each ends as good or as
 * one error.
 *
 * Retry: when a connection that rested for long closes without a byte of an answer to one of
 * its first requests, the server's idle timer may have met our datagram. Such a request is sent once
 * more, if its method is idempotent. So is, whatever its method, a request that a GOAWAY says was
 * not looked at (RFC 9114, 5.2). Nothing else is ever retried.
 *
 * A slice always ends. Each request has `timeoutMs`. The rest of the slice is given up, and counted
 * as the last error's kind, when no answer at all came for twice that long, when more requests hung
 * than there are places for, or when every connection was refused three times in a row.
 */

import type { HttpScenario } from '../../config/experiment.ts';
import { type Arrivals, latenciesOf } from '../arrivals.ts';
import { sweepPeriodMs } from '../give-up.ts';
import type { ErrorKind, Target } from '../protocol.ts';
import { RequestSequence, type Share } from '../sequence.ts';
import { machineMs, type OnError, type Session, type SessionSlice } from '../session.ts';
import { arrivalsOf } from '../slice-accounting.ts';
import type { Told } from '../unexpected.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { Exchange } from './exchange.ts';
import { type Http3Library, loadHttp3 } from './library.ts';
import { type Opening, openConnections } from './opening.ts';
import { Slice } from './slice.ts';
import { prepareVariant, type Variant } from './variant.ts';
import { wireOptions } from './wire-options.ts';

export class Http3Session implements ConnectionOwner, Session {
  readonly engine: string;
  readonly #sequence: RequestSequence;
  readonly #variants: readonly Variant[];
  readonly #connections: Connection[];
  readonly #exchanges: Exchange<Connection>[];
  readonly #timeoutMs: number;
  readonly #onError: OnError;
  readonly #sweeper: NodeJS.Timeout;
  #slice: Slice | null = null;
  /** Connections that are being opened outside of a slice. */
  #opening: Opening | null = null;
  /** Requests asked for so far: where each slice begins in the sequence, whatever became of the last. */
  #asked = 0;
  #disposed = false;

  /**
   * Opens nothing yet. Throws when the scenario cannot be sent, or the HTTP/3 client is missing.
   * `onError` hears of every failure.
   */
  constructor(
    target: Target<HttpScenario>,
    share: Share,
    onError: OnError,
    library: Http3Library = loadHttp3(),
  ) {
    const { scenario } = target;
    const options = wireOptions(target, library.runtime);
    this.#sequence = new RequestSequence(scenario.requests, target.root, share);
    this.#variants = this.#sequence.variants.map((request) => prepareVariant(target, request));
    this.engine = `@currentspace/http3 ${library.version} (${library.runtime})`;
    this.#timeoutMs = scenario.timeoutMs;
    this.#onError = onError;
    this.#connections = Array.from(
      { length: scenario.connections },
      () => new Connection(library.open, options, this),
    );
    // Every connection's first stream before any second one.
    this.#exchanges = Array.from({ length: scenario.streams }, () =>
      this.#connections.map((connection) => new Exchange(connection, this.#variantAt(0))),
    ).flat();
    const periodMs = sweepPeriodMs(scenario.timeoutMs);
    this.#sweeper = setInterval(() => this.#sweep(), periodMs);
  }

  /** Opens every connection, a few at a time. Rejects when none could be opened. */
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

  /** Closes the idle connections until the next slice, which opens them again. */
  rest(): void {
    for (const connection of this.#connections) {
      if (connection.state === 'open' && !connection.isBusy) connection.drop();
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
    this.#opening?.settle(null);
  }

  onOpenFailure(connection: Connection, reason: string): void {
    connection.openFailures++;
    this.#opening?.settle(reason);
  }

  onAnswer(exchange: Exchange<Connection>): void {
    this.#slice?.onAnswer(exchange);
  }

  onFailure(
    exchange: Exchange<Connection>,
    kind: ErrorKind,
    message: Told,
    isConnectionLost: boolean,
  ): void {
    this.#slice?.onFailure(exchange, kind, message, isConnectionLost);
  }

  onRefusal(exchange: Exchange<Connection>): void {
    this.#slice?.onRefusal(exchange);
  }

  #variantAt(number: number): Variant {
    return this.#variants[this.#sequence.at(number)] as Variant;
  }

  async #runSlice(arrivals: Arrivals, startMs: number) {
    return await new Promise<{ endMs: number; accounting: Slice['accounting'] }>((resolve) => {
      const options = {
        connections: this.#connections,
        exchanges: this.#exchanges,
        variantAt: (number: number) => this.#variantAt(number),
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
      if (connection.state !== 'opening') continue;
      if (nowMs - connection.openingSince < this.#timeoutMs) continue;
      connection.abandon(`no answer to the QUIC handshake after ${this.#timeoutMs} ms`);
    }
    this.#slice?.sweep(nowMs);
  }

  /** Opens what is closed, outside of any slice. Resolves to the last refusal, null when there was none. */
  async #openClosed(): Promise<string | null> {
    const closed = this.#connections.filter(({ state }) => state === 'closed');
    if (closed.length === 0 || this.#disposed) return null;
    const opening = openConnections(closed);
    this.#opening = opening;
    const refusal = await opening.done;
    this.#opening = null;
    return refusal;
  }
}
