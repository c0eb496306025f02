/** Bodies of requests: sent as far as the peer's windows and the socket have room, in turns. */
import { FIRST_WINDOW, FLAG, HEADER_BYTES, MAX_31, TYPE, writeFrameHeader } from './frames.ts';
import type { Outbox } from './outbox.ts';
import type { PeerSettings } from './peer-settings.ts';
import type { Stream } from './stream.ts';

/** As much waits for the socket at most. */
const MOST_WAITING_BYTES = 256 * 1024;

export class Uploads {
  readonly #out: Outbox;
  readonly #settings: PeerSettings;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  /** Streams with something left to send, the next one first. */
  readonly #pending = new Set<Stream>();
  /** Of the connection. */
  #window = FIRST_WINDOW;

  constructor(out: Outbox, settings: PeerSettings) {
    this.#out = out;
    this.#settings = settings;
  }

  add(stream: Stream): void {
    this.#pending.add(stream);
  }

  remove(stream: Stream): void {
    this.#pending.delete(stream);
  }

  /** More room on the connection. False: more than there can be. */
  widen(bytes: number): boolean {
    this.#window += bytes;
    return this.#window <= MAX_31;
  }

  /** Writes what there is room for. `isCongested`: the socket still has enough to send. */
  pump(isCongested: boolean): void {
    if (this.#pending.size === 0 || isCongested) return;
    // One frame each and then to the end of the queue, so that no stream waits for another's body.
    for (const stream of this.#pending) {
      if (this.#window <= 0 || this.#out.length >= MOST_WAITING_BYTES) return;
      if (stream.window <= 0) continue;
      this.#writeFrame(stream);
      this.#pending.delete(stream);
      if (stream.unsent > 0) this.#pending.add(stream);
    }
  }

  #writeFrame(stream: Stream): void {
    const { id, request, sent, unsent } = stream;
    const length = Math.min(unsent, this.#window, stream.window, this.#settings.frameBytes);
    const flags = length === unsent ? FLAG.endStream : 0;
    writeFrameHeader(this.#header, 0, length, TYPE.data, flags, id);
    this.#out.append(this.#header);
    this.#out.append(request.body as Buffer, sent, sent + length);
    stream.sent += length;
    stream.window -= length;
    this.#window -= length;
  }
}
