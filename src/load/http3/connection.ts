/**
 * One connection of a session: opens, sends what is submitted to it as the peer lets it, hands each
 * answer's events to its exchange, tells its owner how each ended.
 */
import type { ErrorKind } from '../results.ts';
import { type EndedByCode, type Told, withMore } from '../unexpected.ts';
import { endText, endTold, REQUEST_REJECTED } from './codes.ts';
import type { Exchange } from './exchange.ts';
import {
  EVENT,
  isFull,
  type OpenWire,
  type Wire,
  type WireEvent,
  type WireOptions,
} from './wire.ts';

/** Every exchange that is submitted ends in exactly one of these, unless it is cancelled or dropped. */
export interface ConnectionOwner {
  onOpen(connection: Connection): void;
  /** The connection is closed. What was submitted to it fails next. */
  onOpenFailure(connection: Connection, reason: string): void;
  /** A complete and expected answer. */
  onAnswer(exchange: Exchange<Connection>): void;
  /** `isConnectionLost`: an open connection ended, which need not be about this request. */
  onFailure(
    exchange: Exchange<Connection>,
    kind: ErrorKind,
    message: Told,
    isConnectionLost: boolean,
  ): void;
  /** The server promises that it did nothing about this request (RFC 9114, 4.1.1 and 5.2). */
  onRefusal(exchange: Exchange<Connection>): void;
}

/** `draining`: takes no more requests, and closes when those in flight have ended. */
export type ConnectionState = 'closed' | 'opening' | 'open' | 'draining';

/** No event says that a peer which was full has room again. */
const ROOM_CHECK_MS = 1;

export class Connection {
  readonly #open: OpenWire;
  readonly #options: WireOptions;
  readonly #owner: ConnectionOwner;
  readonly #inFlight = new Map<number, Exchange<Connection>>();
  #waiting: Exchange<Connection>[] = [];
  #wire: Wire | null = null;
  #state: ConnectionState = 'closed';
  #streamsCheck: NodeJS.Timeout | null = null;

  /** Answers since it was last opened. */
  answers = 0;
  /** When the opening began, and when anything last came; by `performance.now`. */
  since = 0;
  heardAtMs = 0;

  /** The owner's note. */
  openFailures = 0;

  constructor(open: OpenWire, options: WireOptions, owner: ConnectionOwner) {
    this.#open = open;
    this.#options = options;
    this.#owner = owner;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether a request was submitted that has not ended. */
  get isBusy(): boolean {
    return this.#inFlight.size > 0 || this.#waiting.length > 0;
  }

  open(): void {
    this.#state = 'opening';
    this.since = performance.now();
    this.answers = 0;
    const wire = this.#open(this.#options, (events) => {
      if (this.#wire === wire) this.#take(events);
    });
    this.#wire = wire;
  }

