/**
 * WebSocket frames (RFC 6455, 5) of a client, read from any pieces. Pure. `ws` itself keeps streams,
 * timers and listeners for each connection: twice the memory and three times the CPU time of opening one,
 * which counts where there are 100,000 (docs/adr/0015-hold.md).
 */
import { randomFillSync } from 'node:crypto';
import { GrowableBuffer } from './growable-buffer.ts';

/** What came. Bytes may be part of the piece that was fed: good only until control returns. */
export type Incoming =
  | { kind: 'message'; data: Buffer; binary: boolean }
  | { kind: 'ping'; data: Buffer }
  | { kind: 'pong' }
  | { kind: 'close'; code: number; reason: Buffer }
  | { kind: 'invalid'; message: string };

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const MOST_CONTROL_BYTES = 125;
/** As many as `ws` takes, so that a server is judged the same in the closed loop. Empty ones could go on for ever. */
const MOST_FRAGMENTS = 16 * 1024;
const NO_CODE = 1005;

export class FrameReader {
  readonly #mostBytes: number;
  /** A frame that is not whole yet, and how many bytes are needed to go on. */
  readonly #held = new GrowableBuffer();
  #needed = 0;
  /** A message whose last frame has not come, and in how many it came so far. */
  readonly #parts = new GrowableBuffer();
  #fragments = 0;
  #isBinary = false;

  /** Longer messages are invalid. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Nothing is half read: another reader can take its place. */
  get isEmpty(): boolean {
    return this.#held.length === 0 && this.#fragments === 0;
  }

  /** Memory for what is half read. */
  get capacity(): number {
    return this.#held.capacity + this.#parts.capacity;
  }

  /** Calls `heard` for each frame or message that is whole; stops for good when it returns false or bytes are invalid. */
  feed(piece: Buffer, heard: (incoming: Incoming) => boolean): void {
    let bytes = piece;
    if (this.#held.length > 0) {
      this.#held.add(piece);
      if (this.#held.length < this.#needed) return;
      bytes = this.#held.take();
    }
    let at = 0;
    while (at < bytes.length) {
      const header = readHeader(bytes, at, this.#mostBytes);
      if (typeof header === 'string') {
        heard(invalid(header));
        return;
      }
      if (at + header.total > bytes.length) {
        this.#needed = header.total;
        this.#held.add(bytes.subarray(at));
        return;
      }
      const data = bytes.subarray(at + header.start, at + header.total);
      at += header.total;
      const incoming = this.#take(header, data);
      if (incoming !== null && (!heard(incoming) || incoming.kind === 'invalid')) return;
    }
  }

  /** What a frame means; null: a message goes on. */
  #take({ opcode, isLast }: Header, data: Buffer): Incoming | null {
    if (opcode === PING) return { kind: 'ping', data };
    if (opcode === PONG) return { kind: 'pong' };
    if (opcode === CLOSE) {
      const code = data.length < 2 ? NO_CODE : data.readUInt16BE(0);
      return { kind: 'close', code, reason: data.subarray(2) };
    }
    const goesOn = this.#fragments > 0;
    if ((opcode === CONTINUATION) !== goesOn) {
      return invalid(
        goesOn ? 'a message began inside another' : 'a message that never began went on',
      );
    }
    if (isLast && !goesOn) return { kind: 'message', data, binary: opcode === BINARY };
    if (!goesOn) this.#isBinary = opcode === BINARY;
    if (++this.#fragments > MOST_FRAGMENTS)
      return invalid(`a message is in more than ${MOST_FRAGMENTS} fragments`);
    if (this.#parts.length + data.length > this.#mostBytes)
      return invalid(tooLong(this.#mostBytes));
    this.#parts.add(data);
    if (!isLast) return null;
    this.#fragments = 0;
    return { kind: 'message', data: this.#parts.take(), binary: this.#isBinary };
  }
}

interface Header {
  opcode: number;
  isLast: boolean;
  /** Where the payload begins, and where the frame ends. */
  start: number;
  total: number;
}

/** A header that is not whole yet is as long as it needs to be to go on. In words when it is invalid. */
function readHeader(bytes: Buffer, at: number, mostBytes: number): Header | string {
  const left = bytes.length - at;
  if (left < 2) return { opcode: 0, isLast: false, start: 2, total: 2 };
  const first = bytes[at] as number;
  const second = bytes[at + 1] as number;
  const opcode = first & 0x0f;
  const isLast = first >= 0x80;
  if ((first & 0x70) !== 0) return 'a frame has reserved bits, which no extension was agreed for';
  if (second >= 0x80) return 'a frame of the server is masked';
  const isControl = opcode >= CLOSE;
  if (opcode > PONG || (opcode > BINARY && !isControl))
    return `a frame has the unknown opcode ${opcode}`;
  let length = second;
  if (isControl && (length > MOST_CONTROL_BYTES || !isLast)) {
    return 'a control frame is in parts, or too long';
  }
  let start = 2;
  if (second > MOST_CONTROL_BYTES) {
    start += second === 126 ? 2 : 8;
    if (left < start) return { opcode, isLast, start, total: start };
    length = second === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  }
  if (length > mostBytes) return tooLong(mostBytes);
  return { opcode, isLast, start, total: start + length };
}

function invalid(message: string): Incoming {
  return { kind: 'invalid', message };
}

function tooLong(mostBytes: number): string {
  return `a message is longer than ${mostBytes} bytes`;
}

/** A whole message as a frame. The bytes given stay as they are. */
export function messageFrame(data: Buffer, binary: boolean): Buffer {
  return frame(binary ? BINARY : TEXT, data);
}

export function pongFrame(data: Buffer): Buffer {
  return frame(PONG, data);
}

/** `code` as in the peer's close frame; 1000 of one's own accord. */
export function closeFrame(code: number): Buffer {
  const data = Buffer.alloc(code === NO_CODE ? 0 : 2);
  if (data.length > 0) data.writeUInt16BE(code);
  return frame(CLOSE, data);
}

/** Masked with four random bytes, as a client's frames must be. */
function frame(opcode: number, data: Buffer): Buffer {
  const { length } = data;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = 6 + extra;
  const bytes = Buffer.allocUnsafe(start + length);
  bytes[0] = 0x80 | opcode;
  if (extra === 0) bytes[1] = 0x80 | length;
  else if (extra === 2) {
    bytes[1] = 0x80 | 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  const mask = bytes.subarray(start - 4, start);
  randomFillSync(mask);
  for (let i = 0; i < length; i++) bytes[start + i] = (data[i] as number) ^ (mask[i & 3] as number);
  return bytes;
}
