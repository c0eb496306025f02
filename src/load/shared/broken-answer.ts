/**
 * What the engines say of an answer that is not whole, or more than whole. Only words cross from the processes of the load, so they
 * are read here again: whoever changes one changes both.
 */

/** Of an answer whose time is over. */
export const LATE = 'no complete answer after';
/** How much of it has come. */
export const NOTHING_CAME = {
  bytes: 'no byte of an answer came',
  status: 'no status of an answer came',
};
export const BODY_CAME = 'bytes of its body came';
export const MISSING = {
  length: 'are missing',
  chunked: 'the last chunk is missing',
  close: 'with neither content-length nor an end of the connection',
};
/** Of an answer that is longer than we take, which breaks no rule: the words before the number of bytes. */
export const OVER = {
  head: 'header block over',
  fields: 'header fields over',
  extension: 'chunk extension over',
  trailers: 'trailers over',
};
/** Of bytes behind an answer. */
export const UNASKED = 'nobody asked for';

/** The server has ended the connection of a request, in order or by a reset, in place of an answer. */
const UNANSWERED =
  /^(the server closed the connection|read ECONNRESET).*\bno (byte|status) of an answer came/;

/** And that before the request was sent whole: then an answer may have come that could not be read any more. */
const CUT_WHILE_SENT = /^write (ECONNRESET|EPIPE)\b.*\bno (byte|status) of an answer came/;

export function isUnanswered(message: string): boolean {
  return UNANSWERED.test(message) || isCutWhileSent(message);
}

export function isCutWhileSent(message: string): boolean {
  return CUT_WHILE_SENT.test(message);
}

/** Which part of it is too long, and how many bytes of that are taken; null: another fault. */
export function tooLongIn(message: string): { part: 'head' | 'chunks'; bytes: number } | null {
  const [, words, bytes] = TOO_LONG.exec(message) ?? [];
  if (words === undefined) return null;
  return {
    part: words === OVER.head || words === OVER.fields ? 'head' : 'chunks',
    bytes: Number(bytes),
  };
}

const TOO_LONG = new RegExp(`\\b(${Object.values(OVER).join('|')}) (\\d{1,9}) bytes\\b`);

/** It may also have waited for a connection, or for a stream. */
const NOTHING = /^[^;]*$|no (byte|status) of an answer came$|bytes of a head came$/;

/** `late`: nothing came; `extra`: too much; else how the end of the body would be known. Null: another fault. */
export type BrokenAnswer = 'late' | 'extra' | keyof typeof MISSING | 'unknown';

export function brokenAnswerIn(message: string): BrokenAnswer | null {
  if (/\bbytes\b/.test(message) && message.endsWith(UNASKED)) return 'extra';
  if (!message.startsWith(LATE)) return null;
  if (!message.includes(BODY_CAME)) return NOTHING.test(message) ? 'late' : null;
  const framings = Object.keys(MISSING) as (keyof typeof MISSING)[];
  return framings.find((framing) => message.endsWith(MISSING[framing])) ?? 'unknown';
}
