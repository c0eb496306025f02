/**
 * One answer from its events: judged as it passes, never kept. Pure; never throws, whatever comes.
 * Source: RFC 9114, 4.1.
 */
import { isGrpcType } from '../../config/values/grpc-type.ts';
import { foreign } from '../../system/messages/printed.ts';
import { failedCall, grpcStatusOf } from '../grpc.ts';

import { BodyCheck } from '../shared/body-check.ts';
import { BODY_CAME, NOTHING_CAME } from '../shared/broken-answer.ts';
import { type Fault, wrongBody, wrongStatus } from '../shared/expected-answer.ts';
import { MOST_INTERIM, TOO_MANY_INTERIM } from '../shared/interim.ts';
import type { Variant } from './variant.ts';
import type { Field } from './wire.ts';

/** Null: as expected. */
export type Judgement = Fault | null;

export class Answer {
  readonly #body = new BodyCheck();
  #variant!: Variant;
  #interim = 0;
  #status = 0;
  #contentLength: number | null = null;
  #isTrailed = false;
  #fields: readonly Field[] = [];
  #isGrpc = false;
  #grpcStatus: number | null = null;
  #hasBegun = false;

  /** Ready for the answer to this request. */
  begin(variant: Variant): void {
    this.#variant = variant;
    this.#body.expect(variant.expectedBody);
    this.#interim = 0;
    this.#status = 0;
    this.#contentLength = null;
    this.#isTrailed = false;
    this.#isGrpc = false;
    this.#grpcStatus = null;
    this.#hasBegun = false;
  }

  /** Whether anything of it has come. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get bodyBytes(): number {
    return this.#body.bytes;
  }

  /** Takes a header block. Returns why it is malformed there, null when it is not. */
  takeFields(fields: readonly Field[]): string | null {
    this.#hasBegun = true;
    const statuses = fields.filter(({ name }) => name === ':status');
    if (this.#isTrailed) return 'fields behind the trailers';
    if (this.#status !== 0) {
      this.#isTrailed = true;
      this.#grpcStatus = statusIn(fields);
      return statuses.length > 0 ? 'a second status' : null;
    }
    const [first, ...more] = statuses;
    if (first === undefined) return 'an answer without :status';
    if (more.length > 0) return 'two statuses in one header block';
    if (!/^[1-9]\d\d$/.test(first.value))
      return `bad :status ${foreign(JSON.stringify(first.value))}`;
    const status = Number(first.value);
    if (status === 101) return 'status 101, which does not exist in HTTP/3';
    // Informational: the answer itself is still to come.
    if (status < 200) return ++this.#interim > MOST_INTERIM ? TOO_MANY_INTERIM : null;
    this.#status = status;
    this.#fields = fields;
    this.#isGrpc = fields.some(({ name, value }) => name === 'content-type' && isGrpcType(value));
    this.#grpcStatus = statusIn(fields);
    return this.#takeLength(fields);
  }

  /** Takes a piece of the body. Returns why it is malformed there, null when it is not. */
  takeData(bytes: Buffer): string | null {
    this.#hasBegun = true;
    if (this.#status === 0) return 'a body before any status';
    if (this.#isTrailed) return 'a body behind the trailers';
    this.#body.take(bytes, 0, bytes.length);
    const came = this.#body.bytes;
    if (came > 0 && this.#hasNoBody) return 'a body where the answer has none';
    const length = this.#contentLength;
    return length !== null && came > length
      ? `a body longer than its content-length of ${length}`
      : null;
  }

  /** The server ended the stream: what to think of the whole. */
  end(): Judgement {
    const { expectedStatus, isCall } = this.#variant;
    const status = this.#status;
    const body = this.#body;
    const length = this.#contentLength;
    if (status === 0) return { kind: 'protocol', message: 'the answer ended without a status' };
    if (length !== null && !this.#hasNoBody && body.bytes !== length) {
      const message = `content-length is ${length}, but ${body.bytes} bytes of a body came`;
      return { kind: 'protocol', message };
    }
    if (status !== expectedStatus) {
      const came = {
        status,
        contentType: this.#field('content-type'),
        location: this.#field('location'),
      };
      return wrongStatus(this.#variant, came, body.excerpt());
    }
    const failed = failedCall(isCall, { isGrpc: this.#isGrpc, grpcStatus: this.#grpcStatus });
    // A failed call has no message, so its body differs, too.
    if (failed !== null) return failed;
    return body.matches() ? null : wrongBody(this.#variant, body.excerpt());
  }

  /** How far it has got, in words. */
  progress(): string {
    if (this.#status === 0) return NOTHING_CAME.status;
    return `status ${this.#status} and ${this.#body.bytes} ${BODY_CAME}`;
  }

  #field(wanted: string): string | null {
    return this.#fields.find(({ name }) => name === wanted)?.value ?? null;
  }

  #takeLength(fields: readonly Field[]): string | null {
    for (const { name, value } of fields) {
      if (name !== 'content-length') continue;
      // 15 digits: the most that a double holds exactly.
      if (!/^\d{1,15}$/.test(value)) return `bad content-length ${foreign(JSON.stringify(value))}`;
      const length = Number(value);
      if (this.#contentLength !== null && this.#contentLength !== length) {
        return `two content-lengths, ${this.#contentLength} and ${length}`;
      }
      this.#contentLength = length;
    }
    return null;
  }

  get #hasNoBody(): boolean {
    return this.#variant.isHead || this.#status === 204 || this.#status === 304;
  }
}

function statusIn(fields: readonly Field[]): number | null {
  const field = fields.findLast(({ name }) => name === 'grpc-status');
  return field === undefined ? null : grpcStatusOf(field.value);
}
