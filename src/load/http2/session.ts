/**
 * HTTP/2 load on one target. In a closed loop every stream of every connection sends its next request
 * as soon as its last is answered; by a clock, what is due goes to one connection after the other. A
 * slice is a fixed number of requests; each ends as good or as one error. When the server allows fewer
 * streams than the scenario wants, there are fewer; when it allows none, the connection counts as refused.
 *
 * Sent again: what the server says that it did not look at (GOAWAY, REFUSED_STREAM), a few times; once what is idempotent and
 * was on a connection that ended before any byte of its answer (`resend.ts`). Any other reset stream is an error.
 *
 * A slice always ends. Each request has `timeoutMs`; its stream is reset then, and the connection goes
 * on. The rest of the slice is given up, and counted as the last error's kind, when no answer at all
 * came for twice that long, when more requests hung than can be in flight, or when every connection
 * was refused three times in a row.
 */

import type { HttpScenario } from '../../config/experiment/scenario.ts';
import type { OwnShare } from '../numbers.ts';
import type { ErrorKind } from '../results.ts';
import type { OnError } from '../session.ts';
import { connectorTo } from '../shared/connector.ts';
import { RequestSession, type SliceTerms } from '../shared/request-session.ts';
import { RequestSource } from '../shared/request-source.ts';
import type { Target } from '../target.ts';
import type { EndedByCode, Told } from '../unexpected.ts';
import { Connection, type ConnectionOwner, type LossTold } from './connection.ts';
import { type RequestFrames, requestFrames } from './request.ts';
import { Slice } from './slice.ts';
import type { Stream } from './stream.ts';

const READ_BUFFER_BYTES = 64 * 1024;

export class Http2Session extends RequestSession<Connection, Slice> implements ConnectionOwner {
  readonly engine = 'http2';
  protected readonly connections: readonly Connection[];
  readonly #requests: RequestSource<RequestFrames>;

  /** Opens nothing yet. Throws when the scenario cannot be sent. `onError` hears of every failure. */
  constructor(target: Target<HttpScenario>, share: OwnShare, onError: OnError) {
    const { scenario } = target;
    const requests = new RequestSource(target, share, (all) =>
      all.map((request) => requestFrames(target, request)),
    );
    const shared = {
      connector: connectorTo(target, { protocols: ['h2', 'http/1.1'] }),
      isSecured: scenario.tls !== null,
      streams: scenario.streams,
      readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    };
    super(scenario.timeoutMs, onError);
    this.#requests = requests;
    this.connections = Array.from(
      { length: scenario.connections },
      () => new Connection(shared, this),
    );
  }

  /** Requests that can be in flight on all connections, by the scenario and the server's last word. */
  get width(): number {
    return this.connections.reduce((sum, { width }) => sum + width, 0);
  }

  onOpen(connection: Connection): void {
    connection.openFailures = 0;
    if (!this.settleOpening(null)) this.current?.fill(connection);
  }

  onRefusal(connection: Connection, kind: ErrorKind, message: string): void {
    connection.openFailures++;
    if (!this.settleOpening(message)) this.current?.onRefusal(connection, kind, message);
  }

  onReady(connection: Connection): void {
    this.current?.fill(connection);
  }

  onAnswer(connection: Connection, stream: Stream): void {
    this.current?.onAnswer(connection, stream);
  }

  onFailure(connection: Connection, stream: Stream, kind: ErrorKind, message: Told): void {
    this.current?.onFailure(connection, stream, kind, message);
  }

  onUnprocessed(connection: Connection, stream: Stream, message: EndedByCode): void {
    this.current?.onUnprocessed(connection, stream, message);
  }

  onLoss(connection: Connection, streams: Stream[], kind: ErrorKind, message: LossTold): void {
    if (streams.length === 0 && kind === 'protocol') connection.stray = String(message);
    this.current?.onLoss(connection, streams, kind, message);
  }

  protected createSlice(terms: SliceTerms, startMs: number): Slice {
    return new Slice(this.connections, this.#requests, terms, startMs);
  }

  protected isIdle({ state, inFlight }: Connection): boolean {
    return state === 'open' && inFlight === 0;
  }

  protected silence(connection: Connection): string {
    return `no HTTP/2 connection after ${this.timeoutMs} ms: ${connection.progress()}`;
  }

  protected override sweepSlice(nowMs: number, lostMs: number): void {
    for (const connection of this.overdue(nowMs, lostMs)) {
      connection.drop();
      this.onRefusal(connection, 'connect', this.silence(connection));
    }
    super.sweepSlice(nowMs, lostMs);
  }
}
