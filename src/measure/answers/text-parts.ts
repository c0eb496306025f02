/** Bodies that are no JSON, compared word by word; what differs between answers of base itself is left out. */

/** Where a text leaves what base always answers. */
export interface TextDifference {
  /** Bytes before it, and its line, both of head's body. */
  byte: number;
  line: number;
}

/** A body may be so much shorter or longer than base's, where base's own differ in length. */
const STRETCH = 4;

/** What all of base's bodies have in common, and where each of head's leaves it; null: it does not. */
export class CommonText {
  readonly #first: string[];
  /** By the index of the word in the first body: it is not the same in all of them. */
  readonly #varies: Uint8Array;
  /** Words that are common at the beginning and the end; null: all bodies have as many words. */
  #ends: { start: number; end: number } | null = null;
  readonly #least: number;
  readonly #most: number;

  constructor(bodies: readonly Buffer[]) {
    const [first = [], ...rest] = bodies.map(wordsOf);
    this.#first = first;
    this.#varies = new Uint8Array(first.length);
    const lengths = bodies.map((body) => body.length);
    this.#least = Math.min(...lengths);
    this.#most = Math.max(...lengths);
    for (const words of rest) this.#learn(words);
  }

  /** Where this body leaves what is common; null: nowhere. */
  leaves(body: Buffer): TextDifference | null {
    const words = wordsOf(body);
    const first = this.#first;
    if (this.#ends === null) {
      const index = words.findIndex((word, i) => this.#varies[i] !== 1 && word !== first[i]);
      if (index >= 0) return placeOf(words, index);
      return words.length === first.length ? null : placeOf(words, words.length);
    }
    const { start, end } = this.#ends;
    for (let i = 0; i < start; i++) {
      if (this.#varies[i] !== 1 && words[i] !== first[i]) return placeOf(words, i);
    }
    for (let i = 1; i <= end; i++) {
      const at = first.length - i;
      if (this.#varies[at] === 1 || words[words.length - i] === first[at]) continue;
      return placeOf(words, Math.max(0, words.length - i));
    }
    const isLike =
      body.length * STRETCH >= this.#least && body.length <= this.#most * STRETCH + STRETCH;
    return isLike ? null : placeOf(words, Math.min(start, words.length));
  }

  #learn(words: readonly string[]): void {
    const first = this.#first;
    if (words.length === first.length) {
      for (const [i, word] of words.entries()) if (word !== first[i]) this.#varies[i] = 1;
      return;
    }
    const shorter = Math.min(words.length, first.length);
    let start = 0;
    const isCommon = (word: string | undefined, at: number) =>
      word === first[at] || this.#varies[at] === 1;
    while (start < shorter && isCommon(words[start], start)) start++;
    let end = 0;
    while (
      end < shorter - start &&
      isCommon(words[words.length - 1 - end], first.length - 1 - end)
    ) {
      end++;
    }
    const known = this.#ends ?? { start: first.length, end: first.length };
    this.#ends = { start: Math.min(known.start, start), end: Math.min(known.end, end) };
  }
}

/** Bytes as characters of Latin-1, so that offsets are bytes: words, and every other character by itself. */
function wordsOf(body: Buffer): string[] {
  return body.toString('latin1').match(/[\w\x80-\xff]+|[^\w\x80-\xff]/g) ?? [];
}

function placeOf(words: readonly string[], index: number): TextDifference {
  const before = words.slice(0, index).join('');
  return { byte: before.length, line: before.split('\n').length };
}
