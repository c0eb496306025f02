/**
 * Closed-loop HTTP/3 load on one target: on every connection, each stream is followed by the next
 * request as soon as it is answered. A slice is a fixed number of requests; each ends as good or as
 * one error.
 *
 * Sent again: what the server says that it did not look at (GOAWAY, H3_REQUEST_REJECTED), a few times; once what is idempotent
 * and was on a connection that ended before any byte of its answer (`resend.ts`).
 *
 * A slice always ends. Each request has `timeoutMs`. The rest of the slice is given up, and counted
 * as the last error's kind, when no answer at all came for twice that long, when more requests hung
 * than there are places for, or when every connection was refused three times in a row.
 */

import type { HttpScenario } from '../../config/experiment/scenario.ts';
import type { OwnShare } from '../numbers.ts';
import type { ErrorKind } from '../results.ts';
import type { OnError } from '../session.ts';
import { RequestSession, type SliceTerms } from '../shared/request-session.ts';
import { RequestSource } from '../shared/request-source.ts';
import type { Target } from '../target.ts';
import type { Told } from '../unexpected.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { Exchange } from './exchange.ts';
import { type Http3Library, loadHttp3 } from './library.ts';
import { Slice } from './slice.ts';
import { prepareVariant, type Variant } from './variant.ts';
import { wireOptions } from './wire-options.ts';

export class Http3Session extends RequestSession<Connection, Slice> implements ConnectionOwner {
  readonly engine: string;
  protected readonly connections: readonly Connection[];
  readonly #requests: RequestSource<Variant>;
  readonly #exchanges: Exchange<Connection>[];

  /**
   * Opens nothing yet. Throws when the scenario cannot be sent, or the HTTP/3 client is missing.
   * `onError` hears of every failure.
   */
  constructor(
    target: Target<HttpScenario>,
    share: OwnShare,
    onError: OnError,
    library: Http3Library = loadHttp3(),
  ) {
    const { scenario } = target;
    const options = wireOptions(target, library.runtime);
    const requests = new RequestSource(target, share, (all) =>
      all.map((request) => prepareVariant(target, request)),
    );
    super(scenario.timeoutMs, onError);
    this.#requests = requests;
    this.engine = `@currentspace/http3 ${library.version} (${library.runtime})`;
    this.connections = Array.from(
      { length: scenario.connections },
      () => new Connection(library.open, options, this),
    );
    // Every connection's first stream before any second one.
    this.#exchanges = Array.from({ length: scenario.streams }, () =>
      this.connections.map((connection) => new Exchange(connection, requests.neverSent)),
    ).flat();
  }

  onOpen(connection: Connection): void {
    connection.openFailures = 0;
    this.settleOpening(null);
  }

  onOpenFailure(connection: Connection, reason: string): void {
    connection.openFailures++;
    this.settleOpening(reason);
  }

  onAnswer(exchange: Exchange<Connection>): void {
    this.current?.onAnswer(exchange);
  }

  onFailure(
    exchange: Exchange<Connection>,
    kind: ErrorKind,
    message: Told,
    isConnectionLost: boolean,
  ): void {
    this.current?.onFailure(exchange, kind, message, isConnectionLost);
  }

  onRefusal(exchange: Exchange<Connection>): void {
    this.current?.onRefusal(exchange);
  }

  protected createSlice(terms: SliceTerms, startMs: number): Slice {
    return new Slice(this.connections, this.#exchanges, this.#requests, terms, startMs);
  }

  protected isIdle({ state, isBusy }: Connection): boolean {
    return state === 'open' && !isBusy;
  }

  protected silence(): string {
    return `no answer to the QUIC handshake after ${this.timeoutMs} ms`;
  }

  protected override sweepSlice(nowMs: number, lostMs: number): void {
    for (const connection of this.overdue(nowMs, lostMs)) connection.abandon(this.silence());
    super.sweepSlice(nowMs, lostMs);
  }
}
