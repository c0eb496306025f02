/** A connection of HTTP/3 that does as it is told: what no server of a library can be made to do. */
import type { Http3Library } from '../../../src/load/http3/library.ts';
import {
  EVENT,
  type OpenWire,
  type TakeEvents,
  type Wire,
  type WireEvent,
} from '../../../src/load/http3/wire.ts';

export class FakeWire implements Wire {
  readonly #script: Script;
  readonly #take: TakeEvents;
  #next = 0;
  isClosed = false;
  readonly cancelled: number[] = [];

  constructor(script: Script, take: TakeEvents) {
    this.#script = script;
    this.#take = take;
    this.tell({ eventType: EVENT.open, streamId: -1 });
  }

  request(): number {
    const stream = this.#next;
    this.#script.onRequest(this, stream);
    this.#next += 4;
    return stream;
  }

  send(stream: number, rest: Buffer): number {
    return this.#script.onBody?.(this, stream, rest) ?? rest.length;
  }

  cancel(stream: number): void {
    this.cancelled.push(stream);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Hands over events as a batch, later. */
  tell(...events: WireEvent[]): void {
    setImmediate(() => {
      if (!this.isClosed) this.#take(events);
    });
  }

  answer(streamId: number, status = '200'): void {
    const headers = [{ name: ':status', value: status }];
    this.tell(
      { eventType: EVENT.headers, streamId, headers },
      { eventType: EVENT.finished, streamId },
    );
  }
}

export interface Script {
  /** May throw, as a connection that is full does. */
  onRequest(wire: FakeWire, stream: number): void;
  /** How many bytes are taken; all unless given. */
  onBody?(wire: FakeWire, stream: number, rest: Buffer): number;
}

export interface FakeLibrary extends Http3Library {
  /** Every connection, in the order of their openings. */
  wires: FakeWire[];
}

export function fakeLibrary(script: Script): FakeLibrary {
  const wires: FakeWire[] = [];
  const open: OpenWire = (_options, take) => {
    const wire = new FakeWire(script, take);
    wires.push(wire);
    return wire;
  };
  return { runtime: 'native', version: 'fake', open, wires };
}

export function full(): Error {
  return new Error('[h3:h3] send_request failed: HTTP/3 error: TransportError(StreamLimit)');
}
