/**
 * A slow and strict reader of what a server says, by RFC 9113 and RFC 7541 alone and sharing no code
 * with the channel but for the tables of the standard: what the channel is compared with. What the
 * standard lets an endpoint treat as an error of the whole connection, it does.
 */
import { type Field, STATIC_TABLE } from '../../../src/load/http2/hpack/static-table.ts';
import { type RawFrame, splitFrames } from './peer.ts';
import { huffmanCode } from './reference-encoder.ts';

/** What was asked for on a stream, without a body. */
export interface Asked {
  isHead: boolean;
  status: number;
  body: string;
}

/** What nothing comes after. */
class ConnectionError extends Error {}
/** What only its stream is lost by. */
class StreamError extends Error {}

const MAX_31 = 2 ** 31 - 1;
const MOST_PAYLOAD = 16_384;
const BYTES_OF_KNOWN_TYPES: Record<number, (length: number) => boolean> = {
  2: (length) => length === 5,
  3: (length) => length === 4,
  6: (length) => length === 8,
  7: (length) => length >= 8,
  8: (length) => length === 4,
};
const ONLY_ON_STREAMS = [0, 1, 2, 3, 9];
const ONLY_ON_CONNECTION = [4, 6, 7];

/**
 * Streams whose answers are complete, valid and as asked for, in the order in which they end. The
 * bytes are those behind the server's first SETTINGS, an empty one; every request was sent by then.
 */
export function goodAnswers(bytes: Buffer, asked: ReadonlyMap<number, Asked>): number[] {
  const reader = new ReferenceReader(asked);
  try {
    for (const frame of splitFrames(bytes).frames) reader.take(frame);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  }
  return reader.good;
}

class ReferenceReader {
  readonly good: number[] = [];
  readonly #asked: ReadonlyMap<number, Asked>;
  readonly #open = new Map<number, Answer>();
  /** Reset by us: the server may not have heard of it yet. */
  readonly #forgiven = new Set<number>();
  readonly #hpack = new ReferenceDecoder();
  readonly #highest: number;
  #block: { id: number; endsStream: boolean; pieces: Buffer[] } | null = null;
  #window = 65_535;
  #firstWindow = 65_535;

  constructor(asked: ReadonlyMap<number, Asked>) {
    this.#asked = asked;
    this.#highest = Math.max(...asked.keys());
    for (const [id, request] of asked) this.#open.set(id, new Answer(request, this.#firstWindow));
  }

  take({ type, flags, id: idAndBit, payload }: RawFrame): void {
    const id = idAndBit & MAX_31;
    must(payload.length <= MOST_PAYLOAD, 'FRAME_SIZE_ERROR');
    must(this.#block === null || (type === 9 && id === this.#block.id), 'a broken header block');
    must(BYTES_OF_KNOWN_TYPES[type]?.(payload.length) ?? true, 'FRAME_SIZE_ERROR');
    must(id !== 0 || !ONLY_ON_STREAMS.includes(type), 'a frame of no stream');
    must(id === 0 || !ONLY_ON_CONNECTION.includes(type), 'a frame of the connection');
    if (type === 0) this.#takeData(id, flags, unpadded(flags, payload));
    else if (type === 1) this.#takeHeaders(id, flags, unpadded(flags, payload));
    else if (type === 3) this.#takeReset(id);
    else if (type === 4) this.#takeSettings(flags, payload);
    else if (type === 5) must(false, 'a push');
    else if (type === 7) this.#takeGoAway(payload.readUInt32BE(0) & MAX_31);
    else if (type === 8) this.#takeWindow(id, payload.readUInt32BE(0) & MAX_31);
    else if (type === 9) this.#takeContinuation(flags, payload);
  }

  #takeData(id: number, flags: number, body: Buffer): void {
    this.#tell(id, (flags & 1) !== 0, (answer) => answer.takeBody(body));
  }

