/** The messages of one connection: each exactly as long as the scenario says, no two alike. Pure. */

import { FEWEST_FAN_OUT_BYTES } from '../../config/experiment/scenario.ts';
import { foreign } from '../../system/messages/printed.ts';
import type { ErrorKind } from '../results.ts';

export interface MessageShape {
  bytes: number;
  binary: boolean;
}

/** Why a message that came is not the one that was sent. */
export interface Fault {
  kind: Extract<ErrorKind, 'body' | 'protocol'>;
  message: string;
}

/** What a connection sends, and what it takes for an answer. */
export interface MessageSource {
  /** Good until the next one. */
  next(): Buffer;
  /** Null: it is the answer to the last message. */
  judge(came: Buffer, binary: boolean): Fault | null;
}

const DIGITS = Buffer.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_');

/**
 * Digits of the number of a message, the lowest first, so that neighbours differ in the first byte.
 * Where all of them find room the number never comes again, so that each delivery of a fan-out is
 * known as the one of its message.
 */
const COUNTER_DIGITS = FEWEST_FAN_OUT_BYTES;
const CONNECTION_DIGITS = 4;

/** What is said of a message that does not come back in time. */
export const NO_ECHO = 'no echo after';

/** What is said of one that does not reach a receiver of a fan-out in time. */
export const NOT_DELIVERED = 'the message did not come in';

/** What is said of one that comes back whole, and as the other type. */
export const OTHER_TYPE = 'the message came back whole, but as';

/** Largest message: every connection keeps one, and holds another while it comes in. */
export const MOST_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Spreads the first numbers of connections whose messages are too short to name them. */
const FIRST_NUMBERS_APART = 29;

const EXCERPT_BYTES = 40;

export class Messages implements MessageSource {
  readonly #current: Buffer;
  readonly #binary: boolean;
  /** Counter digits that fit into a message. */
  readonly #digits: Uint8Array;
  #number: number;

  /** `connection`: number of the connection, over all generator processes. */
  constructor({ bytes, binary }: MessageShape, connection: number) {
    this.#binary = binary;
    this.#current = Buffer.alloc(bytes);
    for (let at = 0; at < bytes; at++) this.#current[at] = filler(at, binary);
    const named = digitsOf(connection, CONNECTION_DIGITS);
    for (const [at, digit] of named.entries()) this.#writeDigit(COUNTER_DIGITS + at, digit);
    this.#number = connection * FIRST_NUMBERS_APART;
    this.#digits = Uint8Array.from(digitsOf(this.#number, Math.min(COUNTER_DIGITS, bytes)));
    for (const [at, digit] of this.#digits.entries()) this.#writeDigit(at, digit);
  }

  /** The next message. The bytes are written over by the one after it. */
  next(): Buffer {
    this.#number++;
    for (let at = 0; at < this.#digits.length; at++) {
      const digit = ((this.#digits[at] as number) + 1) % DIGITS.length;
      this.#digits[at] = digit;
      this.#writeDigit(at, digit);
      if (digit !== 0) break;
    }
    return this.#current;
  }

  /** Null when what came is the last message, in bytes and in type. */
  judge(came: Buffer, binary: boolean): Fault | null {
    const isEqual = came.equals(this.#current);
    if (isEqual && binary === this.#binary) return null;
    if (isEqual) {
      const message = `${OTHER_TYPE} ${typeName(binary)}, and was sent as ${typeName(this.#binary)}`;
      return { kind: 'body', message };
    }
    if (this.#isEarlier(came)) {
      const message = `another message than the one that was sent came back: ${excerpt(came, binary)}`;
      return { kind: 'protocol', message };
    }
    const expected = excerpt(this.#current, this.#binary);
    const message = `expected ${expected}, got ${excerpt(came, binary)}${this.#difference(came)}`;
    return { kind: 'body', message };
  }

  /** Which byte of many is wrong: it may lie behind what is shown. */
  #difference(came: Buffer): string {
    if (came.length !== this.#current.length) return '';
    const at = came.findIndex((byte, index) => byte !== this.#current[index]);
    return at < 0 ? '' : `; byte ${at} differs`;
  }

  #writeDigit(at: number, digit: number): void {
    if (at < this.#current.length) this.#current[at] = DIGITS[digit] as number;
  }

  /** Alike but for its number, which is one that has been. */
  #isEarlier(came: Buffer): boolean {
    const { length } = this.#digits;
    if (came.length !== this.#current.length) return false;
    if (this.#current.compare(came, length, came.length, length) !== 0) return false;
    let number = 0;
    for (let at = length - 1; at >= 0; at--) {
      const digit = DIGITS.indexOf(came[at] as number);
      if (digit < 0) return false;
      number = number * DIGITS.length + digit;
    }
    // A number that was cut off says only that it is another one.
    return length < COUNTER_DIGITS || number < this.#number;
  }
}

/** What came, for a message: `"0A…" (64 bytes of text)`. */
export function excerpt(came: Buffer, binary: boolean): string {
  const shown = binary
    ? came.toString('hex', 0, EXCERPT_BYTES / 2)
    : JSON.stringify(came.toString('utf8', 0, EXCERPT_BYTES));
  const more = came.length > EXCERPT_BYTES / (binary ? 2 : 1) ? '…' : '';
  const bytes = came.length === 1 ? '1 byte' : `${came.length} bytes`;
  return `${foreign(`${shown}${more}`)} (${bytes}, ${typeName(binary)})`;
}

function typeName(binary: boolean): 'binary' | 'text' {
  return binary ? 'binary' : 'text';
}

/** Lowest first; higher ones than fit are cut off. */
function digitsOf(number: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.floor(number / DIGITS.length ** at) % 64);
}

/** Binary messages have bytes that are no text, for servers that mix the two up. */
function filler(at: number, binary: boolean): number {
  return binary ? (at * 167 + 129) % 256 : (DIGITS[(at * 7) % DIGITS.length] as number);
}
