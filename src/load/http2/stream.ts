/** One request on its way and what has come of its answer. Objects are used again and again. */

import { failedCall } from '../grpc.ts';
import { BodyCheck } from '../shared/body-check.ts';
import { BODY_CAME, NOTHING_CAME } from '../shared/broken-answer.ts';
import { type Fault, wrongBody, wrongStatus } from '../shared/expected-answer.ts';
import { MOST_INTERIM, TOO_MANY_INTERIM } from '../shared/interim.ts';
import type { AnswerHead } from './answer-head.ts';
import { MAX_31 } from './frames.ts';
import type { RequestFrames } from './request.ts';

const NO_HEAD: AnswerHead = { status: 0, contentLength: null, isGrpc: false, grpcStatus: null };

export class Stream {
  id = 0;
  request!: RequestFrames;
  readonly body = new BodyCheck();
  #interim = 0;
  #head = NO_HEAD;
  /** What stands behind the answer; null: nothing does. */
  #trailers: AnswerHead | null = null;

  /** Bytes that the peer lets us send. */
  window = 0;
  /** Bytes of the request's body that were sent. */
  sent = 0;

  /** The owner's notes. When the request was taken up, by `performance.now`; whether and why it was sent before. */
  since = 0;
  wasLost = false;
  refusals = 0;

  begin(id: number, request: RequestFrames, window: number): void {
    this.id = id;
    this.request = request;
    this.window = window;
    this.sent = 0;
    this.#interim = 0;
    this.#head = NO_HEAD;
    this.#trailers = null;
    this.body.expect(request.expectedBody);
  }

  /** Of the final answer; 0: it has not come. */
  get status(): number {
    return this.#head.status;
  }

  /** Anything of an answer has come. */
  get hasBegun(): boolean {
    return this.#head !== NO_HEAD || this.#interim > 0;
  }

  /** Bytes of the request's body that are still to be sent. */
  get unsent(): number {
    const { body } = this.request;
    return body === null ? 0 : body.length - this.sent;
  }

  /** Takes a header block. Returns why it is malformed there, null when it is not. */
  takeHead(head: AnswerHead, endsStream: boolean): string | null {
    const { status } = head;
    if (this.status !== 0) {
      if (status !== 0) return 'a second status';
      this.#trailers = head;
      return endsStream ? null : 'trailers that do not end the answer';
    }
    if (status === 0) return 'an answer without :status';
    if (status === 101) return 'status 101, which does not exist in HTTP/2';
    // Informational: the answer itself is still to come.
    if (status < 200) {
      if (endsStream) return `an answer that ends with status ${status}`;
      return ++this.#interim > MOST_INTERIM ? TOO_MANY_INTERIM : null;
    }
    this.#head = head;
    return null;
  }

  /** Takes a piece of the body. Returns why it is malformed there, null when it is not. */
  takeBody(bytes: Buffer, start: number, end: number): string | null {
    if (this.status === 0) return 'a body before any status';
    this.body.take(bytes, start, end);
    const came = this.body.bytes;
    if (came > 0 && this.#hasNoBody) return `a body where ${this.#whyNoBody} has none`;
    const { contentLength } = this.#head;
    if (contentLength !== null && came > contentLength) {
      return `a body longer than its content-length of ${contentLength}`;
    }
    return came > MAX_31 ? 'a body longer than the window that was given' : null;
  }

  /** The peer ended the stream. Returns why the answer is malformed, null when it is not. */
  end(): string | null {
    const { contentLength } = this.#head;
    if (contentLength === null || this.#hasNoBody || this.body.bytes === contentLength) return null;
    return `content-length is ${contentLength}, but ${this.body.bytes} bytes of a body came`;
  }

  /** How a whole answer differs from the expected one, in words; null: it does not. */
  mismatch(): Fault | null {
    const { expectedStatus, isCall } = this.request;
    const isExpected = this.status === expectedStatus && this.body.matches();
    if (isExpected && !isCall && !this.#head.isGrpc) return null;
    const came = this.body.excerpt();
    if (this.status !== expectedStatus) return wrongStatus(this.request, this.#head, came);
    const failed = failedCall(isCall, {
      isGrpc: this.#head.isGrpc,
      grpcStatus: (this.#trailers ?? this.#head).grpcStatus,
    });
    // A failed call has no message, so its body differs, too.
    if (failed !== null || isExpected) return failed;
    return wrongBody(this.request, came);
  }

  /** How far the request has got, in words. */
  progress(): string {
    if (this.status !== 0) {
      return `status ${this.status} and ${this.body.bytes} ${BODY_CAME}`;
    }
    const { body } = this.request;
    if (body === null || this.unsent === 0) return NOTHING_CAME.status;
    return `the server took ${this.sent} of ${body.length} bytes of the request's body, and no status came`;
  }

  get #hasNoBody(): boolean {
    return this.request.isHead || this.status === 204 || this.status === 304;
  }

  get #whyNoBody(): string {
    return this.request.isHead ? 'an answer to HEAD' : `status ${this.status}`;
  }
}
