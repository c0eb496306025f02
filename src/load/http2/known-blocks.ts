/**
 * Header blocks that were read in full and found good. Equal bytes mean the same as long as the
 * HPACK table is the same, so most blocks need one comparison instead of a reading.
 */
import type { AnswerHead } from './answer-head.ts';

/** One block per length, modulo this: answers that alternate seldom share one. */
const SLOTS = 16;
const MAX_BYTES = 1024;

interface Known {
  bytes: Buffer;
  length: number;
  generation: number;
  head: AnswerHead;
}

export class KnownBlocks {
  readonly #slots: (Known | null)[] = new Array(SLOTS).fill(null);

  /** `generation` is the decoder's. */
  find(bytes: Buffer, start: number, end: number, generation: number): AnswerHead | null {
    const length = end - start;
    const known = this.#slots[length % SLOTS];
    if (known == null || known.length !== length || known.generation !== generation) return null;
    return known.bytes.compare(bytes, start, end, 0, length) === 0 ? known.head : null;
  }

  /** Only for blocks that left the table as it was. */
  learn(bytes: Buffer, start: number, end: number, generation: number, head: AnswerHead): void {
    const length = end - start;
    if (length > MAX_BYTES) return;
    const slot = length % SLOTS;
    const before = this.#slots[slot];
    const kept =
      before != null && before.bytes.length >= length ? before.bytes : Buffer.alloc(length);
    bytes.copy(kept, 0, start, end);
    this.#slots[slot] = { bytes: kept, length, generation, head };
  }
}
