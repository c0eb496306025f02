/** A scenario's requests as frames, made once and sent again and again. */
import type { HttpScenario } from '../../config/scenario.ts';
import { isCall } from '../grpc.ts';
import { requestHeaders } from '../http1/request.ts';
import type { PreparedRequest } from '../sequence.ts';
import { isIdempotent } from '../shared/idempotent.ts';
import type { Target } from '../target.ts';
import { FLAG, FRAME_BYTES, frame, HEADER_BYTES, TYPE } from './frames.ts';
import { encodeFields } from './hpack/encoder.ts';
import type { Field } from './hpack/static-table.ts';

export interface RequestFrames {
  /** HEADERS and, if they do not fit into one frame, CONTINUATION; their stream ids are 0. */
  readonly head: Buffer;
  /** Where in `head` the stream ids are. */
  readonly idOffsets: readonly number[];
  /** Null: HEADERS end the request. */
  readonly body: Buffer | null;
  readonly isHead: boolean;
  /** Whether a server may get it twice (RFC 9110, 9.2.2). */
  readonly isIdempotent: boolean;
  /** One of gRPC, by its own content type: only an answer of gRPC will do. */
  readonly isCall: boolean;
  readonly expectedStatus: number;
  /** Null: any. */
  readonly expectedBody: Buffer | null;
}

/** Fields of HTTP/1.1 connections, which make a request malformed (RFC 9113, 8.2.2). */
const OF_A_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

/** Throws an Error that names the scenario when a part of the request cannot be sent. */
export function requestFrames(
  target: Target<HttpScenario>,
  request: PreparedRequest,
): RequestFrames {
  const { method, body, expectedStatus, expectedBody } = request;
  const hasBody = body !== null && body.length > 0;
  const block = encodeFields(requestFields(target, request));
  return {
    ...headFrames(block, !hasBody),
    body: hasBody ? body : null,
    isHead: method === 'HEAD',
    isIdempotent: isIdempotent(method),
    isCall: isCall(request),
    expectedStatus,
    expectedBody,
  };
}

/** In the order sent; names in lower case. Of our own only what every request must have. */
export function requestFields(target: Target<HttpScenario>, request: PreparedRequest): Field[] {
  const { name: scenario, tls } = target.scenario;
  let authority = '';
  const fields: Field[] = [];
  for (const [name, value] of requestHeaders(target, request)) {
    const lower = name.toLowerCase();
    if (lower === 'host') {
      authority = value;
    } else if (OF_A_CONNECTION.has(lower) || (lower === 'te' && value !== 'trailers')) {
      throw new Error(
        `scenario ${scenario}: header ${JSON.stringify(name)} does not exist in HTTP/2; remove it`,
      );
    } else {
      fields.push({ name: lower, value: bytesOf(value) });
    }
  }
  return [
    { name: ':method', value: request.method },
    { name: ':scheme', value: tls === null ? 'http' : 'https' },
    { name: ':authority', value: bytesOf(authority) },
    { name: ':path', value: request.path },
    ...fields,
  ];
}

/** UTF-8, one character a byte, without blanks at the ends, which would be malformed. */
function bytesOf(value: string): string {
  return Buffer.from(value.replace(/^[ \t]+|[ \t]+$/g, '')).toString('latin1');
}

function headFrames(block: Buffer, endsStream: boolean): { head: Buffer; idOffsets: number[] } {
  const frames: Buffer[] = [];
  const idOffsets: number[] = [];
  let length = 0;
  for (let at = 0; at < block.length; at += FRAME_BYTES) {
    const piece = block.subarray(at, at + FRAME_BYTES);
    const isFirst = at === 0;
    const isLast = at + piece.length === block.length;
    const flags = (isLast ? FLAG.endHeaders : 0) | (isFirst && endsStream ? FLAG.endStream : 0);
    frames.push(frame(isFirst ? TYPE.headers : TYPE.continuation, flags, 0, piece));
    idOffsets.push(length + 5);
    length += HEADER_BYTES + piece.length;
  }
  return { head: Buffer.concat(frames), idOffsets };
}
