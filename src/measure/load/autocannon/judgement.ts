/** Whether autocannon's answer is the expected one. */
import type { ErrorKind } from '../protocol.ts';
import type { PreparedRequest } from '../sequence.ts';

export interface Wrong {
  kind: ErrorKind;
  message: string;
}

const EXCERPT = 80;

/**
 * What is wrong with the answer; null: nothing. `body` null: not known, and not compared.
 * autocannon decodes each piece of a body by itself, so that a letter outside ASCII can be torn:
 * where the texts differ, only their ASCII letters are compared.
 */
export function judge(
  { expectedStatus, expectedBody }: PreparedRequest,
  status: number,
  body: string | null,
): Wrong | null {
  if (status !== expectedStatus) {
    const found = body === null ? '' : ` with body ${excerpt(body)}`;
    return { kind: 'status', message: `expected status ${expectedStatus}, got ${status}${found}` };
  }
  if (expectedBody === null || body === null) return null;
  const expected = expectedBody.toString('utf8');
  if (body === expected || ascii(body) === ascii(expected)) return null;
  return { kind: 'body', message: `expected body ${excerpt(expected)}, got ${excerpt(body)}` };
}

function ascii(text: string): string {
  return text.replace(/[^\0-\x7f]+/g, '');
}

function excerpt(text: string): string {
  return JSON.stringify(text.slice(0, EXCERPT)) + (text.length > EXCERPT ? '…' : '');
}
