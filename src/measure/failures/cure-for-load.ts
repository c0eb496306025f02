/** What would mend a server, or the load, by what the load says of a request or message that failed. */
import type { EchoTerms } from '../../config/experiment/echo-of.ts';
import { brokenAnswerIn, tooLongIn } from '../../load/shared/broken-answer.ts';
import { ONLY_ONCE } from '../../load/shared/resend.ts';
import { closeCodeIn } from '../../load/websocket/close-code.ts';
import { NO_ECHO, NOT_DELIVERED, OTHER_TYPE } from '../../load/websocket/message.ts';
import { TWICE_OR_UNASKED } from '../../load/websocket/stray.ts';
import type { Cure } from '../observed/cure.ts';
import type { Seen } from './seen.ts';

/** What the load says of a message that does not come back as it was. */
const OTHER_ECHO = /^expected .* got /s;
const ECHOED_AS = new RegExp(`^${OTHER_TYPE} (text|binary)`);
const CLOSED_AGAIN = /^connect ECONNREFUSED/;

/** A fault of the connection is none of what it says. */
export function cureForEcho(
  { message }: NonNullable<Seen['failed']>,
  { isOwn, isFanOut }: EchoTerms,
  hasAnswered: boolean,
): Cure | null {
  const as = ECHOED_AS.exec(message)?.[1];
  if (as !== undefined) return { code: 'echoed-otherwise', as: as as 'text' | 'binary' };
  // Of the user's own messages any may come, and one that comes twice is only that.
  const isUnasked = !isOwn && message.startsWith(TWICE_OR_UNASKED);
  if (isUnasked || OTHER_ECHO.test(message)) {
    if (hasAnswered) return { code: 'other-messages' };
    return { code: isFanOut ? 'not-delivered' : 'not-echoed', came: true };
  }
  if (hasAnswered || !message.startsWith(isFanOut ? NOT_DELIVERED : NO_ECHO)) return null;
  return {
    code: isFanOut ? 'not-delivered' : 'not-echoed',
    came: false,
    ...(isOwn && { isOwn }),
  };
}

export function cureForBroken(
  { message, timeoutMs, isInvalid, isFirstAlone }: NonNullable<Seen['failed']>,
  hasAnswered: boolean,
): Cure | null {
  const closeCode = closeCodeIn(message);
  if (closeCode !== null) return { code: 'websocket-closed', closeCode };
  if (message.includes(ONLY_ONCE)) return { code: 'lost-only-once' };
  // No answer of a server: nobody listens there any more.
  if (CLOSED_AGAIN.test(message)) return hasAnswered ? null : { code: 'closed-again' };
  const broken = brokenAnswerIn(message);
  switch (broken) {
    case null: {
      // It breaks no rule: the limit is ours.
      const tooLong = tooLongIn(message);
      if (tooLong !== null) return { code: 'answer-too-long', ...tooLong };
      return isInvalid ? { code: 'invalid-answer' } : null;
    }
    case 'extra':
      return { code: 'extra-bytes' };
    case 'late':
      if (hasAnswered) return { code: 'late-answer', timeoutMs, isOneOfMany: true };
      return { code: 'late-answer', timeoutMs, ...(isFirstAlone && { isFirst: true }) };
    default:
      return { code: 'unfinished-answer', framing: broken, timeoutMs };
  }
}