  #takeHeaders(id: number, flags: number, payload: Buffer): void {
    const skipped = (flags & 0x20) === 0 ? 0 : 5;
    must(payload.length >= skipped, 'no room for a priority');
    this.#block = { id, endsStream: (flags & 1) !== 0, pieces: [payload.subarray(skipped)] };
    if ((flags & 4) !== 0) this.#endBlock();
  }

  #takeContinuation(flags: number, payload: Buffer): void {
    must(this.#block !== null, 'a continuation of nothing');
    this.#block?.pieces.push(payload);
    if ((flags & 4) !== 0) this.#endBlock();
  }

  #endBlock(): void {
    if (this.#block === null) return;
    const { id, endsStream, pieces } = this.#block;
    this.#block = null;
    // Also of a stream that nobody waits for: the table changes.
    const fields = this.#hpack.decode(Buffer.concat(pieces));
    this.#tell(id, endsStream, (answer) => answer.takeFields(fields, endsStream));
  }

  #takeReset(id: number): void {
    must(!this.#isIdle(id), 'a reset of an idle stream');
    this.#open.delete(id);
  }

  #takeSettings(flags: number, payload: Buffer): void {
    if ((flags & 1) !== 0) {
      must(payload.length === 0, 'an acknowledgement with a payload');
      return;
    }
    must(payload.length % 6 === 0, 'FRAME_SIZE_ERROR');
    for (let at = 0; at < payload.length; at += 6) {
      const [name, value] = [payload.readUInt16BE(at), payload.readUInt32BE(at + 2)];
      must(name !== 2 || value === 0, 'a server that asks for pushes');
      must(name !== 5 || (value >= 16_384 && value < 2 ** 24), 'SETTINGS_MAX_FRAME_SIZE');
      if (name !== 4) continue;
      must(value <= MAX_31, 'SETTINGS_INITIAL_WINDOW_SIZE');
      this.#widenAll(value - this.#firstWindow);
      this.#firstWindow = value;
    }
    for (const { window } of this.#open.values()) must(window <= MAX_31, 'FLOW_CONTROL_ERROR');
  }

  #widenAll(bytes: number): void {
    for (const answer of this.#open.values()) answer.window += bytes;
  }

  #takeGoAway(last: number): void {
    for (const id of [...this.#open.keys()]) if (id > last) this.#open.delete(id);
  }

  #takeWindow(id: number, more: number): void {
    if (id === 0) {
      this.#window += more;
      must(more > 0 && this.#window <= MAX_31, 'FLOW_CONTROL_ERROR');
      return;
    }
    must(!this.#isIdle(id), 'a window of an idle stream');
    const answer = this.#open.get(id);
    if (answer === undefined) return;
    answer.window += more;
    if (more === 0 || answer.window > MAX_31) this.#reset(id);
  }

  /** A part of an answer, and what becomes of its stream. */
  #tell(id: number, isEnd: boolean, take: (answer: Answer) => void): void {
    const answer = this.#open.get(id);
    if (answer === undefined) {
      must(this.#forgiven.has(id), 'STREAM_CLOSED');
      if (isEnd) this.#forgiven.delete(id);
      return;
    }
    try {
      take(answer);
      if (!isEnd) return;
      answer.end();
      this.#open.delete(id);
      const { status, isHead, body } = this.#asked.get(id) as Asked;
      const isAsExpected =
        answer.status === status && (isHead || answer.body.equals(bytesOf(body)));
      if (isAsExpected) this.good.push(id);
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.#reset(id);
      if (isEnd) this.#forgiven.delete(id);
    }
  }

  #reset(id: number): void {
    this.#open.delete(id);
    this.#forgiven.add(id);
  }

  #isIdle(id: number): boolean {
    return id % 2 === 0 || id > this.#highest;
  }
}

const OF_HTTP1 = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

class Answer {
  readonly #request: Asked;
  #length: string | null = null;
  status = 0;
  body: Buffer = Buffer.alloc(0);
  window: number;

  constructor(request: Asked, window: number) {
    this.#request = request;
    this.window = window;
  }

