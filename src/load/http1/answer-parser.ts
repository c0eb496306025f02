/**
 * One answer at a time from bytes in any pieces. Pure: no socket, no clock; never throws, whatever
 * the bytes are, and never keeps a body. Source: RFC 9112.
 */

import { BodyCheck } from '../shared/body-check.ts';
import { BODY_CAME, MISSING, NOTHING_CAME, OVER } from '../shared/broken-answer.ts';
import { MOST_INTERIM, TOO_MANY_INTERIM } from '../shared/interim.ts';
import { fieldOf } from '../unexpected.ts';
import { ChunkedDecoder } from './chunked.ts';
import { type Head, quote, readHead, startsLikeHttp1 } from './head.ts';

/** Largest head of an answer, status line and blank line included. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** What a piece of bytes led to: not yet complete, complete, or not a valid answer. */
export type Outcome = 'more' | 'done' | 'failed';

const LF = 10;
const CR = 13;

type State = 'head' | 'length' | 'chunked' | 'close' | 'over';

export class AnswerParser {
  #isHeadRequest = false;
  #expectedStatus: number | null = null;
  readonly #head: Head = { status: 0, keepAlive: true, framing: 'none', length: 0 };
  readonly #chunks = new ChunkedDecoder();
  readonly body = new BodyCheck();
  #state: State = 'head';
  #bodyLeft = 0;
  /** A head that came in pieces, and how far the search for its end has got. */
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  #scanned = 0;
  #lineStart = 0;
  #interim = 0;
  #seen = 0;

  /** Of an answer with another status than the expected one: fields that say more. */
  contentType: string | null = null;
  location: string | null = null;

  /** After `failed`: what is wrong. */
  error = '';
  /** After `done`: where in the last piece the answer ended. Anything behind it was not asked for. */
  consumed = 0;

  get status(): number {
    return this.#head.status;
  }

  get keepAlive(): boolean {
    return this.#head.keepAlive;
  }

  /** Bytes of the current answer seen so far, informational answers before it included. */
  get seen(): number {
    return this.#seen;
  }

  /** Ready for the next answer. `expectedBody`, `expectedStatus` null: any will do. */
  reset(
    isHeadRequest: boolean,
    expectedBody: Buffer | null,
    expectedStatus: number | null = null,
  ): void {
    this.#isHeadRequest = isHeadRequest;
    this.#expectedStatus = expectedStatus;
    this.body.expect(expectedBody);
    this.#state = 'head';
    this.#seen = 0;
    this.#interim = 0;
    this.error = '';
    this.#forgetHead();
  }