  /** Sends the request as soon as it can be; opens the connection when it is closed. */
  submit(exchange: Exchange<Connection>): void {
    exchange.begin();
    this.#waiting.push(exchange);
    if (this.#state === 'closed') this.open();
    else this.#sendWaiting();
  }

  /** Gives up a request and tells nobody. */
  cancel(exchange: Exchange<Connection>): void {
    this.#waiting = this.#waiting.filter((other) => other !== exchange);
    if (this.#inFlight.get(exchange.stream) !== exchange) return;
    this.#inFlight.delete(exchange.stream);
    this.#wire?.cancel(exchange.stream);
    this.#closeIfDrained();
  }

  /** No more requests on this connection, which seems dead; those in flight may still end. */
  drain(): void {
    if (this.#state !== 'open') return;
    this.#state = 'draining';
    this.#closeIfDrained();
  }

  /** Closes at once, forgets what is in flight, and tells nobody. */
  drop(): void {
    const wire = this.#wire;
    this.#wire = null;
    this.#state = 'closed';
    this.#inFlight.clear();
    this.#waiting = [];
    if (this.#streamsCheck !== null) clearTimeout(this.#streamsCheck);
    this.#streamsCheck = null;
    wire?.close();
  }

  /** Closes for a reason; whatever was submitted fails. */
  abandon(reason: string): void {
    this.#lose('connect', reason);
  }

  #take(events: readonly WireEvent[]): void {
    this.heardAtMs = performance.now();
    const wire = this.#wire;
    for (const event of events) {
      this.#takeEvent(event);
      if (this.#wire !== wire) return;
    }
    this.#sendWaiting();
    this.#closeIfDrained();
  }

  #takeEvent(event: WireEvent): void {
    const { eventType, streamId, meta } = event;
    switch (eventType) {
      case EVENT.open:
        this.#state = 'open';
        this.#owner.onOpen(this);
        return;
      case EVENT.closed:
        this.#lose(
          'closed',
          this.#state === 'opening' ? endText(meta ?? {}, false) : endTold(meta ?? {}),
        );
        return;
      case EVENT.goAway:
        this.#takeGoAway(streamId);
        return;
      case EVENT.writeReady:
        for (const exchange of this.#inFlight.values()) this.#sendBody(exchange);
        return;
      case EVENT.error:
        if (streamId < 0) {
          this.#lose('protocol', `the server broke the protocol: ${meta?.errorReason ?? ''}`);
          return;
        }
    }
    const exchange = this.#inFlight.get(streamId);
    if (exchange !== undefined) this.#takeStreamEvent(exchange, event);
  }

  #takeStreamEvent(exchange: Exchange<Connection>, event: WireEvent): void {
    if (event.eventType === EVENT.drain) {
      this.#sendBody(exchange);
      return;
    }
    if (event.eventType === EVENT.reset && event.meta?.errorCode === REQUEST_REJECTED) {
      this.#inFlight.delete(exchange.stream);
      this.#owner.onRefusal(exchange);
      return;
    }
    const ending = exchange.take(event);
    if (ending === null) return;
    const { judgement, isOver } = ending;
    if (event.eventType === EVENT.finished) this.answers++;
    if (!isOver) this.#wire?.cancel(exchange.stream);
    this.#inFlight.delete(exchange.stream);
    if (judgement === null) this.#owner.onAnswer(exchange);
    else this.#owner.onFailure(exchange, judgement.kind, judgement.message, false);
  }

  #takeGoAway(firstRefused: number): void {
    if (this.#state === 'open') this.#state = 'draining';
    for (const exchange of [...this.#inFlight.values()]) {
      if (exchange.stream < firstRefused) continue;
      this.#inFlight.delete(exchange.stream);
      this.#owner.onRefusal(exchange);
    }
  }

  #sendWaiting(): void {
    while (this.#state === 'open') {
      const exchange = this.#waiting[0];
      if (exchange === undefined) return;
      const { fields, body } = exchange.variant;
      try {
        exchange.stream = (this.#wire as Wire).request(fields, body === null);
      } catch (error) {
        if (isFull(error)) this.#checkStreamsLater();
        else this.#lose('closed', (error as Error).message);
        return;
      }
      this.#waiting.shift();
      exchange.sentAtMs = performance.now();
      this.#inFlight.set(exchange.stream, exchange);
      this.#sendBody(exchange);
    }
  }

  #sendBody(exchange: Exchange<Connection>): void {
    const { variant, stream } = exchange;
    const length = variant.body?.length ?? 0;
    while (exchange.sent < length) {
      const taken = this.#wire?.send(stream, (variant.body as Buffer).subarray(exchange.sent)) ?? 0;
      if (taken === 0) return;
      exchange.sent += taken;
    }
  }

  #checkStreamsLater(): void {
    this.#streamsCheck ??= setTimeout(() => {
      this.#streamsCheck = null;
      this.#sendWaiting();
    }, ROOM_CHECK_MS);
  }

  #closeIfDrained(): void {
    if (this.#state !== 'draining' || this.#inFlight.size > 0) return;
    const waiting = this.#waiting;
    this.drop();
    for (const exchange of waiting) this.submit(exchange);
  }

  /** The connection is gone. What was not sent yet goes on to a new one, if this one had been open. */
  #lose(kind: ErrorKind, told: string | EndedByCode): void {
    const reason = String(told);
    const wasOpening = this.#state === 'opening';
    const inFlight = [...this.#inFlight.values()];
    const waiting = this.#waiting;
    this.drop();
    if (wasOpening) {
      this.#owner.onOpenFailure(this, reason);
      for (const exchange of waiting) this.#owner.onFailure(exchange, 'connect', reason, false);
      return;
    }
    for (const exchange of waiting) this.submit(exchange);
    for (const exchange of inFlight) {
      this.#owner.onFailure(exchange, kind, withMore(told, `; ${exchange.progress()}`), true);
    }
  }
}
