/** A handshake's answer that comes in many pieces: each is copied once, and read again only when it may be whole. */
import { BLANK_LINE, MOST_HEAD_BYTES } from './upgrade.ts';

const FIRST_BYTES = 512;

export class HeadInParts {
  #buffer: Buffer;
  #length = 0;
  /** Whether what came last can make a difference: the end of a head, or too much of one. */
  mayBeWhole = true;

  constructor(first: Buffer) {
    this.#buffer = Buffer.allocUnsafe(Math.max(FIRST_BYTES, 2 * first.length));
    this.add(first);
  }

  /** All that came. Good until the next piece. */
  add(piece: Buffer): Buffer {
    const length = this.#length + piece.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * length);
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    piece.copy(this.#buffer, this.#length);
    // The blank line may have begun in the piece before.
    const from = Math.max(0, this.#length - BLANK_LINE.length + 1);
    this.#length = length;
    const all = this.#buffer.subarray(0, length);
    this.mayBeWhole = all.indexOf(BLANK_LINE, from) >= 0 || length > MOST_HEAD_BYTES;
    return all;
  }
}
