/** Whole frames from bytes in any pieces. Pure; never throws; keeps at most one frame. */
import { FRAME_BYTES, HEADER_BYTES } from './frames.ts';

export interface FrameSink {
  /** The payload is `bytes[start..end)` until this returns; false: no more frames are wanted. */
  frame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean;
}

export class FrameReader {
  readonly #sink: FrameSink;
  /** The beginning of a frame whose rest has not come. */
  #held: Buffer | null = null;
  #heldBytes = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes `bytes[0..end)`. Returns what is wrong, null when nothing is. */
  feed(bytes: Buffer, end: number): string | null {
    let at = 0;
    while (this.#held !== null && this.#heldBytes > 0) {
      const wanted = this.#heldBytes < HEADER_BYTES ? HEADER_BYTES : frameBytes(this.#held, 0);
      if (wanted > HEADER_BYTES + FRAME_BYTES) return tooLarge(wanted);
      if (this.#heldBytes < wanted) {
        const taken = Math.min(wanted - this.#heldBytes, end - at);
        bytes.copy(this.#held, this.#heldBytes, at, at + taken);
        this.#heldBytes += taken;
        at += taken;
        if (this.#heldBytes < wanted) return null;
        continue;
      }
      this.#heldBytes = 0;
      if (!this.#pass(this.#held, 0, wanted)) return null;
    }
    while (end - at >= HEADER_BYTES) {
      const wanted = frameBytes(bytes, at);
      if (wanted > HEADER_BYTES + FRAME_BYTES) return tooLarge(wanted);
      if (end - at < wanted) break;
      if (!this.#pass(bytes, at, at + wanted)) return null;
      at += wanted;
    }
    if (at < end) {
      this.#held ??= Buffer.allocUnsafeSlow(HEADER_BYTES + FRAME_BYTES);
      this.#heldBytes = bytes.copy(this.#held, 0, at, end);
    }
    return null;
  }

  #pass(bytes: Buffer, at: number, end: number): boolean {
    const streamId = bytes.readUInt32BE(at + 5) & 0x7fff_ffff;
    const type = bytes[at + 3] as number;
    return this.#sink.frame(type, bytes[at + 4] as number, streamId, bytes, at + HEADER_BYTES, end);
  }
}

function frameBytes(bytes: Buffer, at: number): number {
  return HEADER_BYTES + bytes.readUIntBE(at, 3);
}

function tooLarge(wanted: number): string {
  return `a frame of ${wanted - HEADER_BYTES} bytes, where ${FRAME_BYTES} are allowed`;
}
