/**
 * The last answer to a request that was read in full and found good. Equal bytes are equally good,
 * so most answers need one comparison instead of a reading. Only for answers that came whole in one
 * piece, with nothing behind them, on a connection that stays open.
 */
export class KnownAnswer {
  readonly #mostBytes: number;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Of its body. */
  bodyBytes = 0;

  /** Longer answers are not remembered. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  is(bytes: Buffer, length: number): boolean {
    return length === this.#length && this.#bytes.compare(bytes, 0, length, 0, length) === 0;
  }

  /** A new one replaces the old: a `date` header changes every second. */
  learn(bytes: Buffer, length: number, bodyBytes: number): void {
    if (length > this.#mostBytes) return;
    if (length > this.#bytes.length) this.#bytes = Buffer.alloc(length);
    bytes.copy(this.#bytes, 0, 0, length);
    this.#length = length;
    this.bodyBytes = bodyBytes;
  }
}
