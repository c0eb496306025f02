/** Bytes that came in pieces, as one. Pure. */

const NOTHING = Buffer.alloc(0);

/**
 * Takes at most twice the memory of what came, however small the pieces are: a list of them would take a
 * hundred times as much, and room for all that was announced would be taken by ten bytes.
 */
export class GrowableBuffer {
  #bytes = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Of the memory that is taken. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Copies the piece. */
  add(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** All that was added, and forgets it. */
  take(): Buffer {
    const all = this.#bytes.subarray(0, this.#length);
    this.#bytes = NOTHING;
    this.#length = 0;
    return all;
  }
}
