/**
 * One QUIC connection that carries HTTP/3, as `@currentspace/http3` offers it below its sessions and
 * streams: numbers and events. The native runtime and the WASM one have the same surface there, a
 * request costs no stream object, and a body passes by without being queued.
 */

export interface Field {
  name: string;
  value: string;
}

/** What happened on a connection, in the library's own words and numbers. */
export interface WireEvent {
  eventType: number;
  /** -1: of the whole connection. */
  streamId: number;
  headers?: readonly Field[];
  data?: Uint8Array;
  meta?: { errorCode?: number; errorReason?: string };
}

/** The event types of `@currentspace/http3` 0.9 that matter here. */
export const EVENT = {
  headers: 3,
  data: 4,
  finished: 5,
  reset: 6,
  closed: 7,
  drain: 8,
  goAway: 9,
  error: 10,
  open: 11,
  gone: 15,
  writeReady: 18,
} as const;

export interface WireOptions {
  /** Host and port as in a URL; the host is an IP address. */
  address: string;
  /** Sent as SNI, and looked for in the certificate if that is checked. */
  serverName: string;
  /** Authorities to check the certificate by, PEM text; null: any certificate will do. */
  ca: string | null;
}

export interface Wire {
  /** Returns the stream's number. Throws when it cannot be sent; see `isFull`. */
  request(fields: readonly Field[], isEnd: boolean): number;
  /**
   * Sends what is left of a request's body, and with its last byte the request's end. Returns how
   * many bytes were taken; 0: none before the stream's `drain`, or `writeReady`.
   */
  send(stream: number, rest: Buffer): number;
  /** Gives up a request. */
  cancel(stream: number): void;
  /** Closes in the background. No event comes after it. Never throws. */
  close(): void;
}

export type TakeEvents = (events: readonly WireEvent[]) => void;

/** Opens a connection and hands over its events in batches, never within the call. Never throws. */
export type OpenWire = (options: WireOptions, take: TakeEvents) => Wire;

/** H3_REQUEST_CANCELLED (RFC 9114, 8.1). */
export const CANCELLED = 0x10c;

/** Longer than any pause between two slices. The server's own timeout counts if it is shorter. */
export const IDLE_TIMEOUT_MS = 120_000;

/** True when the peer does not take a further request on the connection just now. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && /StreamLimit|StreamBlocked/.test(error.message);
}

/** An event's data, wherever it lies. */
export function dataOf(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Stands for a connection that could not even be tried: says so at once. */
export function brokenWire(error: unknown, take: TakeEvents): Wire {
  const reason = asText(error);
  const timer = setImmediate(() => take([closedEvent(reason)]));
  return {
    request() {
      throw new Error(reason);
    },
    send: () => 0,
    cancel() {},
    close: () => clearImmediate(timer),
  };
}

/** The end of a connection, for a reason that has no code. */
export function closedEvent(reason: string): WireEvent {
  return { eventType: EVENT.closed, streamId: -1, meta: { errorReason: reason } };
}

/** The library's messages begin with a tag in brackets for its own use. */
export function asText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\[h3:[^\]]*\] /, '');
}
