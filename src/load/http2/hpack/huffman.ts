/**
 * HPACK's Huffman code (RFC 7541, appendix B). The code is canonical, ordered by length and then by
 * symbol, so that the lengths alone define it.
 */

/** Bits of the code of each byte; 256 is the end of the string, which never appears in one. */
// biome-ignore format: a table of 16 columns
export const HUFFMAN_LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];
const END_OF_STRING = 256;
const SHORTEST = 5;
const LONGEST = 30;

/** Symbols ordered by their codes; per length the first code, how many there are, and where they begin. */
const SYMBOLS = HUFFMAN_LENGTHS.map((_, symbol) => symbol).sort(
  (a, b) => (HUFFMAN_LENGTHS[a] as number) - (HUFFMAN_LENGTHS[b] as number) || a - b,
);
const FIRST = new Int32Array(LONGEST + 1);
const COUNT = new Int32Array(LONGEST + 1);
const START = new Int32Array(LONGEST + 1);
for (const length of HUFFMAN_LENGTHS) COUNT[length] = (COUNT[length] as number) + 1;
for (let length = 1; length <= LONGEST; length++) {
  const before = length - 1;
  FIRST[length] = ((FIRST[before] as number) + (COUNT[before] as number)) << 1;
  START[length] = (START[before] as number) + (COUNT[before] as number);
}

/** The decoded text, one character a byte; null when the bits are not a Huffman-coded string. */
export function huffmanDecode(bytes: Buffer, start: number, end: number): string | null {
  // No code is shorter than 5 bits.
  const decoded = Buffer.allocUnsafe(Math.ceil(((end - start) * 8) / SHORTEST));
  let count = 0;
  let code = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    for (let bit = 7; bit >= 0; bit--) {
      code = (code << 1) | ((byte >> bit) & 1);
      const rank = code - (FIRST[++length] as number);
      if (rank >= (COUNT[length] as number)) continue;
      const symbol = SYMBOLS[(START[length] as number) + rank] as number;
      if (symbol === END_OF_STRING) return null;
      decoded[count++] = symbol;
      code = 0;
      length = 0;
    }
  }
  // What is left over must be the first bits of the end of the string: ones, and less than a byte.
  if (length > 7 || code !== (1 << length) - 1) return null;
  return decoded.toString('latin1', 0, count);
}
