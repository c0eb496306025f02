/** The streams of one connection: those in flight, and what is known of those that are not. */
import { MAX_31 } from './frames.ts';
import type { RequestFrames } from './request.ts';
import { Stream } from './stream.ts';

/** Streams that we gave up, and whose late frames are forgiven. */
const MOST_ABANDONED = 4096;

export class StreamTable {
  readonly #maxId: number;
  readonly #open = new Map<number, Stream>();
  readonly #abandoned = new Set<number>();
  readonly #spare: Stream[] = [];
  #nextId = 1;

  constructor(maxId: number = MAX_31) {
    this.#maxId = maxId;
  }

  get size(): number {
    return this.#open.size;
  }

  /** No id is left for another one. */
  get isExhausted(): boolean {
    return this.#nextId > this.#maxId;
  }

  /** In flight, the oldest first. */
  all(): Stream[] {
    return [...this.#open.values()];
  }

  get(id: number): Stream | undefined {
    return this.#open.get(id);
  }

  begin(request: RequestFrames, window: number): Stream {
    const stream = this.#spare.pop() ?? new Stream();
    stream.begin(this.#nextId, request, window);
    this.#open.set(stream.id, stream);
    this.#nextId += 2;
    return stream;
  }

  /** The stream is over. Its object stays as it is until `release`. */
  close(stream: Stream): void {
    this.#open.delete(stream.id);
  }

  release(stream: Stream): void {
    this.#spare.push(stream);
  }

  /** As `close`, for a stream that the peer has not ended. */
  abandon(stream: Stream): void {
    this.close(stream);
    this.#abandoned.add(stream.id);
    if (this.#abandoned.size <= MOST_ABANDONED) return;
    const [oldest] = this.#abandoned;
    this.#abandoned.delete(oldest as number);
  }

  /** Every stream with a higher id has never been begun. */
  isIdle(id: number): boolean {
    return id === 0 || id % 2 === 0 || id >= this.#nextId;
  }

  /** A part of an answer on a stream that is not in flight: in words what is wrong with it, null: nothing. */
  late(what: string, id: number, endsStream: boolean): string | null {
    if (this.isIdle(id)) return `${what} of stream ${id}, which nobody opened`;
    if (!this.#abandoned.has(id)) return `${what} behind the end of stream ${id}`;
    if (endsStream) this.#abandoned.delete(id);
    return null;
  }
}
