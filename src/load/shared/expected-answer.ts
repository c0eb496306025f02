/** Whether a whole answer is the expected one, and why not in words: the same for every engine. */
import { foreign } from '../../system/messages/printed.ts';
import type { ErrorKind } from '../results.ts';
import { type Came, type Told, UnexpectedStatus } from '../unexpected.ts';
import { type BodyCheck, isToldAsPacked } from './body-check.ts';

/** What a request must be answered with. */
export interface Expected {
  readonly expectedStatus: number;
  /** Null: any. */
  readonly expectedBody: Buffer | null;
}

/** Why an answer is not the expected one. */
export interface Fault {
  kind: ErrorKind;
  message: Told;
}

const EXCERPT_BYTES = 80;

/** Null: the answer is as expected. */
export function faultOf(expected: Expected, came: Came, body: BodyCheck): Fault | null {
  if (came.status !== expected.expectedStatus) return wrongStatus(expected, came, body.excerpt());
  return body.matches() ? null : wrongBody(expected, body.excerpt());
}

/** `excerpt`: the first bytes of the body that came. */
export function wrongStatus({ expectedStatus }: Expected, came: Came, excerpt: string): Fault {
  return { kind: 'status', message: new UnexpectedStatus(expectedStatus, came, excerpt) };
}

export function wrongBody({ expectedBody }: Expected, excerpt: string): Fault {
  const expected = foreign(JSON.stringify(expectedBody?.toString('utf8', 0, EXCERPT_BYTES)));
  const why = isToldAsPacked(excerpt)
    ? '; bodies are compared as they come: leave `accept-encoding` out of `headers`'
    : '';
  return { kind: 'body', message: `expected body ${expected}, got ${excerpt}${why}` };
}
