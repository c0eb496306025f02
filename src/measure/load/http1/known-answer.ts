/**
 * The last answer that was read in full and found good. Equal bytes are equally good, so most
 * answers need one comparison instead of a reading. Only for answers that came whole in one piece,
 * with nothing behind them, on a connection that stays open.
 */
const MAX_BYTES = 16 * 1024;

export class KnownAnswer {
  readonly #bytes = Buffer.alloc(MAX_BYTES);
  #length = 0;

  is(bytes: Buffer, length: number): boolean {
    return length === this.#length && this.#bytes.compare(bytes, 0, length, 0, length) === 0;
  }

  /** A new one replaces the old: a `date` header changes every second. */
  learn(bytes: Buffer, length: number): void {
    if (length > MAX_BYTES) return;
    bytes.copy(this.#bytes, 0, 0, length);
    this.#length = length;
  }
}
