/**
 * How long this process itself was kept from running: on a busy machine, or by its own work. An answer that came meanwhile
 * is read late, and a server is not to blame for that: whoever looks for what takes too long has so much more patience.
 */

/** Less is the usual inexactness of timers. */
const LEAST_MS = 5;

export class OwnDelays {
  readonly #windowMs: number;
  #delays: { endedMs: number; ms: number }[] = [];
  #lastMs: number;

  /** Delays are forgotten when the process has run for `windowMs` since. */
  constructor(windowMs: number, nowMs: number) {
    this.#windowMs = windowMs;
    this.#lastMs = nowMs;
  }

  /** For every look, which was to come `afterMs` after the one before. Returns the sum of the delays lately. */
  look(nowMs: number, afterMs: number): number {
    const lateMs = nowMs - this.#lastMs - afterMs;
    this.#lastMs = nowMs;
    // A little late is no stop: what comes in one period is seen in the next.
    if (lateMs > Math.max(LEAST_MS, afterMs)) this.#delays.push({ endedMs: nowMs, ms: lateMs });
    let lostMs = 0;
    for (const [index, { endedMs, ms }] of [...this.#delays.entries()].reverse()) {
      if (nowMs - endedMs - lostMs > this.#windowMs) {
        this.#delays = this.#delays.slice(index + 1);
        break;
      }
      lostMs += ms;
    }
    return lostMs;
  }
}
