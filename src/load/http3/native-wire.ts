/** The native runtime: one thread and one UDP socket for each connection. */
import {
  brokenWire,
  CANCELLED,
  EVENT,
  type Field,
  IDLE_TIMEOUT_MS,
  type OpenWire,
  type TakeEvents,
  type Wire,
  type WireEvent,
  type WireOptions,
} from './wire.ts';

/** The part of the native addon that is used. */
export interface NativeBinding {
  NativeWorkerClient: new (
    options: {
      ca?: Buffer;
      rejectUnauthorized: boolean;
      runtimeMode: string;
      maxIdleTimeoutMs: number;
    },
    callback: (error: Error | null, events: WireEvent[]) => void,
  ) => NativeClient;
}

interface NativeClient {
  connect(address: string, serverName: string): unknown;
  sendRequest(fields: readonly Field[], isEnd: boolean): number;
  streamSend(stream: number, bytes: Buffer, isEnd: boolean): { status: number; written: number };
  streamClose(stream: number, code: number): boolean;
  close(code: number, reason: string): boolean;
  /** Events are held back when too many were not acknowledged. */
  ackEventBatch(count: number): void;
  requestShutdown(): boolean;
  joinWorker(): void;
}

/**
 * Linux has two drivers, poll and io_uring ("fast"). Containers often forbid io_uring, and two runs
 * of one gate must not differ by it.
 */
const DRIVER = 'portable';
const TAKEN = 0;

export function nativeWire(binding: NativeBinding): OpenWire {
  return (options, take) => {
    try {
      return new NativeWire(binding, options, take);
    } catch (error) {
      return brokenWire(error, take);
    }
  };
}

class NativeWire implements Wire {
  readonly #client: NativeClient;
  #isClosed = false;
  /** The thread has ended. */
  #isGone = false;
  #isJoined = false;

  /** Throws when the options are no good. */
  constructor(
    { NativeWorkerClient }: NativeBinding,
    { address, serverName, ca }: WireOptions,
    take: TakeEvents,
  ) {
    this.#client = new NativeWorkerClient(
      {
        ...(ca === null ? {} : { ca: Buffer.from(ca) }),
        rejectUnauthorized: ca !== null,
        runtimeMode: DRIVER,
        maxIdleTimeoutMs: IDLE_TIMEOUT_MS,
      },
      (_error, events) => this.#take(events, take),
    );
    try {
      this.#client.connect(address, serverName);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  request(fields: readonly Field[], isEnd: boolean): number {
    return this.#client.sendRequest(fields, isEnd);
  }

  send(stream: number, rest: Buffer): number {
    try {
      const { status, written } = this.#client.streamSend(stream, rest, true);
      return status === TAKEN ? written : 0;
    } catch {
      // The thread has ended; the event that says so is on its way.
      return 0;
    }
  }

  cancel(stream: number): void {
    ignoreFailure(() => this.#client.streamClose(stream, CANCELLED));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    ignoreFailure(() => this.#client.close(0, ''));
    ignoreFailure(() => this.#client.requestShutdown());
    this.#joinWhenOver();
  }

  #take(events: WireEvent[], take: TakeEvents): void {
    try {
      if (!this.#isClosed) take(events);
    } finally {
      this.#client.ackEventBatch(events.length);
      if (events.some(({ eventType }) => eventType === EVENT.gone)) {
        this.#isGone = true;
        this.#joinWhenOver();
      }
    }
  }

  /**
   * Lets go of the thread once it has said that it ended. Joining waits for it and holds up everything
   * else, so one that hangs is left to the end of the process.
   */
  #joinWhenOver(): void {
    if (!this.#isClosed || !this.#isGone || this.#isJoined) return;
    this.#isJoined = true;
    setImmediate(() => ignoreFailure(() => this.#client.joinWorker()));
  }
}

/** A thread that has ended refuses every command, which is no news by then. */
function ignoreFailure(command: () => unknown): void {
  try {
    command();
  } catch {}
}
