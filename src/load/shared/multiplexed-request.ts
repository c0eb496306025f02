/** What a request of HTTP/2 and one of HTTP/3 have in common: all but how it is put on the wire. Made once, sent again and again. */
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import { isCall } from '../grpc.ts';
import { requestHeaders } from '../http1/request.ts';
import type { PreparedRequest } from '../sequence.ts';
import type { Target } from '../target.ts';
import { isIdempotent } from './idempotent.ts';

export interface MultiplexedRequest {
  /** Null: its fields end the request. */
  readonly body: Buffer | null;
  readonly isHead: boolean;
  /** Whether a server may get it twice (RFC 9110, 9.2.2). */
  readonly isIdempotent: boolean;
  /** One of gRPC, by its own content type: only an answer of gRPC will do. */
  readonly isCall: boolean;
  readonly expectedStatus: number;
  /** Null: any. */
  readonly expectedBody: Buffer | null;
  /** Of its kind, where there are several. */
  readonly label?: string | undefined;
}

export function multiplexed(request: PreparedRequest): MultiplexedRequest {
  const { method, body, expectedStatus, expectedBody, label } = request;
  return {
    body: body === null || body.length === 0 ? null : body,
    isHead: method === 'HEAD',
    isIdempotent: isIdempotent(method),
    isCall: isCall(request),
    expectedStatus,
    expectedBody,
    label,
  };
}

/** Fields of HTTP/1.1 connections, which make a request malformed (RFC 9113, 8.2.2; RFC 9114, 4.2). */
const OF_A_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

/**
 * In the order sent; names in lower case. Of our own only what every request must have.
 * @param encode of a value that the user may have written, without blanks at its ends, which would be malformed
 * @throws an Error that names the scenario when a part of the request cannot be sent
 */
export function requestFields(
  target: Target<HttpScenario>,
  request: PreparedRequest,
  { protocol, encode }: { protocol: 'HTTP/2' | 'HTTP/3'; encode: (value: string) => string },
): { name: string; value: string }[] {
  const { name: scenario, tls } = target.scenario;
  let authority = '';
  const fields: { name: string; value: string }[] = [];
  for (const [name, given] of requestHeaders(target, request)) {
    const lower = name.toLowerCase();
    if (lower === 'host') {
      authority = given;
    } else if (OF_A_CONNECTION.has(lower) || (lower === 'te' && given !== 'trailers')) {
      throw new Error(
        `scenario ${scenario}: header ${JSON.stringify(name)} does not exist in ${protocol}; remove it`,
      );
    } else {
      fields.push({ name: lower, value: encode(withoutBlanks(given)) });
    }
  }
  return [
    { name: ':method', value: request.method },
    // HTTP/3 always has TLS.
    { name: ':scheme', value: tls === null ? 'http' : 'https' },
    { name: ':authority', value: encode(withoutBlanks(authority)) },
    { name: ':path', value: request.path },
    ...fields,
  ];
}

function withoutBlanks(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '');
}
