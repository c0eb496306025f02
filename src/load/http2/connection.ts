/** One connection of a session: a socket that carries a channel, opened again and again. */
import type net from 'node:net';
import type tls from 'node:tls';
import type { ErrorKind } from '../results.ts';
import type { Connector } from '../shared/connector.ts';
import { openingStage } from '../shared/opening-stage.ts';
import { EndedByCode, type Told } from '../unexpected.ts';
import { Channel, type ChannelOwner } from './channel.ts';
import { NO_STREAMS } from './peer-settings.ts';
import type { RequestFrames } from './request.ts';
import type { Stream } from './stream.ts';

/** What all connections of a session share. */
export interface Shared {
  connector: Connector;
  isSecured: boolean;
  /** Requests in flight that are wanted. */
  streams: number;
  /** One for all: the bytes are read to the end before control returns to the event loop. */
  readBuffer: Buffer;
}

/** A stream that is passed is over; it is only to be read during the call. */
export interface ConnectionOwner {
  onOpen(connection: Connection): void;
  /** It could not be opened. */
  onRefusal(connection: Connection, kind: ErrorKind, message: string): void;
  /** It can take more requests than a moment ago, or can be opened again. */
  onReady(connection: Connection): void;
  onAnswer(connection: Connection, stream: Stream): void;
  onFailure(connection: Connection, stream: Stream, kind: ErrorKind, message: Told): void;
  /** The server did nothing about this request: it can be sent again. */
  onUnprocessed(connection: Connection, stream: Stream, message: EndedByCode): void;
  /** It closed, and these requests with it. */
  onLoss(connection: Connection, streams: Stream[], kind: ErrorKind, message: LossTold): void;
}

/** In words, with the error code where the server gave one. */
export type LossTold = string | EndedByCode;

export type ConnectionState = 'closed' | 'opening' | 'open';

export class Connection implements ChannelOwner {
  readonly #shared: Shared;
  readonly #owner: ConnectionOwner;
  #socket: net.Socket | null = null;
  #channel: Channel;
  #state: ConnectionState = 'closed';
  /** Bytes can be sent; the server's settings may be missing still. */
  #isConnected = false;
  /** The server's first SETTINGS came. */
  #isGreeted = false;
  #isReading = false;
  #isFlushPlanned = false;

  /** Streams that may be open at once, by the server's last word and the scenario. */
  width: number;
  /** Answers that this connection has brought since it was last opened. */
  answers = 0;

  /** The owner's notes. When the opening began, by `performance.now`. */
  since = 0;
  openFailures = 0;
  /** A broken protocol that hit no request, in words. */
  stray: string | null = null;

  constructor(shared: Shared, owner: ConnectionOwner) {
    this.#shared = shared;
    this.#owner = owner;
    this.#channel = new Channel(this);
    this.width = shared.streams;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#state === 'open' ? this.#channel.inFlight : 0;
  }

