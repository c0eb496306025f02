/** How fast a log grows: fast enough, for a while, that a line for each request is the likely reason. Pure. */

/** A server of a few thousand requests a second that prints a line for each; none prints as much of its own accord. */
const BYTES_PER_SECOND = 300_000;
/** Shorter, a server may print its routes, or an error with its stack. */
const FOR_MS = 2000;

export class LogRate {
  #from: { bytes: number; atMs: number } | null = null;
  #isTold = false;

  /** Bytes per second, once, where it is so fast. A log that was cut begins anew. */
  look(bytes: number, atMs: number): number | null {
    const from = this.#from;
    if (from === null || bytes < from.bytes) {
      this.#from = { bytes, atMs };
      return null;
    }
    if (atMs - from.atMs < FOR_MS) return null;
    this.#from = { bytes, atMs };
    const rate = ((bytes - from.bytes) / (atMs - from.atMs)) * 1000;
    if (this.#isTold || rate < BYTES_PER_SECOND) return null;
    this.#isTold = true;
    return rate;
  }
}
