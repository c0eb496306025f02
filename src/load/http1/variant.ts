/** One of a scenario's requests, ready to be sent and judged again and again. */
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import type { PreparedRequest } from '../sequence.ts';
import { isIdempotent } from '../shared/idempotent.ts';
import type { Target } from '../target.ts';
import { KnownAnswer } from './known-answer.ts';
import { requestHead } from './request.ts';

export interface Variant {
  /** The whole request, or all before its body. */
  readonly bytes: Buffer;
  /** A body that is sent by itself, because copies of it would be too many; null: none. */
  readonly body: Buffer | null;
  readonly isHead: boolean;
  /** Whether a server may get it twice (RFC 9110, 9.2.2). */
  readonly isIdempotent: boolean;
  /** Its own headers say that the connection ends with its answer. */
  readonly isLast: boolean;
  readonly expectedStatus: number;
  /** Null: any. */
  readonly expectedBody: Buffer | null;
  readonly known: KnownAnswer;
  /** Of its kind, where there are several. */
  readonly label?: string | undefined;
}

/** For all variants together: copies of bodies, and remembered answers, of this many bytes each. */
const COPIES_BYTES = 16 * 1024 * 1024;
const KNOWN_ANSWER_BYTES = 16 * 1024;

/** In the order of `requests`. Throws when one of them cannot be sent. */
export function prepareVariants(
  target: Target<HttpScenario>,
  requests: readonly PreparedRequest[],
): Variant[] {
  const share = Math.floor(COPIES_BYTES / requests.length);
  return requests.map((request) => {
    const head = requestHead(target, request);
    const { method, body, expectedStatus, expectedBody, label } = request;
    const isApart = body !== null && body.length > share;
    return {
      bytes: body === null || isApart ? head : Buffer.concat([head, body]),
      body: isApart ? body : null,
      isHead: method === 'HEAD',
      isIdempotent: isIdempotent(method),
      isLast: request.headers.some(isClose),
      expectedStatus,
      expectedBody,
      known: new KnownAnswer(Math.min(KNOWN_ANSWER_BYTES, share)),
      label,
    };
  });
}

function isClose([name, value]: readonly [string, string]): boolean {
  if (name.toLowerCase() !== 'connection') return false;
  return value.split(',').some((option) => option.trim().toLowerCase() === 'close');
}
