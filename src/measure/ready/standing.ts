/** For how long something has been so at each look. */
export class Standing {
  #sinceMs: number | null = null;

  /** Milliseconds since the first look of those in a row at which it was so; 0: it is not so now, or only since now. */
  look(isSo: boolean, nowMs: number): number {
    if (!isSo) this.#sinceMs = null;
    else this.#sinceMs ??= nowMs;
    return this.#sinceMs === null ? 0 : nowMs - this.#sinceMs;
  }
}
