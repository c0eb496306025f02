/**
 * Header blocks to fields, with the table that the peer fills (RFC 7541). Pure; never throws,
 * whatever the bytes are. After an error the connection is lost, because the table is.
 */
import { OVER } from '../../shared/broken-answer.ts';
import { huffmanDecode } from './huffman.ts';
import { type Field, STATIC_TABLE } from './static-table.ts';

/** The table's size that both sides begin with, and that we never change. */
const TABLE_BYTES = 4096;
/** What an entry costs beside its characters (RFC 7541, 4.1). */
const ENTRY_BYTES = 32;
/** Far above every length that fits into a block; small enough for exact whole numbers. */
const MAX_INTEGER = 2 ** 28;

export class HpackDecoder {
  readonly #maxListBytes: number;
  /** Oldest first. */
  readonly #entries: Field[] = [];
  #entriesBytes = 0;
  #limit = TABLE_BYTES;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** Once `decode` gave null: what is wrong. */
  error = '';
  /** Grows when the table changes: equal blocks mean the same while it is the same. */
  generation = 0;

  /** `maxListBytes`: largest list of fields, each counted with 32 bytes more than it has. */
  constructor(maxListBytes: number) {
    this.#maxListBytes = maxListBytes;
  }

  /** Fields of the whole block `bytes[start..end)`, in order; null: it is not valid. */
  decode(bytes: Buffer, start: number, end: number): Field[] | null {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    const fields: Field[] = [];
    let listBytes = 0;
    while (this.#at < end) {
      const byte = bytes[this.#at] as number;
      if ((byte & 0xe0) === 0x20) {
        if (fields.length > 0) return this.#fail('a change of the table size behind a field');
        if (!this.#resize()) return null;
        continue;
      }
      const field = byte >= 0x80 ? this.#indexed() : this.#literal(byte);
      if (field === null) return null;
      listBytes += sizeOf(field);
      if (listBytes > this.#maxListBytes) {
        return this.#fail(`${OVER.fields} ${this.#maxListBytes} bytes`);
      }
      fields.push(field);
    }
    return fields;
  }

  #indexed(): Field | null {
    const index = this.#integer(7);
    return index < 0 ? null : this.#entry(index);
  }

  #literal(byte: number): Field | null {
    const isKept = byte >= 0x40;
    const index = this.#integer(isKept ? 6 : 4);
    if (index < 0) return null;
    const name = index === 0 ? this.#string() : (this.#entry(index)?.name ?? null);
    if (name === null) return null;
    const value = this.#string();
    if (value === null) return null;
    const field = { name, value };
    if (isKept) this.#keep(field);
    return field;
  }

  #entry(index: number): Field | null {
    const { length } = STATIC_TABLE;
    const field = index <= length ? STATIC_TABLE[index - 1] : this.#entries.at(-(index - length));
    return field ?? this.#fail(`field number ${index} is in no table`);
  }

  #keep(field: Field): void {
    this.generation++;
    this.#entries.push(field);
    this.#entriesBytes += sizeOf(field);
    this.#evict();
  }

  #resize(): boolean {
    const limit = this.#integer(5);
    if (limit < 0) return false;
    if (limit > TABLE_BYTES) {
      this.#fail(`a table of ${limit} bytes, where ${TABLE_BYTES} are allowed`);
      return false;
    }
    this.generation++;
    this.#limit = limit;
    this.#evict();
    return true;
  }

  #evict(): void {
    while (this.#entriesBytes > this.#limit) {
      this.#entriesBytes -= sizeOf(this.#entries.shift() as Field);
    }
  }

  /** A whole number that begins in the low `bits` bits of the next byte; -1: it is not valid. */
  #integer(bits: number): number {
    const most = (1 << bits) - 1;
    let value = (this.#bytes[this.#at++] as number) & most;
    if (value < most) return value;
    for (let scale = 1; ; scale *= 128) {
      if (this.#at >= this.#end) return this.#failAt('a number is cut off');
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * scale;
      if (value > MAX_INTEGER || scale > MAX_INTEGER) return this.#failAt('a number is too large');
      if (byte < 0x80) return value;
    }
  }

  #string(): string | null {
    if (this.#at >= this.#end) return this.#fail('a field is cut off');
    const isHuffman = (this.#bytes[this.#at] as number) >= 0x80;
    const length = this.#integer(7);
    if (length < 0) return null;
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#end) return this.#fail('a field is cut off');
    if (!isHuffman) return this.#bytes.toString('latin1', start, this.#at);
    return huffmanDecode(this.#bytes, start, this.#at) ?? this.#fail('bad Huffman code');
  }

  #fail(message: string): null {
    this.error = message;
    return null;
  }

  #failAt(message: string): -1 {
    this.error = message;
    return -1;
  }
}

function sizeOf({ name, value }: Field): number {
  return name.length + value.length + ENTRY_BYTES;
}