  takeFields(fields: readonly Field[], isEnd: boolean): void {
    const lengths = new Set<string>();
    for (const [index, { name, value }] of fields.entries()) {
      const isStatus = name === ':status' && index === 0;
      should(isStatus || /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name), 'a bad name');
      should(!OF_HTTP1.includes(name), 'a field of HTTP/1.1');
      should(!['\0', '\r', '\n'].some((byte) => value.includes(byte)), 'a forbidden byte');
      should(!/^[ \t]|[ \t]$/.test(value), 'a blank at an end of a value');
      if (name === 'content-length') lengths.add(String(Number(/^\d{1,15}$/.exec(value)?.[0])));
    }
    should(lengths.size <= 1 && !lengths.has('NaN'), 'a bad content-length');
    const status = fields[0]?.name === ':status' ? fields[0].value : null;
    if (this.status !== 0) {
      should(status === null && isEnd, 'trailers that are none');
      return;
    }
    should(status !== null && /^[1-9][0-9]{2}$/.test(status), 'no status');
    should(status !== '101', 'an upgrade');
    if (status?.startsWith('1')) {
      should(!isEnd, 'an end without an answer');
      return;
    }
    this.status = Number(status);
    this.#length = [...lengths][0] ?? null;
  }

  takeBody(bytes: Buffer): void {
    should(this.status !== 0, 'a body before the status');
    this.body = Buffer.concat([this.body, bytes]);
    should(this.body.length === 0 || !this.#hasNoBody, 'a body that cannot be');
    should(this.#length === null || this.body.length <= Number(this.#length), 'a body too long');
  }

  end(): void {
    should(this.status !== 0, 'an end without an answer');
    const isAnyLength = this.#length === null || this.#hasNoBody;
    should(isAnyLength || this.body.length === Number(this.#length), 'a body too short');
  }

  get #hasNoBody(): boolean {
    return this.#request.isHead || this.status === 204 || this.status === 304;
  }
}

const SYMBOLS = new Map(Array.from({ length: 257 }, (_, symbol) => [huffmanCode(symbol), symbol]));

class ReferenceDecoder {
  /** Newest first. */
  #table: Field[] = [];
  #limit = 4096;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  decode(bytes: Buffer): Field[] {
    this.#bytes = bytes;
    this.#at = 0;
    const fields: Field[] = [];
    while (this.#at < bytes.length) {
      const bits = (bytes[this.#at] as number).toString(2).padStart(8, '0');
      if (bits.startsWith('001')) {
        must(fields.length === 0, 'a new size behind a field');
        this.#limit = this.#number(5);
        must(this.#limit <= 4096, 'a table too large');
        this.#evict();
      } else if (bits.startsWith('1')) {
        fields.push(this.#entry(this.#number(7)));
      } else {
        const isKept = bits.startsWith('01');
        const index = this.#number(isKept ? 6 : 4);
        const name = index === 0 ? this.#text() : this.#entry(index).name;
        const field = { name, value: this.#text() };
        if (isKept) this.#table.unshift(field);
        this.#evict();
        fields.push(field);
      }
    }
    return fields;
  }

  #entry(index: number): Field {
    const field = [...STATIC_TABLE, ...this.#table][index - 1];
    must(field !== undefined, 'no such field');
    return field as Field;
  }

  #evict(): void {
    const size = () =>
      this.#table.reduce((sum, { name, value }) => sum + name.length + value.length + 32, 0);
    while (size() > this.#limit) this.#table.pop();
  }

  #number(bits: number): number {
    const most = 2 ** bits - 1;
    const first = this.#byte() % 2 ** bits;
    if (first < most) return first;
    let [value, scale] = [most, 1];
    for (;;) {
      const byte = this.#byte();
      value += (byte % 128) * scale;
      scale *= 128;
      must(scale <= 2 ** 35, 'a number too large');
      if (byte < 128) return value;
    }
  }

  #text(): string {
    must(this.#at < this.#bytes.length, 'no text');
    const isHuffman = (this.#bytes[this.#at] as number) >= 128;
    const length = this.#number(7);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    must(bytes.length === length, 'a text that is cut off');
    this.#at += length;
    if (!isHuffman) return bytes.toString('latin1');
    let text = '';
    let code = '';
    for (const bit of [...bytes].flatMap((byte) => [...byte.toString(2).padStart(8, '0')])) {
      code += bit;
      const symbol = SYMBOLS.get(code);
      if (symbol === undefined) continue;
      must(symbol < 256, 'the end in a text');
      text += String.fromCharCode(symbol);
      code = '';
    }
    must(code.length < 8 && !code.includes('0'), 'bad padding of a text');
    return text;
  }

  #byte(): number {
    must(this.#at < this.#bytes.length, 'a number that is cut off');
    return this.#bytes[this.#at++] as number;
  }
}

/** A payload of DATA or HEADERS without its padding. */
function unpadded(flags: number, payload: Buffer): Buffer {
  if ((flags & 8) === 0) return payload;
  must(payload.length > 0 && 1 + (payload[0] as number) <= payload.length, 'too much padding');
  return payload.subarray(1, payload.length - (payload[0] as number));
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text);
}

function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new ConnectionError(otherwise);
}

function should(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new StreamError(otherwise);
}
