/** Which requests a server may get twice (RFC 9110, 9.2.2), so that one that was lost with its connection is sent again. */

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}
