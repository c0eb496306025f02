/**
 * The code by which a server closes a WebSocket (RFC 6455, 7.4.1, and IANA's registry), and what it means for a message that is
 * under way. Only words cross from the processes of the load, so the code is read from them again.
 */

/** Codes that never come in a frame. */
const NO_FRAME = 1006;
const NO_CODE = 1005;

/** Going away, service restart, try again later. */
const GOING: readonly number[] = [1001, 1012, 1013];
/** Done, with or without saying so: after so many messages, or so much time. */
const DONE: readonly number[] = [1000, NO_CODE];

/**
 * Whether the end of the connection says nothing of the message that it leaves unanswered. One that is done without a single
 * answer may have been done with this message.
 */
export function saysNothingOfMessage(code: number, hasAnswered: boolean): boolean {
  return GOING.includes(code) || (hasAnswered && DONE.includes(code));
}

const CLOSED = 'the server closed the WebSocket';
const BY_CODE = `${CLOSED} with code`;
const UNSAID = `${CLOSED} and gave no reason`;
const CUT = 'the connection ended without a close frame';

/** `why`: what the server says, marked as foreign. */
export function closedText(code: number, why: string): string {
  if (code === NO_FRAME) return CUT;
  return code === NO_CODE ? UNSAID : `${BY_CODE} ${code}${why}`;
}

/** Null: something else is told. */
export function closeCodeIn(message: string): number | null {
  if (message.startsWith(CUT)) return NO_FRAME;
  if (message.startsWith(UNSAID)) return NO_CODE;
  if (!message.startsWith(`${BY_CODE} `)) return null;
  return Number.parseInt(message.slice(BY_CODE.length), 10);
}
