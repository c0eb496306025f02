/** The body as it passes by: counted, compared with the expected one, never kept. */
import { foreign } from '../../system/messages/printed.ts';

const EXCERPT_BYTES = 80;

/** How bodies begin that are compressed; brotli has no such sign. */
const PACKED = [
  { by: 'gzip', begins: Buffer.from([0x1f, 0x8b]) },
  { by: 'zstd', begins: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
];

/** How it is told, in place of its first bytes. */
const TOLD = 'a body packed by ';

export function isToldAsPacked(excerpt: string): boolean {
  return excerpt.startsWith(TOLD);
}

/** In place of the first bytes of a body that is compressed, which nobody could read; null: it is not. */
export function packedText(first: Buffer, bytes: number): string | null {
  const packed = PACKED.find(({ begins }) => first.subarray(0, begins.length).equals(begins));
  return packed === undefined ? null : `${TOLD}${packed.by} (${bytes} bytes)`;
}

export class BodyCheck {
  #expected: Buffer | null = null;
  readonly #excerpt = Buffer.alloc(EXCERPT_BYTES);
  #equalSoFar = true;
  /** Body bytes seen so far. */
  bytes = 0;

  /** What the next body should be; null: any will do. */
  expect(expected: Buffer | null): void {
    this.#expected = expected;
    this.reset();
  }

  reset(): void {
    this.bytes = 0;
    this.#equalSoFar = true;
  }

  take(from: Buffer, start: number, end: number): void {
    const before = this.bytes;
    if (before < EXCERPT_BYTES) from.copy(this.#excerpt, before, start, end);
    this.bytes += end - start;
    const expected = this.#expected;
    if (expected === null || !this.#equalSoFar) return;
    this.#equalSoFar =
      this.bytes <= expected.length && expected.compare(from, start, end, before, this.bytes) === 0;
  }

  /** Once the body is complete: whether it is the expected one. */
  matches(): boolean {
    return this.#expected === null || (this.#equalSoFar && this.bytes === this.#expected.length);
  }

  /** The first bytes of the body, for a message. */
  excerpt(): string {
    const kept = Math.min(this.bytes, EXCERPT_BYTES);
    const packed = packedText(this.#excerpt.subarray(0, kept), this.bytes);
    if (packed !== null) return packed;
    const text = foreign(JSON.stringify(this.#excerpt.toString('utf8', 0, kept)));
    return this.bytes > kept ? `${text}… (${this.bytes} bytes)` : text;
  }
}
