/**
 * How long a connection must have rested before a server's idle timer may have closed it while our next request was on its
 * way. Servers count seconds; what is closed after the pause of a few slices is closed by a server that drops requests.
 */
const SHORTEST_MS = 1000;

/** `lastMs`: when a request last ended on the connection, or something was last heard on it. `answers`: that it has given so far. */
export function mayHaveMetIdleTimer(lastMs: number, nowMs: number, answers: number): boolean {
  return answers > 0 && nowMs - lastMs > SHORTEST_MS;
}
