/** One place for a request in flight: a connection has as many as the scenario has streams. */
import { Answer } from './answer.ts';
import type { Connection } from './connection.ts';
import type { Variant } from './variant.ts';

export class Exchange {
  readonly connection: Connection;
  readonly answer = new Answer();
  variant: Variant;
  /** Number of the stream while the request is in flight; -1: it waits to be sent, or there is none. */
  stream = -1;
  /** Bytes of the request's body that were sent. */
  sent = 0;
  sentAtMs = 0;

  /** The owner's notes. When the request was taken up, by `performance.now`. */
  since = 0;
  /** The connection may have been closed while it rested, so that the request may be sent once more. */
  mayRetry = false;
  /** The server has refused the request once, without doing anything about it. */
  wasRefused = false;

  constructor(connection: Connection, variant: Variant) {
    this.connection = connection;
    this.variant = variant;
  }

  /** How far the request has got, in words. */
  progress(): string {
    if (this.stream < 0) return 'the request could not be sent';
    const { body } = this.variant;
    if (this.answer.hasBegun || body === null || this.sent === body.length) {
      return this.answer.progress();
    }
    return `${this.sent} of ${body.length} bytes of the request's body were sent, and no status came`;
  }
}
