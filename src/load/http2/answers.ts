/** DATA, HEADERS and CONTINUATION: from frames to answers (RFC 9113, 6.1, 6.2, 6.10). */
import { FLAG } from './frames.ts';
import { type BlockOutcome, HeaderBlocks } from './header-blocks.ts';
import type { Stream } from './stream.ts';
import type { StreamTable } from './stream-table.ts';

export interface AnswersOwner {
  /** The answer is whole and well-formed. */
  onWholeAnswer(stream: Stream): void;
  /** `isEnded`: nothing more comes on this stream. */
  onMalformed(stream: Stream, why: string, isEnded: boolean): void;
}

/** Each `take…` returns what is wrong with the whole connection, null when nothing is. */
export class Answers {
  readonly #streams: StreamTable;
  readonly #owner: AnswersOwner;
  readonly #blocks = new HeaderBlocks();
  /** Stream whose header block is not complete; 0: none. */
  #openBlock = 0;
  #blockEndsStream = false;

  constructor(streams: StreamTable, owner: AnswersOwner) {
    this.#streams = streams;
    this.#owner = owner;
  }

  /** Nothing but the rest of a header block may come now. */
  get isInBlock(): boolean {
    return this.#openBlock !== 0;
  }

  takeData(flags: number, id: number, bytes: Buffer, start: number, end: number): string | null {
    const padding = paddingOf(flags, bytes, start, end);
    if (padding < 0) return 'bad padding of DATA';
    const from = (flags & FLAG.padded) === 0 ? start : start + 1;
    const endsStream = (flags & FLAG.endStream) !== 0;
    const stream = this.#streams.get(id);
    if (stream === undefined) return this.#streams.late('DATA', id, endsStream);
    this.#settle(stream, stream.takeBody(bytes, from, end - padding), endsStream);
    return null;
  }

  takeHeaders(flags: number, id: number, bytes: Buffer, start: number, end: number): string | null {
    const padding = paddingOf(flags, bytes, start, end);
    const from =
      start + ((flags & FLAG.padded) === 0 ? 0 : 1) + ((flags & FLAG.priority) === 0 ? 0 : 5);
    const to = end - padding;
    if (padding < 0 || from > to) return 'bad padding of HEADERS';
    const endsStream = (flags & FLAG.endStream) !== 0;
    if ((flags & FLAG.endHeaders) !== 0) {
      return this.#takeBlock(id, endsStream, this.#blocks.read(bytes, from, to));
    }
    if (this.#streams.isIdle(id)) return this.#streams.late('HEADERS', id, endsStream);
    this.#openBlock = id;
    this.#blockEndsStream = endsStream;
    return this.#blocks.hold(bytes, from, to);
  }

  takeContinuation(
    flags: number,
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): string | null {
    if (id === 0 || id !== this.#openBlock) return 'CONTINUATION of no header block';
    const wrong = this.#blocks.hold(bytes, start, end);
    if (wrong !== null || (flags & FLAG.endHeaders) === 0) return wrong;
    this.#openBlock = 0;
    return this.#takeBlock(id, this.#blockEndsStream, this.#blocks.readHeld());
  }

  #takeBlock(id: number, endsStream: boolean, outcome: BlockOutcome): string | null {
    if ('broken' in outcome) return `bad header block: ${outcome.broken}`;
    const stream = this.#streams.get(id);
    if (stream === undefined) return this.#streams.late('HEADERS', id, endsStream);
    const why = 'malformed' in outcome ? outcome.malformed : stream.takeHead(outcome, endsStream);
    this.#settle(stream, why, endsStream);
    return null;
  }

  #settle(stream: Stream, malformed: string | null, endsStream: boolean): void {
    const why = malformed ?? (endsStream ? stream.end() : null);
    if (why !== null) this.#owner.onMalformed(stream, why, endsStream);
    else if (endsStream) this.#owner.onWholeAnswer(stream);
  }
}

/** Bytes of padding at the end of a payload; -1: more than there are. */
function paddingOf(flags: number, bytes: Buffer, start: number, end: number): number {
  if ((flags & FLAG.padded) === 0) return 0;
  if (start === end) return -1;
  const padding = bytes[start] as number;
  return start + 1 + padding > end ? -1 : padding;
}
