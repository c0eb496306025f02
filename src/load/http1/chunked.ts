/** Chunked bodies (RFC 9112, 7.1), decoded from any pieces; extensions and trailers are skipped. */
import type { BodyCheck } from '../shared/body-check.ts';
import { OVER } from '../shared/broken-answer.ts';
import { isTokenByte } from './head.ts';

const SIZE_START = 0;
const SIZE = 1;
const SIZE_BLANK = 2;
const EXTENSION = 3;
const SIZE_LF = 4;
const DATA = 5;
const DATA_CR = 6;
const DATA_LF = 7;
const TRAILER_START = 8;
const TRAILER_NAME = 9;
const TRAILER_VALUE = 10;
const TRAILER_LF = 11;
const END_LF = 12;
const END = 13;

const LF = 10;
const CR = 13;

/** 2^52 bytes: far beyond any body, and exact in a double. */
const MAX_SIZE_DIGITS = 13;

/** Bytes of one extension or of all trailers that are accepted before it is called an attack. */
const MAX_EXTRA_BYTES = 64 * 1024;

export class ChunkedDecoder {
  #state = SIZE_START;
  #size = 0;
  #digits = 0;
  #extra = 0;
  /** What is wrong, once something is; else empty. */
  error = '';

  reset(): void {
    this.#state = SIZE_START;
    this.#extra = 0;
    this.error = '';
  }

  get done(): boolean {
    return this.#state === END;
  }

  /** Decodes `bytes[at..end)` into `body`; returns where it stopped: at the end, after the last chunk, or at an error. */
  feed(bytes: Buffer, at: number, end: number, body: BodyCheck): number {
    while (at < end && this.#state !== END) {
      if (this.#state === DATA) {
        const taken = Math.min(this.#size, end - at);
        body.take(bytes, at, at + taken);
        this.#size -= taken;
        at += taken;
        if (this.#size === 0) this.#state = DATA_CR;
      } else {
        this.error = this.#step(bytes[at] as number);
        if (this.error !== '') return at;
        at++;
      }
    }
    return at;
  }

  /** One byte outside of chunk data. */
  #step(byte: number): string {
    switch (this.#state) {
      case SIZE_START: {
        const digit = hexDigit(byte);
        if (digit < 0) return `bad chunk size, found ${show(byte)}`;
        this.#size = digit;
        this.#digits = 1;
        this.#extra = 0;
        this.#state = SIZE;
        return '';
      }
      case SIZE: {
        const digit = hexDigit(byte);
        if (digit < 0) return this.#afterSize(byte);
        if (++this.#digits > MAX_SIZE_DIGITS) return 'chunk size is too large';
        this.#size = this.#size * 16 + digit;
        return '';
      }
      case SIZE_BLANK:
        return this.#afterSize(byte);
      case EXTENSION:
        if (byte === CR) this.#state = SIZE_LF;
        else if (isControl(byte)) return `bad chunk extension, found ${show(byte)}`;
        return this.#countExtra('extension');
      case SIZE_LF:
        if (byte !== LF) return `chunk size must end with CR LF, found ${show(byte)}`;
        this.#extra = 0;
        this.#state = this.#size === 0 ? TRAILER_START : DATA;
        return '';
      case DATA_CR:
        if (byte !== CR) return `chunk is longer than its size, found ${show(byte)}`;
        this.#state = DATA_LF;
        return '';
      case DATA_LF:
        if (byte !== LF) return `chunk must end with CR LF, found ${show(byte)}`;
        this.#state = SIZE_START;
        return '';
      case TRAILER_START:
        if (byte === CR) this.#state = END_LF;
        else if (isTokenByte(byte)) this.#state = TRAILER_NAME;
        else return `bad trailer, found ${show(byte)}`;
        return this.#countExtra('trailers');
      case TRAILER_NAME:
        if (byte === 58) this.#state = TRAILER_VALUE;
        else if (!isTokenByte(byte)) return `bad trailer, found ${show(byte)}`;
        return this.#countExtra('trailers');
      case TRAILER_VALUE:
        if (byte === CR) this.#state = TRAILER_LF;
        else if (isControl(byte)) return `bad trailer, found ${show(byte)}`;
        return this.#countExtra('trailers');
      case TRAILER_LF:
        if (byte !== LF) return `trailer must end with CR LF, found ${show(byte)}`;
        this.#state = TRAILER_START;
        return '';
      default:
        if (byte !== LF) return `chunked body must end with CR LF, found ${show(byte)}`;
        this.#state = END;
        return '';
    }
  }

  #afterSize(byte: number): string {
    if (byte === CR) this.#state = SIZE_LF;
    else if (byte === 59) this.#state = EXTENSION;
    else if (byte === 32 || byte === 9) this.#state = SIZE_BLANK;
    else return `bad chunk size, found ${show(byte)}`;
    return this.#countExtra('extension');
  }

  #countExtra(what: 'extension' | 'trailers'): string {
    return ++this.#extra > MAX_EXTRA_BYTES ? `${OVER[what]} ${MAX_EXTRA_BYTES} bytes` : '';
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function isControl(byte: number): boolean {
  return (byte < 32 && byte !== 9) || byte === 127;
}

function show(byte: number): string {
  return byte > 32 && byte < 127
    ? `"${String.fromCharCode(byte)}"`
    : `0x${byte.toString(16).padStart(2, '0')}`;
}
