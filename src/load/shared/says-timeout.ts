/** What some servers send of their own accord before they close a connection that rests. */

const TIMEOUT = /^HTTP\/1\.[01] 408\b/;

/** Whether an answer of status 408, which nobody asked for, begins at `start`. */
export function saysTimeout(bytes: Buffer, start: number, end: number): boolean {
  return TIMEOUT.test(bytes.toString('latin1', start, Math.min(end, start + 16)));
}