  /** Requests that can be sent now. */
  get capacity(): number {
    if (this.#state !== 'open') return 0;
    return Math.min(this.#channel.capacity, this.#shared.streams - this.#channel.inFlight);
  }

  /** Takes no more requests, and is not closed yet. */
  get isDraining(): boolean {
    return this.#state === 'open' && this.#channel.isDraining;
  }

  streams(): Stream[] {
    return this.#state === 'open' ? this.#channel.streams() : [];
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
    this.#isConnected = false;
    this.#isGreeted = false;
    this.#channel = new Channel(this);
    this.answers = 0;
    socket.on(connector.openEvent, () => this.#connected(socket));
    socket.on('drain', () => {
      if (this.#socket !== socket) return;
      this.#channel.congest(false);
      this.#flush();
    });
    socket.on('error', (error) => {
      const isOpening = this.#socket === socket && this.#state === 'opening';
      if (isOpening && connector.movesOn(socket, error)) this.open();
      else this.#gone(socket, connector.explain(error));
    });
    socket.on('end', () => this.#gone(socket, 'the server closed the connection'));
    socket.on('close', () => this.#gone(socket, 'the connection was closed'));
  }

  /** Sends a request. Only when there is `capacity`. */
  send(request: RequestFrames): Stream {
    const stream = this.#channel.send(request);
    this.#flushSoon();
    return stream;
  }

  /** Gives up a request in flight, and tells nobody. */
  cancel(stream: Stream): void {
    this.#channel.cancel(stream);
    this.#flushSoon();
    this.#closeWhenDrained();
  }

  /** What is missing while it opens, in words. */
  progress(): string {
    const { isSecured, streams } = this.#shared;
    if (this.#isGreeted) return `${NO_STREAMS}, the scenario wants ${streams}`;
    const how = isSecured ? '' : ' without TLS (with prior knowledge)';
    const last = `the server has sent no SETTINGS: does it speak HTTP/2${how}?`;
    return openingStage(this.#socket, this.#isConnected, last);
  }

  /** Closes at once and tells nobody. */
  drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#state = 'closed';
    this.#channel.close();
    socket?.destroy();
  }

  onGreeting(): void {
    this.#isGreeted = true;
    this.#narrow();
    // A server may allow none for a short time (RFC 9113, 5.1.2): the connection opens when it allows one, or not in time.
    if (this.#channel.maxStreams === 0) return;
    this.#state = 'open';
    this.#owner.onOpen(this);
  }

  onWidened(): void {
    if (this.#state === 'opening') this.onGreeting();
    else {
      this.#narrow();
      this.#owner.onReady(this);
    }
  }

  onAnswer(stream: Stream): void {
    this.answers++;
    this.#owner.onAnswer(this, stream);
    this.#closeWhenDrained();
  }

  onFailure(stream: Stream, kind: ErrorKind, message: Told): void {
    this.#owner.onFailure(this, stream, kind, message);
    this.#closeWhenDrained();
  }

  onUnprocessed(stream: Stream, message: EndedByCode): void {
    this.#owner.onUnprocessed(this, stream, message);
    this.#closeWhenDrained();
  }

  onDraining(): void {
    this.#closeWhenDrained();
  }

  onBroken(message: string): void {
    this.#fail('protocol', message);
  }

  #connected(socket: net.Socket): void {
    if (this.#socket !== socket) return;
    this.#isConnected = true;
    if (this.#shared.isSecured) {
      const { alpnProtocol } = socket as tls.TLSSocket;
      if (alpnProtocol !== 'h2') {
        const chosen = alpnProtocol === false ? 'nothing' : alpnProtocol;
        this.#fail('connect', `the server does not speak HTTP/2 over TLS (ALPN chose ${chosen})`);
        return;
      }
    }
    this.#flush();
  }

  #read(length: number): void {
    this.#isReading = true;
    this.#channel.read(this.#shared.readBuffer, length);
    this.#isReading = false;
    this.#flush();
  }

  /** At the end of what the event loop does now, so that many requests are one write. */
  #flushSoon(): void {
    if (this.#isReading || this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    queueMicrotask(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { out } = this.#channel;
    while (this.#socket !== null && out.length > 0) {
      const isDrained = this.#socket.write(out.take());
      // Written without a wait: the kernel has a copy.
      if (this.#socket.writableLength === 0) out.giveBack();
      this.#channel.congest(!isDrained);
    }
  }

  /** Of what the server allows. */
  #narrow(): void {
    this.width = Math.max(1, Math.min(this.#shared.streams, this.#channel.maxStreams));
  }

  #closeWhenDrained(): void {
    if (!this.isDraining || this.#channel.inFlight > 0) return;
    this.drop();
    this.#owner.onReady(this);
  }

  #gone(socket: net.Socket, reason: string): void {
    if (this.#socket !== socket) return;
    this.#fail(this.#state === 'opening' ? 'connect' : 'closed', reason);
  }

  #fail(kind: ErrorKind, message: string): void {
    const wasOpening = this.#state === 'opening';
    const streams = this.streams();
    const { farewell } = this.#channel;
    this.drop();
    if (wasOpening) this.#owner.onRefusal(this, kind, message);
    else this.#owner.onLoss(this, streams, kind, withFarewell(message, farewell));
  }
}

/** Why it closed, where the server has said so before. */
function withFarewell(message: string, farewell: string | null): LossTold {
  if (farewell === null) return message;
  return new EndedByCode(`${message}, after it had sent GOAWAY (${farewell})`, farewell);
}
