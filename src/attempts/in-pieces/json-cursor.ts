/**
 * Reads plain JSON from a window of bytes that slides over a file. It is quick for what the program's own files hold, numbers
 * above all, and gives up on whatever it does not know to be sound: then `JSON.parse` has to say what that is.
 */

/** What is here may be damaged, or only unusual; thrown, and never shown to anybody. */
export const UNSURE: unique symbol = Symbol('unsure');
/** The window ends before the value does. */
export const MORE: unique symbol = Symbol('more');

const [QUOTE, BACKSLASH, MINUS, PLUS, DOT, ZERO, NINE] = [0x22, 0x5c, 0x2d, 0x2b, 0x2e, 0x30, 0x39];
const [SMALL_E, CAPITAL_E] = [0x65, 0x45];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
const COMMA = 0x2c;
const [SPACE, TAB, LINE_FEED, RETURN] = [0x20, 0x09, 0x0a, 0x0d];
/** Below are characters that JSON text must escape, from here on what takes more than one byte of UTF-8. */
const FIRST_LONG = 0x80;

/** Powers of ten that a double holds exactly, and whole numbers of so many digits: a quotient of the two is rounded once. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const EXACT_DIGITS = 15;
/** Whole numbers of so many digits are small ones to the engine. */
const FEW_DIGITS = 9;

