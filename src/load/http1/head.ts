/** Status line and header fields of one answer: what they say about its end. Source: RFC 9112. */
import { foreign } from '../../system/messages/printed.ts';

/** How the end of the body is found. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** Filled anew for every answer; one object per connection, so that reading allocates nothing. */
export interface Head {
  status: number;
  /** False when the peer will close the connection after this answer. */
  keepAlive: boolean;
  framing: Framing;
  /** Body bytes, when the framing is `length`. */
  length: number;
}

const LF = 10;
const CR = 13;
const TAB = 9;
const SPACE = 32;
const COLON = 58;

/**
 * Reads a whole head, `(bytes[start..end)`, blank line included, every line ended by CRLF.
 * Returns what is wrong with it, or null when `head` is filled in.
 */
export function readHead(
  bytes: Buffer,
  start: number,
  end: number,
  isHeadRequest: boolean,
  head: Head,
): string | null {
  let lineEnd = bytes.indexOf(LF, start) - 1;
  const minor = (bytes[start + 7] as number) - 48;
  const status = statusOf(bytes, start, lineEnd);
  if (status < 0) return `bad status line ${quote(bytes, start, lineEnd)}`;

  let length = -1;
  let chunked = false;
  let close = minor === 0;
  for (let line = lineEnd + 2; line < end - 2; line = lineEnd + 2) {
    let colon = line;
    while (isTokenByte(bytes[colon] as number)) colon++;
    if (colon === line || bytes[colon] !== COLON) {
      return `bad header line ${quote(bytes, line, bytes.indexOf(CR, line))}`;
    }
    let value = colon + 1;
    lineEnd = value;
    while (isValueByte(bytes[lineEnd] as number)) lineEnd++;
    if (bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) {
      return `forbidden byte 0x${(bytes[lineEnd] as number).toString(16)} in header ${quote(bytes, line, colon)}`;
    }
    let valueEnd = lineEnd;
    while (value < valueEnd && isBlank(bytes[value] as number)) value++;
    while (valueEnd > value && isBlank(bytes[valueEnd - 1] as number)) valueEnd--;

    if (isWord(bytes, line, colon, 'content-length')) {
      const found = decimal(bytes, value, valueEnd);
      if (found < 0) return `bad content-length ${quote(bytes, value, valueEnd)}`;
      if (length >= 0 && found !== length) return `two content-lengths, ${length} and ${found}`;
      length = found;
    } else if (isWord(bytes, line, colon, 'transfer-encoding')) {
      if (chunked || !isWord(bytes, value, valueEnd, 'chunked')) {
        return `transfer-encoding ${quote(bytes, value, valueEnd)}: only one "chunked" is understood`;
      }
      chunked = true;
    } else if (isWord(bytes, line, colon, 'connection')) {
      if (isWord(bytes, value, valueEnd, 'keep-alive')) {
        if (minor === 0) close = false;
      } else {
        const words = bytes.toString('latin1', value, valueEnd).toLowerCase().split(',');
        if (words.some((word) => word.trim() === 'close')) close = true;
      }
    }
  }

  // Either alone is fine; both together are how answers are smuggled past a reader.
  if (chunked && length >= 0) return 'both content-length and transfer-encoding';
  if (chunked && minor === 0) return 'transfer-encoding in an HTTP/1.0 answer';

  head.status = status;
  head.length = Math.max(length, 0);
  if (isHeadRequest || status < 200 || status === 204 || status === 304) head.framing = 'none';
  else if (chunked) head.framing = 'chunked';
  else if (length < 0) head.framing = 'close';
  else head.framing = length === 0 ? 'none' : 'length';
  head.keepAlive = !close && head.framing !== 'close';
  return null;
}

/** `HTTP/1.1 200 Fine`, reason and the space before it optional; -1 when it is anything else. */
function statusOf(bytes: Buffer, start: number, end: number): number {
  if (end - start < 12 || !startsLikeHttp1(bytes, start, end)) return -1;
  const minor = bytes[start + 7] as number;
  if (minor !== 48 && minor !== 49) return -1;
  if (bytes[start + 8] !== SPACE) return -1;
  if (end > start + 12 && bytes[start + 12] !== SPACE) return -1;
  for (let at = start + 12; at < end; at++) if (!isValueByte(bytes[at] as number)) return -1;
  const status = decimal(bytes, start + 9, start + 12);
  return status >= 100 ? status : -1;
}

const PREFIX = Buffer.from('HTTP/1.');

/** Whether as many bytes as there are could begin an HTTP/1.x answer. */
export function startsLikeHttp1(bytes: Buffer, start: number, end: number): boolean {
  const known = Math.min(end - start, PREFIX.length);
  for (let i = 0; i < known; i++) if (bytes[start + i] !== PREFIX[i]) return false;
  return true;
}

function decimal(bytes: Buffer, start: number, end: number): number {
  // 15 digits: the most that a double holds exactly.
  if (start === end || end - start > 15) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether the bytes are this lower-case word, letters in any case. */
function isWord(bytes: Buffer, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[start + i] as number;
    const lower = byte >= 65 && byte <= 90 ? byte + 32 : byte;
    if (lower !== word.charCodeAt(i)) return false;
  }
  return true;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function isValueByte(byte: number): boolean {
  return (byte >= SPACE && byte !== 127) || byte === TAB;
}

const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") {
  TOKEN[character.charCodeAt(0)] = 1;
  TOKEN[character.toUpperCase().charCodeAt(0)] = 1;
}

/** A byte that a header's name may hold (RFC 9110, 5.6.2). */
export function isTokenByte(byte: number): boolean {
  return TOKEN[byte] === 1;
}

/** The bytes as a person can read them, at most 60 of them. */
export function quote(bytes: Buffer, start: number, end: number): string {
  const cut = Math.min(end, start + 60);
  return foreign(JSON.stringify(bytes.toString('latin1', start, cut)) + (cut < end ? '…' : ''));
}
