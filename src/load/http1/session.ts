/**
 * Closed-loop HTTP/1.1 load on one target: every connection sends its next request as soon as its
 * last is answered. A slice is a fixed number of requests; each ends as good or as one error.
 *
 * Sent again, once: an idempotent request whose connection ended before any byte of an answer (`resend.ts`).
 *
 * A slice always ends. Each request has `timeoutMs`. The rest of the slice is given up, and counted
 * as the last error's kind, when no answer at all came for twice that long, when more requests hung
 * than there are connections, or when every connection was refused three times in a row.
 */

import type { HttpScenario } from '../../config/experiment/scenario.ts';
import type { OwnShare } from '../numbers.ts';
import type { ErrorKind } from '../results.ts';
import type { OnError } from '../session.ts';
import { LATE } from '../shared/broken-answer.ts';
import { connectorTo } from '../shared/connector.ts';
import { RequestSession, type SliceTerms } from '../shared/request-session.ts';
import { RequestSource } from '../shared/request-source.ts';
import type { Target } from '../target.ts';
import type { Told } from '../unexpected.ts';
import { Connection, type ConnectionOwner, type Shared } from './connection.ts';
import { Slice } from './slice.ts';
import { prepareVariants, type Variant } from './variant.ts';

const READ_BUFFER_BYTES = 64 * 1024;

export class Http1Session extends RequestSession<Connection, Slice> implements ConnectionOwner {
  readonly engine = 'http1';
  protected readonly connections: readonly Connection[];
  readonly #requests: RequestSource<Variant>;

  /** Opens nothing yet. Throws when the scenario cannot be sent. `onError` hears of every failure. */
  constructor(target: Target<HttpScenario>, share: OwnShare, onError: OnError) {
    const { scenario } = target;
    const requests = new RequestSource(target, share, (all) => prepareVariants(target, all));
    const shared: Shared = {
      connector: connectorTo(target),
      readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    };
    super(scenario.timeoutMs, onError);
    this.#requests = requests;
    this.connections = Array.from(
      { length: scenario.connections },
      () => new Connection(shared, requests.neverSent, this),
    );
  }

  onOpen(connection: Connection): void {
    connection.openFailures = 0;
    if (!this.settleOpening(null)) this.current?.onOpen(connection);
  }

  onAnswer(connection: Connection): void {
    this.current?.onAnswer(connection);
  }

  onFailure(connection: Connection, kind: ErrorKind, message: Told): void {
    if (kind === 'connect') connection.openFailures++;
    if (!this.settleOpening(message)) this.current?.onFailure(connection, kind, message);
  }

  protected createSlice(terms: SliceTerms, startMs: number): Slice {
    return new Slice(this.connections, this.#requests, terms, startMs);
  }

  protected isIdle({ state }: Connection): boolean {
    return state === 'idle';
  }

  protected silence(connection: Connection): string {
    return `${LATE} ${this.timeoutMs} ms; ${connection.progress()}`;
  }
}
