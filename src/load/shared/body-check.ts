/** The body as it passes by: counted, compared with the expected one, never kept. */
import { foreign } from '../../system/printed.ts';

const EXCERPT_BYTES = 80;

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
    const text = foreign(JSON.stringify(this.#excerpt.toString('utf8', 0, kept)));
    return this.bytes > kept ? `${text}… (${this.bytes} bytes)` : text;
  }
}
