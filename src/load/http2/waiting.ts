/** Requests that were taken up, but not sent: for want of a connection or of a stream. */
import type { Resends } from '../shared/resend.ts';
import type { Connection } from './connection.ts';
import type { RequestFrames } from './request.ts';

export interface Waiting extends Resends {
  request: RequestFrames;
  since: number;
}

/** For each connection its own, the first that came first. */
export class WaitingLists {
  readonly #lists: Map<Connection, Waiting[]>;

  constructor(connections: readonly Connection[]) {
    this.#lists = new Map(connections.map((connection) => [connection, []]));
  }

  of(connection: Connection): Waiting[] {
    return this.#lists.get(connection) as Waiting[];
  }

  add(connection: Connection, waiting: Waiting): void {
    this.of(connection).push(waiting);
  }

  /** As many as the connection has room for. */
  send(connection: Connection): void {
    const list = this.of(connection);
    while (list.length > 0 && connection.capacity > 0) send(connection, list.shift() as Waiting);
  }

  /** Takes out all, or those that have waited since then or longer. */
  takeOut(connection: Connection, untilMs = Number.POSITIVE_INFINITY): Waiting[] {
    const list = this.of(connection);
    const late = list.filter(({ since }) => since <= untilMs);
    // One that is sent again may be older than those before it.
    const others = list.filter(({ since }) => since > untilMs);
    list.splice(0, list.length, ...others);
    return late;
  }
}

function send(connection: Connection, { request, since, wasLost, refusals }: Waiting): void {
  const stream = connection.send(request);
  stream.since = since;
  stream.wasLost = wasLost;
  stream.refusals = refusals;
}
