/** A limit of time whose clock can be stopped. */

export class TimeLimit implements Disposable {
  readonly #ended = new AbortController();
  readonly #now: () => number;
  #leftMs: number;
  #beganMs = 0;
  #timer: NodeJS.Timeout | null = null;

  /** It runs at once. `now`: milliseconds of a clock that nobody sets. */
  constructor(limitMs: number, now: () => number = () => performance.now()) {
    this.#leftMs = limitMs;
    this.#now = now;
    this.#start();
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** The clock stands still for as long as it takes. One at a time. */
  async without<Done>(work: () => Promise<Done> | Done): Promise<Done> {
    this.#stop();
    try {
      return await work();
    } finally {
      this.#start();
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #start(): void {
    this.#beganMs = this.#now();
    this.#timer = setTimeout(() => this.#ended.abort(), Math.max(0, this.#leftMs));
    this.#timer.unref();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#leftMs -= this.#now() - this.#beganMs;
  }
}
