/** A scenario's requests as they are handed to the library, made once and sent again and again. */
import type { HttpScenario } from '../../config/scenario.ts';
import { isCall } from '../grpc.ts';
import { requestHeaders } from '../http1/request.ts';
import type { PreparedRequest } from '../sequence.ts';
import { isIdempotent } from '../shared/idempotent.ts';
import type { Target } from '../target.ts';
import type { Field } from './wire.ts';

export interface Variant {
  readonly fields: readonly Field[];
  /** Null: the fields end the request. */
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

/** Fields of HTTP/1.1 connections, which make a request malformed (RFC 9114, 4.2). */
const OF_A_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

/** Throws an Error that names the scenario when a part of the request cannot be sent. */
export function prepareVariant(target: Target<HttpScenario>, request: PreparedRequest): Variant {
  const { method, body, expectedStatus, expectedBody } = request;
  return {
    fields: requestFields(target, request),
    body: body === null || body.length === 0 ? null : body,
    isHead: method === 'HEAD',
    isIdempotent: isIdempotent(method),
    isCall: isCall(request),
    expectedStatus,
    expectedBody,
  };
}

/** In the order sent; names in lower case. Of our own only what every request must have. */
function requestFields(target: Target<HttpScenario>, request: PreparedRequest): Field[] {
  let authority = '';
  const fields: Field[] = [];
  for (const [name, value] of requestHeaders(target, request)) {
    const lower = name.toLowerCase();
    if (lower === 'host') {
      authority = value;
    } else if (OF_A_CONNECTION.has(lower) || (lower === 'te' && value !== 'trailers')) {
      throw new Error(
        `scenario ${target.scenario.name}: header ${JSON.stringify(name)} does not exist in HTTP/3; remove it`,
      );
    } else {
      fields.push({ name: lower, value: value.replace(/^[ \t]+|[ \t]+$/g, '') });
    }
  }
  return [
    { name: ':method', value: request.method },
    { name: ':scheme', value: 'https' },
    { name: ':authority', value: authority },
    { name: ':path', value: request.path },
    ...fields,
  ];
}
