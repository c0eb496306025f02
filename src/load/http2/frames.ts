/** Frames as bytes (RFC 9113, sections 4, 6 and 7). */

import { MAX_FIELDS_BYTES } from '../shared/longest-fields.ts';

export const HEADER_BYTES = 9;
/** Largest payload that is always allowed; we never allow the peer a larger one. */
export const FRAME_BYTES = 16_384;
/** Largest window, stream id and much else: 31 bits. */
export const MAX_31 = 0x7fff_ffff;
/** Window of each direction and stream until something else is said. */
export const FIRST_WINDOW = 65_535;

export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const FLAG = {
  /** Of SETTINGS and PING. */
  ack: 0x1,
  endStream: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

export const SETTING = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

export const CODE = { noError: 0, protocolError: 1, refusedStream: 7, cancel: 8 } as const;

const CODE_NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** An error code as the RFC calls it. */
export function codeName(code: number): string {
  return CODE_NAMES[code] ?? `error code ${code}`;
}

export function writeFrameHeader(
  to: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  to[at] = length >> 16;
  to[at + 1] = length >> 8;
  to[at + 2] = length;
  to[at + 3] = type;
  to[at + 4] = flags;
  to.writeUInt32BE(streamId, at + 5);
}

export function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  writeFrameHeader(bytes, 0, payload.length, type, flags, streamId);
  payload.copy(bytes, HEADER_BYTES);
  return bytes;
}

/** For payloads that are one number: RST_STREAM's code, WINDOW_UPDATE's increment. */
export function numberFrame(type: number, streamId: number, value: number): Buffer {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt32BE(value);
  return frame(type, 0, streamId, payload);
}

export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6);
  for (const [index, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return frame(TYPE.settings, 0, 0, payload);
}

/** What a client says first: no pushes, and windows so large that the peer never waits for us. */
export const CLIENT_OPENING: Buffer = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  settingsFrame([
    [SETTING.enablePush, 0],
    [SETTING.initialWindowSize, MAX_31],
    [SETTING.maxHeaderListSize, MAX_FIELDS_BYTES],
  ]),
  numberFrame(TYPE.windowUpdate, 0, MAX_31 - FIRST_WINDOW),
]);

export const SETTINGS_ACK: Buffer = frame(TYPE.settings, FLAG.ack, 0, Buffer.alloc(0));
