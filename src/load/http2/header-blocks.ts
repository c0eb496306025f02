/** Header blocks, also those that come in several frames, to what they say. Pure; never throws. */
import { OVER } from '../shared/broken-answer.ts';
import { MAX_FIELDS_BYTES } from '../shared/longest-fields.ts';
import { type AnswerHead, readAnswerHead } from './answer-head.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { KnownBlocks } from './known-blocks.ts';

/** More frames than a block of the allowed size needs, however small the peer's frames are. */
const MAX_PIECES = 1024;

/** `malformed`: the stream is lost; `broken`: the connection is, because its table is. */
export type BlockOutcome = AnswerHead | { malformed: string } | { broken: string };

export class HeaderBlocks {
  readonly #decoder = new HpackDecoder(MAX_FIELDS_BYTES);
  readonly #known = new KnownBlocks();
  #pieces: Buffer[] = [];
  #piecesBytes = 0;

  /** Keeps a piece of a block. Returns what is wrong, null when nothing is. */
  hold(bytes: Buffer, start: number, end: number): string | null {
    this.#piecesBytes += end - start;
    if (this.#piecesBytes > MAX_FIELDS_BYTES) return `a ${OVER.head} ${MAX_FIELDS_BYTES} bytes`;
    if (this.#pieces.length >= MAX_PIECES) return `a header block in over ${MAX_PIECES} frames`;
    this.#pieces.push(Buffer.from(bytes.subarray(start, end)));
    return null;
  }

  /** Reads the block whose pieces were held. */
  readHeld(): BlockOutcome {
    const block = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#piecesBytes = 0;
    return this.read(block, 0, block.length);
  }

  /** Reads a whole block. */
  read(bytes: Buffer, start: number, end: number): BlockOutcome {
    const decoder = this.#decoder;
    const before = decoder.generation;
    const known = this.#known.find(bytes, start, end, before);
    if (known !== null) return known;
    const fields = decoder.decode(bytes, start, end);
    if (fields === null) return { broken: decoder.error };
    const head = readAnswerHead(fields);
    if (typeof head === 'string') return { malformed: head };
    if (decoder.generation === before) this.#known.learn(bytes, start, end, before, head);
    return head;
  }
}
