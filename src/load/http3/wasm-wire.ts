/**
 * The WASM runtime: the same code as the native one, in this thread. Each connection has a memory of
 * its own, so that one which breaks takes no other along.
 */
import type {
  connectNodeUdp,
  loadHttp3WasmCoreFromFile,
  WasmH3ClientEventLoop,
} from '@currentspace/http3/wasm';
import { certificateRefused } from './codes.ts';
import {
  asText,
  brokenWire,
  CANCELLED,
  closedEvent,
  EVENT,
  type Field,
  IDLE_TIMEOUT_MS,
  type OpenWire,
  type TakeEvents,
  type Wire,
  type WireOptions,
} from './wire.ts';

/** The part of `@currentspace/http3/wasm` that is used. */
export interface WasmLibrary {
  connectNodeUdp: typeof connectNodeUdp;
  loadHttp3WasmCoreFromFile: typeof loadHttp3WasmCoreFromFile;
  WasmH3ClientEventLoop: typeof WasmH3ClientEventLoop;
}

/** Small beside the 64 MiB that a connection's program may use in all. */
const PIECE_BYTES = 64 * 1024;
const UNBLOCKING = new Set<number>([EVENT.drain, EVENT.finished, EVENT.reset]);
const NO_REASON = 'the WASM client does not say why';

type Core = ReturnType<typeof loadHttp3WasmCoreFromFile>;

export function wasmWire(library: WasmLibrary, file: string): OpenWire {
  return (options, take) => {
    try {
      return new WasmWire(library, file, options, take);
    } catch (error) {
      return brokenWire(error, take);
    }
  };
}

class WasmWire implements Wire {
  readonly #loop: InstanceType<typeof WasmH3ClientEventLoop>;
  readonly #take: TakeEvents;
  /** Streams that wait until the server has taken what they were given. */
  readonly #full = new Set<number>();
  #isOpen = false;
  #isClosed = false;
  /** Why the connection's program stopped; empty: it runs. */
  #broken = '';

  /** Throws when the program cannot be loaded. */
  constructor(
    library: WasmLibrary,
    file: string,
    { address, serverName, ca }: WireOptions,
    take: TakeEvents,
  ) {
    this.#take = take;
    const core = library.loadHttp3WasmCoreFromFile(file);
    // In 0.9.0 a certificate that is refused is a trap.
    guard(core, (error) => {
      const isRefusal = ca !== null && !this.#isOpen;
      this.#fail(isRefusal ? certificateRefused(NO_REASON) : `its client broke: ${asText(error)}`);
    });
    this.#loop = new library.WasmH3ClientEventLoop(
      {
        core,
        transportFactory: library.connectNodeUdp,
        ...(ca === null ? {} : { ca: Buffer.from(ca) }),
        rejectUnauthorized: ca !== null,
        maxIdleTimeoutMs: IDLE_TIMEOUT_MS,
      },
      (events) => {
        if (this.#isClosed) return;
        for (const { eventType, streamId } of events) {
          if (eventType === EVENT.open) this.#isOpen = true;
          else if (UNBLOCKING.has(eventType)) this.#full.delete(streamId);
        }
        take(events);
      },
    );
    this.#loop.connect(address, serverName).catch((error) => this.#fail(asText(error)));
  }

  request(fields: readonly Field[], isEnd: boolean): number {
    const stream = this.#loop.sendRequest([...fields], isEnd);
    if (this.#broken !== '') throw new Error(this.#broken);
    return stream;
  }

  /**
   * In 0.9.0 a piece is always kept whole, and sent as the server takes it; a number that is smaller
   * says only that it could not be sent at once.
   */
  send(stream: number, rest: Buffer): number {
    if (this.#full.has(stream)) return 0;
    const piece = rest.subarray(0, PIECE_BYTES);
    const isEnd = piece.length === rest.length;
    if (this.#loop.streamSend(stream, piece, isEnd) < piece.length) this.#full.add(stream);
    return piece.length;
  }

  cancel(stream: number): void {
    this.#full.delete(stream);
    this.#loop.streamClose(stream, CANCELLED);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#loop.close().catch(() => {});
  }

  #fail(reason: string): void {
    this.#broken = reason;
    queueMicrotask(() => {
      if (!this.#isClosed) this.#take([closedEvent(reason)]);
    });
  }
}

/**
 * A trap in WASM would surface as an uncaught exception, in a timer or in the socket's event. After
 * one, the program is not called any more, and answers as one that has nothing to do and is done.
 */
function guard(core: Core, onTrap: (error: unknown) => void): void {
  let isBroken = false;
  const guarded = Object.fromEntries(
    Object.entries(core.exports).map(([name, value]) => {
      if (typeof value !== 'function') return [name, value];
      const call = value as (...args: unknown[]) => unknown;
      const whenBroken = name === 'h3c_is_done' ? 1 : name === 'h3c_timeout_ms' ? -1 : 0;
      return [
        name,
        (...args: unknown[]) => {
          if (isBroken) return whenBroken;
          try {
            return call(...args);
          } catch (error) {
            isBroken = true;
            onTrap(error);
            return whenBroken;
          }
        },
      ];
    }),
  );
  Object.defineProperty(core, 'exports', { value: guarded });
}
