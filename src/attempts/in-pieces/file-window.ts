/** A file that is read piece by piece, with as much of it in memory as one value needs. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { JsonCursor, MORE, UNSURE } from './json-cursor.ts';
import { type Field, fieldAt } from './schema-reader.ts';

const [COMMA, COLON] = [0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** More than most values have, so that few are begun again for want of their end. */
const PIECE = 2 * 1024 * 1024;

export class FileWindow {
  readonly cursor = new JsonCursor();
  readonly #file: number;
  readonly #size: number;
  readonly #hash: Hash | null;
  #read = 0;
  #buffer: Buffer<ArrayBufferLike> = Buffer.allocUnsafe(PIECE);

  /** Throws for what is no file that can be read, or has more bytes than that. */
  constructor(path: string, { bytesAtMost, isHashed }: { bytesAtMost: number; isHashed: boolean }) {
    this.#hash = isHashed ? createHash('sha256') : null;
    // A pipe or a device is not waited for.
    this.#file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(this.#file);
    this.#size = stat.size;
    if (stat.isFile() && stat.size <= bytesAtMost) return;
    this.close();
    throw UNSURE;
  }

  /** Reads what `action` reads, from where the cursor is, with as much of the file as that takes. */
  read<T>(action: (cursor: JsonCursor) => T): T {
    for (;;) {
      const start = this.cursor.at;
      try {
        return action(this.cursor);
      } catch (error) {
        if (error !== MORE) throw error;
        if (!this.#goOn(start)) throw UNSURE;
      }
    }
  }

  /** Calls `read` where the value of a field of the object begins that begins here. */
  eachField(fields: readonly Field[], read: (field: Field) => void): void {
    this.read((cursor) => cursor.take(OPEN_OBJECT));
    do {
      read(
        this.read((cursor) => {
          const field = fields[fieldAt(cursor, fields, 0)] as Field;
          cursor.take(COLON);
          return field;
        }),
      );
    } while (this.read((cursor) => cursor.takes(COMMA)));
    this.read((cursor) => cursor.take(CLOSE_OBJECT));
  }

  /** Calls `read` where an element of the list begins that begins here. */
  eachElement(read: () => void): void {
    this.read((cursor) => cursor.take(OPEN_LIST));
    if (this.read((cursor) => cursor.takes(CLOSE_LIST))) return;
    do read();
    while (this.read((cursor) => cursor.takes(COMMA)));
    this.read((cursor) => cursor.take(CLOSE_LIST));
  }

  /** Whether nothing but white space is left, and the file is as long as it was. */
  isOver(): boolean {
    for (;;) {
      try {
        this.cursor.peek();
        return false;
      } catch (error) {
        if (error !== MORE) throw error;
        if (!this.#goOn(this.cursor.at)) return this.#read === this.#size;
      }
    }
  }

  /** Of all that was read; null where it was not asked for. */
  sha256(): string | null {
    return this.#hash?.copy().digest('hex') ?? null;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** One more piece behind what begins at `from`; false at the end of the file. */
  #goOn(from: number): boolean {
    const rest = this.cursor.bytes.subarray(from);
    const target = rest.length > this.#buffer.length / 2 ? this.#larger() : this.#buffer;
    rest.copy(target);
    const length = readSync(this.#file, target, rest.length, target.length - rest.length, null);
    this.#hash?.update(target.subarray(rest.length, rest.length + length));
    this.#buffer = target;
    this.#read += length;
    this.cursor.bytes = target.subarray(0, rest.length + length);
    this.cursor.at = 0;
    return length > 0;
  }

  #larger(): Buffer {
    return Buffer.allocUnsafe(2 * this.#buffer.length);
  }
}