  /** Takes `bytes[0..end)`. After `done` or `failed`, call `reset` before anything else. */
  feed(bytes: Buffer, end: number): Outcome {
    this.#seen += end;
    let at = 0;
    while (this.#state === 'head') {
      at = this.#feedHead(bytes, at, end);
      if (this.error !== '') return 'failed';
      if (at < 0) return 'more';
    }
    switch (this.#state) {
      case 'length': {
        const taken = Math.min(this.#bodyLeft, end - at);
        this.body.take(bytes, at, at + taken);
        this.#bodyLeft -= taken;
        at += taken;
        if (this.#bodyLeft > 0) return 'more';
        break;
      }
      case 'chunked':
        at = this.#chunks.feed(bytes, at, end, this.body);
        if (this.#chunks.error !== '') return this.#fail(this.#chunks.error);
        if (!this.#chunks.done) return 'more';
        break;
      case 'close':
        this.body.take(bytes, at, end);
        return 'more';
    }
    this.#state = 'over';
    this.consumed = at;
    return 'done';
  }

  /** The peer closed, and did not reset: true when that is what completes the answer. */
  end(): boolean {
    if (this.#state !== 'close') return false;
    this.#state = 'over';
    return true;
  }

  /** How far the current answer has got, in words. */
  progress(): string {
    if (this.#seen === 0) return NOTHING_CAME.bytes;
    if (this.#state === 'head') return `only ${this.#seen} bytes of a head came`;
    const came = `status ${this.status} and ${this.body.bytes} ${BODY_CAME}`;
    if (this.#state === 'length') return `${came}, ${this.#bodyLeft} ${MISSING.length}`;
    return `${came}, ${this.#state === 'chunked' ? MISSING.chunked : MISSING.close}`;
  }

  /** Returns where the body (or the head after an informational one) starts; -1: the head goes on. */
  #feedHead(bytes: Buffer, at: number, end: number): number {
    if (at === end) return -1;
    let source = bytes;
    let start = at;
    let limit = end;
    let before = 0;
    if (this.#heldBytes > 0) {
      before = this.#heldBytes;
      this.#hold(bytes, at, end);
      source = this.#held;
      start = 0;
      limit = this.#heldBytes;
    }
    if (!startsLikeHttp1(source, start, limit)) {
      this.#fail(`not an HTTP/1.x answer: ${quote(source, start, limit)}`);
      return -1;
    }
    const headEnd = this.#findHeadEnd(source, start, limit);
    if (this.error !== '') return -1;
    if ((headEnd < 0 ? limit : headEnd) - start > MAX_HEAD_BYTES) {
      this.#fail(`${OVER.head} ${MAX_HEAD_BYTES} bytes`);
      return -1;
    }
    if (headEnd < 0) {
      if (source === bytes) this.#hold(bytes, at, end);
      return -1;
    }
    const wrong = readHead(source, start, headEnd, this.#isHeadRequest, this.#head);
    if (wrong !== null) {
      this.#fail(wrong);
      return -1;
    }
    if (this.#expectedStatus !== null && this.status !== this.#expectedStatus) {
      const head = source.toString('latin1', start, headEnd);
      this.contentType = fieldOf(head, 'content-type');
      this.location = fieldOf(head, 'location');
    }
    this.#forgetHead();
    this.#startBody();
    return at + (headEnd - start) - before;
  }

  #startBody(): void {
    if (this.status === 101) {
      this.#fail('status 101: the server switched protocols, which nobody asked for');
      return;
    }
    // Informational: the answer itself is still to come.
    if (this.status < 200) {
      if (++this.#interim > MOST_INTERIM) this.#fail(TOO_MANY_INTERIM);
      return;
    }
    this.body.reset();
    this.#chunks.reset();
    this.#bodyLeft = this.#head.length;
    this.#state = this.#head.framing === 'none' ? 'over' : this.#head.framing;
  }

  /** Index behind the blank line; -1 when it has not come yet. Goes on where it stopped. */
  #findHeadEnd(bytes: Buffer, start: number, end: number): number {
    let lineStart = start + this.#lineStart;
    for (let at = start + this.#scanned; at < end; at++) {
      if (bytes[at] !== LF) continue;
      if (at === lineStart || bytes[at - 1] !== CR) {
        this.#fail('a header line ends with LF alone');
        return -1;
      }
      if (at === lineStart + 1) return at + 1;
      lineStart = at + 1;
    }
    this.#scanned = end - start;
    this.#lineStart = lineStart - start;
    return -1;
  }

  /** Keeps bytes until the head is whole, at most one byte more than is allowed. */
  #hold(bytes: Buffer, at: number, end: number): void {
    const wanted = Math.min(this.#heldBytes + end - at, MAX_HEAD_BYTES + 1);
    if (this.#held.length < wanted) {
      const larger = Buffer.allocUnsafe(Math.min(Math.max(1024, wanted * 2), MAX_HEAD_BYTES + 1));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#heldBytes, at, at + wanted - this.#heldBytes);
    this.#heldBytes = wanted;
  }

  #forgetHead(): void {
    this.#heldBytes = 0;
    this.#scanned = 0;
    this.#lineStart = 0;
  }

  #fail(message: string): Outcome {
    this.error = message;
    this.#state = 'over';
    return 'failed';
  }
}
