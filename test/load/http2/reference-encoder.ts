/** A slow HPACK encoder that uses every representation there is: what the decoder is compared with. */
import { HUFFMAN_LENGTHS } from '../../../src/load/http2/hpack/huffman.ts';
import { type Field, STATIC_TABLE } from '../../../src/load/http2/hpack/static-table.ts';

/** How a field is to be written; what cannot be done with it is passed over. */
export interface Manner {
  /** The field's or at least its name's number, when a table has it. */
  usesTables: boolean;
  keeping: 'kept' | 'not kept' | 'never kept';
  huffman: boolean;
}

const CODES = huffmanCodes();

/** The code of a byte, or of the end (256), as a string of bits. */
export function huffmanCode(symbol: number): string {
  return CODES[symbol] as string;
}

export function huffmanEncode(text: string): Buffer {
  let bits = [...Buffer.from(text, 'latin1')].map((byte) => CODES[byte]).join('');
  bits += '1'.repeat((8 - (bits.length % 8)) % 8);
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** A whole number with this many bits in the first byte, whose other bits are `pattern`. */
export function integer(pattern: number, bits: number, value: number): number[] {
  const most = 2 ** bits - 1;
  if (value < most) return [pattern | value];
  const rest = (left: number): number[] =>
    left < 128 ? [left] : [(left % 128) | 128, ...rest(Math.floor(left / 128))];
  return [pattern | most, ...rest(value - most)];
}

export class ReferenceEncoder {
  /** Newest first. */
  #table: Field[] = [];
  #limit = 4096;

  /** Changes the table's size: only at the beginning of a block. */
  resize(limit: number): Buffer {
    this.#limit = limit;
    this.#evict();
    return Buffer.from(integer(0x20, 5, limit));
  }

  encode(field: Field, manner: Manner): Buffer {
    const known = [...STATIC_TABLE, ...this.#table];
    const whole = known.findIndex(
      ({ name, value }) => name === field.name && value === field.value,
    );
    if (manner.usesTables && whole >= 0) return Buffer.from(integer(0x80, 7, whole + 1));
    const named = manner.usesTables ? known.findIndex(({ name }) => name === field.name) + 1 : 0;
    const [pattern, bits] = { kept: [0x40, 6], 'not kept': [0, 4], 'never kept': [0x10, 4] }[
      manner.keeping
    ] as [number, number];
    if (manner.keeping === 'kept') {
      this.#table.unshift(field);
      this.#evict();
    }
    return Buffer.concat([
      Buffer.from(integer(pattern, bits, named)),
      named > 0 ? Buffer.alloc(0) : string(field.name, manner.huffman),
      string(field.value, manner.huffman),
    ]);
  }

  #evict(): void {
    const size = () =>
      this.#table.reduce((sum, { name, value }) => sum + name.length + value.length + 32, 0);
    while (size() > this.#limit) this.#table.pop();
  }
}

function string(text: string, huffman: boolean): Buffer {
  const bytes = huffman ? huffmanEncode(text) : Buffer.from(text, 'latin1');
  return Buffer.concat([Buffer.from(integer(huffman ? 0x80 : 0, 7, bytes.length)), bytes]);
}

/** Codes of equal length follow each other in the order of their symbols. */
function huffmanCodes(): string[] {
  const codes: string[] = [];
  let next = 0n;
  let before = 0;
  for (let length = 1; length <= 30; length++) {
    next <<= BigInt(length - before);
    before = length;
    for (const [symbol, own] of HUFFMAN_LENGTHS.entries()) {
      if (own === length) codes[symbol] = (next++).toString(2).padStart(length, '0');
    }
  }
  return codes;
}
