/** What would mend a server, or what is asked of it, by an answer that was not as expected. */
import type { Answered } from '../../load/unexpected.ts';
import type { Cure } from '../observed/cure.ts';
import { type Refusal, type Refused, refusalOf } from './refusal.ts';

/** How a login is answered whose name or password is another one. */
const OF_LOGIN: readonly Refusal[] = ['bad-request', 'unauthorized', 'not-allowed', 'invalid-body'];

/** No status but 101 is right, whatever is expected of requests. */
export function cureForHandshake(answer: Answered): Cure {
  const { status, location } = answer;
  const isRedirect = status >= 300 && status < 400 && location !== null;
  return isRedirect
    ? { code: 'redirected', answer, isHandshake: true }
    : { code: 'handshake-refused', answer };
}

export function cureForAnswer(
  answer: Answered,
  {
    path,
    isBeforeLoad,
    hasCaptured,
    failingKind,
    ...known
  }: Omit<Refused, 'status'> & {
    path: string | undefined;
    isBeforeLoad: boolean;
    hasCaptured: boolean;
    failingKind: string | null;
  },
): Cure | null {
  const { status, location } = answer;
  const { good } = known;
  const hasAnswered = (good ?? 0) > 0;
  // Not how much is asked, as the others are answered.
  if (status >= 500 && failingKind !== null) {
    return { code: 'one-kind-fails', answer, request: failingKind };
  }
  if (status === 429 || (status === 503 && hasAnswered)) {
    return { code: 'rate-limited', answer, good };
  }
  if (status >= 300 && status < 400 && location !== null) {
    const to = location.replace(/^https?:\/\/[^/]*/, '') || '/';
    const isSamePath = path !== undefined && path.replace(/\?.*/, '') === to;
    return { code: 'redirected', answer, ...(isSamePath && { isSamePath }) };
  }
  const refusal = refusalOf({ status, ...known });
  if (refusal === null) return null;
  if (isBeforeLoad && OF_LOGIN.includes(refusal)) return { code: 'login-refused', answer };
  // Whom it answered a moment ago.
  if (refusal === 'not-allowed' && hasAnswered) return { code: 'rate-limited', answer, good };
  if (refusal === 'login-expired' || (refusal === 'server-error' && hasAnswered)) {
    return { code: refusal, answer, good: good ?? 0 };
  }
  if (refusal === 'csrf' && hasCaptured) return { code: refusal, answer, isCaptured: true };
  return { code: refusal, answer };
}
