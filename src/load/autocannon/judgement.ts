/** Whether autocannon's answer is the expected one. */
import { foreign } from '../../system/printed.ts';
import type { ErrorKind } from '../protocol.ts';
import type { PreparedRequest } from '../sequence.ts';
import { type Told, UnexpectedStatus } from '../unexpected.ts';

export interface Wrong {
  kind: ErrorKind;
  message: Told;
}

const EXCERPT = 80;

/**
 * What is wrong with the answer; null: nothing. `body` has one letter for each byte, as `client.ts`
 * keeps it, so that every byte is compared in whatever pieces they came; null: not known, and not
 * compared.
 */
export function judge(
  { expectedStatus, expectedBody }: PreparedRequest,
  status: number,
  body: string | null,
): Wrong | null {
  if (status !== expectedStatus) {
    const came = body === null ? '' : excerpt(body);
    return { kind: 'status', message: new UnexpectedStatus(expectedStatus, { status }, came) };
  }
  if (expectedBody === null || body === null) return null;
  const expected = expectedBody.toString('latin1');
  if (body === expected) return null;
  return { kind: 'body', message: `expected body ${excerpt(expected)}, got ${excerpt(body)}` };
}

function excerpt(body: string): string {
  const text = Buffer.from(body, 'latin1').toString('utf8');
  return foreign(JSON.stringify(text.slice(0, EXCERPT)) + (text.length > EXCERPT ? '…' : ''));
}
