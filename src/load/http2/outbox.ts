/** Bytes that are to be sent together: one write for all that a turn of the event loop brings about. */
const FIRST_BYTES = 4096;
const NOTHING = Buffer.alloc(0);

export class Outbox {
  #buffer: Buffer = NOTHING;
  /** What `take` handed out. */
  #lent: Buffer = NOTHING;
  /** Bytes that wait. */
  length = 0;

  /** Copies bytes to the end; returns the buffer's place of the first. */
  append(bytes: Buffer, start = 0, end: number = bytes.length): number {
    const at = this.length;
    this.#reserve(end - start);
    bytes.copy(this.#buffer, at, start, end);
    this.length += end - start;
    return at;
  }

  /** Overwrites 4 bytes of what waits. */
  patch(at: number, value: number): void {
    this.#buffer.writeUInt32BE(value, at);
  }

  /** All that waits. Nothing here writes to it again before `giveBack`. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.length);
    this.#lent = this.#buffer;
    this.#buffer = NOTHING;
    this.length = 0;
    return taken;
  }

  /** Nobody uses any more what was taken last. */
  giveBack(): void {
    if (this.length === 0) this.#buffer = this.#lent;
    this.#lent = NOTHING;
  }

  #reserve(bytes: number): void {
    const wanted = this.length + bytes;
    if (this.#buffer.length >= wanted) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, wanted * 2));
    this.#buffer.copy(larger, 0, 0, this.length);
    this.#buffer = larger;
  }
}