const [SMALLEST, LARGEST] = [1e-6, 1e15];

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class JsonCursor {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  /** All numbers so far are zero or of a size that needs no second look: at least `SMALLEST`, below 10^15. */
  isPlain = true;
  /** Of the last list of numbers: its ends, and whether all are written as whole numbers. */
  least = 0;
  most = 0;
  areWhole = true;

  /** The next byte that is no white space, which stays to be read. */
  peek(): number {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[this.at];
      if (byte === undefined) throw MORE;
      if (byte !== SPACE && byte !== LINE_FEED && byte !== TAB && byte !== RETURN) return byte;
      this.at++;
    }
  }

  /** The next byte that is no white space must be this one. */
  take(byte: number): void {
    if (this.peek() !== byte) throw UNSURE;
    this.at++;
  }

  /** Whether it is this one; then it is read. */
  takes(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** These bytes must follow at once. */
  word(word: Uint8Array): void {
    if (!this.words(word)) throw UNSURE;
  }

  /** Whether these bytes follow at once; then they are read. */
  words(word: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < word.length; i++) {
      const byte = bytes[at + i];
      if (byte === undefined) throw MORE;
      if (byte !== word[i]) return false;
    }
    this.at = at + word.length;
    return true;
  }

  number(): number {
    const first = this.peek();
    const { bytes } = this;
    const start = this.at;
    let at = first === MINUS ? start + 1 : start;
    const digitsFrom = at;
    let whole = 0;
    let byte = bytes[at];
    while (byte !== undefined && byte >= ZERO && byte <= NINE) {
      whole = 10 * whole + (byte - ZERO);
      byte = bytes[++at];
    }
    const digits = at - digitsFrom;
    if (byte === undefined) throw MORE;
    // No digit, or one too many: 007 is no number of JSON.
    if (digits === 0 || (digits > 1 && bytes[digitsFrom] === ZERO)) throw UNSURE;
    if (byte !== DOT && byte !== SMALL_E && byte !== CAPITAL_E && digits <= EXACT_DIGITS) {
      this.at = at;
      return first === MINUS ? this.#odd(-whole) : whole;
    }
    return this.#fraction(start, at, digits, whole);
  }

  #fraction(start: number, dotAt: number, digits: number, begun: number): number {
    const { bytes } = this;
    let at = dotAt;
    let whole = begun;
    let after = 0;
    let byte = bytes[at];
    if (byte === DOT) {
      byte = bytes[++at];
      while (byte !== undefined && byte >= ZERO && byte <= NINE) {
        whole = 10 * whole + (byte - ZERO);
        after++;
        byte = bytes[++at];
      }
      if (byte === undefined) throw MORE;
      if (after === 0) throw UNSURE;
    }
    if (byte === SMALL_E || byte === CAPITAL_E) return this.#exponent(start, at + 1);
    this.at = at;
    if (digits + after <= EXACT_DIGITS) {
      const value = whole / (EXACT_POWERS[after] as number);
      if (bytes[start] === MINUS) return this.#odd(-value);
      return value === 0 || value >= SMALLEST ? value : this.#odd(value);
    }
    return this.#finite(start, at);
  }

  #exponent(start: number, from: number): number {
    const { bytes } = this;
    let at = bytes[from] === MINUS || bytes[from] === PLUS ? from + 1 : from;
    const digitsFrom = at;
    let byte = bytes[at];
    while (byte !== undefined && byte >= ZERO && byte <= NINE) byte = bytes[++at];
    if (byte === undefined) throw MORE;
    if (at === digitsFrom) throw UNSURE;
    this.at = at;
    return this.#finite(start, at);
  }

  #finite(start: number, end: number): number {
    const value = Number(this.bytes.toString('latin1', start, end));
    if (!Number.isFinite(value)) throw UNSURE;
    return value >= SMALLEST && value < LARGEST ? value : this.#odd(value);
  }

  #odd(value: number): number {
    this.isPlain = false;
    return value;
  }

  /** A list of nothing else. Whole numbers that follow each other without white space are most of a measurement. */
  numbers(): number[] {
    this.take(OPEN_LIST);
    this.areWhole = true;
    if (this.takes(CLOSE_LIST)) return [];
    const { bytes } = this;
    // A byte behind the last one would be undefined, and a loop that may meet that takes a quarter longer.
    const last = bytes.length - 1;
    let at = this.at;
    let count = 0;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let isOver = false; !isOver; ) {
      if (count === list.length) list = longer(list);
      const start = at;
      let value = 0;
      let byte = at > last ? 0 : (bytes[at] as number);
      while (byte >= ZERO && byte <= NINE && at < last) {
        value = 10 * value + (byte - ZERO);
        byte = bytes[++at] as number;
      }
      const digits = at - start;
      const isWhole = digits > 0 && digits <= FEW_DIGITS && (digits === 1 || bytes[start] !== ZERO);
      if (isWhole && (byte === COMMA || byte === CLOSE_LIST)) {
        at++;
        isOver = byte === CLOSE_LIST;
      } else {
        this.at = start;
        value = this.number();
        this.areWhole = false;
        isOver = !this.takes(COMMA);
        if (isOver) this.take(CLOSE_LIST);
        at = this.at;
      }
      if (value < least) least = value;
      if (value > most) most = value;
      list[count++] = value;
    }
    this.at = at;
    this.least = least;
    this.most = most;
    return listOf(count);
  }

  string(): string {
    this.take(QUOTE);
    const { bytes } = this;
    const start = this.at;
    let at = start;
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined) throw MORE;
      if (byte === QUOTE) {
        this.at = at + 1;
        return bytes.toString('latin1', start, at);
      }
      if (byte === BACKSLASH || byte >= FIRST_LONG) return this.#unusualString(start);
      if (byte < SPACE) throw UNSURE;
      at++;
    }
  }

  /** With an escape or a letter that is none of ASCII's. */
  #unusualString(start: number): string {
    const { bytes } = this;
    let at = start;
    while (bytes[at] !== QUOTE) {
      if (bytes[at] === undefined) throw MORE;
      at += bytes[at] === BACKSLASH ? 2 : 1;
    }
    this.at = at + 1;
    return parsed(decoded(bytes.subarray(start - 1, at + 1))) as string;
  }

  /** Whatever value comes next, as text. */
  text(): string {
    this.peek();
    const { bytes } = this;
    const start = this.at;
    let [at, depth] = [start, 0];
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined) throw MORE;
      if (byte === QUOTE) {
        for (at++; bytes[at] !== QUOTE; at += bytes[at] === BACKSLASH ? 2 : 1) {
          if (bytes[at] === undefined) throw MORE;
        }
        at++;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        depth++;
        at++;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (depth === 0) break;
        depth--;
        at++;
      } else if (byte === COMMA && depth === 0) {
        break;
      } else {
        at++;
      }
      if (depth === 0 && (bytes[at - 1] === CLOSE_OBJECT || bytes[at - 1] === CLOSE_LIST)) break;
    }
    this.at = at;
    return decoded(bytes.subarray(start, at));
  }
}

/** Whatever list is being read: only when all of it is known, one of the right length is made. */
let list = new Float64Array(256);

function longer(short: Float64Array): Float64Array<ArrayBuffer> {
  const long = new Float64Array(2 * short.length);
  long.set(short);
  return long;
}

function listOf(count: number): number[] {
  const values = new Array<number>(count);
  for (let i = 0; i < count; i++) values[i] = list[i] as number;
  return values;
}

function decoded(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw UNSURE;
  }
}

/** Of text that may be none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw UNSURE;
  }
}
