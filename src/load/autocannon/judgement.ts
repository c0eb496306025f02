/** Whether autocannon's answer is the expected one. */
import { foreign } from '../../system/messages/printed.ts';
import type { PreparedRequest } from '../sequence.ts';
import { packedText } from '../shared/body-check.ts';
import { type Fault, wrongBody, wrongStatus } from '../shared/expected-answer.ts';

const EXCERPT = 80;

/**
 * What is wrong with the answer; null: nothing. `body` has one letter for each byte, as `client.ts`
 * keeps it, so that every byte is compared in whatever pieces they came; null: not known, and not
 * compared.
 */
export function judge(request: PreparedRequest, status: number, body: string | null): Fault | null {
  if (status !== request.expectedStatus) {
    return wrongStatus(request, { status }, body === null ? '' : excerpt(body));
  }
  if (request.expectedBody === null || body === null) return null;
  return body === request.expectedBody.toString('latin1')
    ? null
    : wrongBody(request, excerpt(body));
}

function excerpt(body: string): string {
  const bytes = Buffer.from(body, 'latin1');
  const packed = packedText(bytes, bytes.length);
  if (packed !== null) return packed;
  const text = bytes.toString('utf8');
  return foreign(JSON.stringify(text.slice(0, EXCERPT)) + (text.length > EXCERPT ? '…' : ''));
}
