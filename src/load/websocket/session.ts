/**
 * Closed-loop WebSocket load on one target, over `ws`. Two modes: `echo.ts` and `fan-out.ts`. A
 * slice is a fixed number of messages received; each ends as good or as one error. Nothing is ever
 * sent twice.
 *
 * A slice always ends. Each message has `timeoutMs`. The rest of the slice is given up, and counted
 * as the last error's kind, when nothing at all came for twice that long, when more messages were
 * lost than there are connections, or when every connection was refused three times in a row.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import ws from 'ws/package.json' with { type: 'json' };
import { FEWEST_FAN_OUT_BYTES, type WebSocketScenario } from '../../config/experiment.ts';
import type { Arrivals } from '../arrivals.ts';
import { sweepPeriodMs } from '../give-up.ts';
import type { Target } from '../protocol.ts';
import type { Share } from '../sequence.ts';
import type { OnError, Session, SessionSlice } from '../session.ts';
import { arrivalsOf } from '../slice-accounting.ts';
import type { Told } from '../unexpected.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import { Echo } from './echo.ts';
import { FanOut } from './fan-out.ts';
import { type Connect, prepareHandshake } from './handshake.ts';
import type { Loop } from './loop.ts';
import { MOST_MESSAGE_BYTES } from './message.ts';

const OPENING_AT_ONCE = 16;

/** Connections being opened outside of a slice. */
interface Opening {
  settle: (refusal: Told | null) => void;
  abort: () => void;
}

export class WebSocketSession implements Session, ConnectionOwner {
  readonly engine = `ws ${ws.version}`;
  readonly #loop: Loop;
  readonly #timeoutMs: number;
  readonly #onError: OnError;
  readonly #sweeper: NodeJS.Timeout;
  #opening: Opening | null = null;
  #slicing = false;
  #disposed = false;

  /**
   * Opens nothing yet. Throws an Error that names the scenario when it cannot be sent. `share`: of
   * `connections`, which are this process's own; a fan-out cannot be shared.
   */
  constructor(
    target: Target<WebSocketScenario>,
    share: Share,
    onError: OnError,
    connect?: Connect,
  ) {
    const { scenario } = target;
    checkMessage(scenario, share);
    const { message: shape, timeoutMs, connections } = scenario;
    const handshake = prepareHandshake(target, connect);
    if (scenario.mode === 'echo') {
      const numbers = Array.from({ length: connections }, (_, i) => i * share.of + share.index);
      this.#loop = new Echo({ handshake, shape, timeoutMs, numbers }, this);
    } else {
      this.#loop = new FanOut({ handshake, shape, timeoutMs, receivers: connections }, this);
    }
    this.#timeoutMs = timeoutMs;
    this.#onError = onError;
    const periodMs = sweepPeriodMs(timeoutMs);
    this.#sweeper = setInterval(() => this.#sweep(), periodMs);
  }

  async open(): Promise<void> {
    const refusal = await this.#openClosed();
    if (refusal !== null && !this.#loop.canWork()) {
      throw new Error(`no connection could be opened: ${refusal}`, { cause: refusal });
    }
  }

  get isPrepared(): boolean {
    return this.#loop.connections.every(({ state }) => state !== 'closed');
  }

  async prepare(): Promise<void> {
    await this.#openClosed();
  }

  async slice(work: number | Arrivals): Promise<SessionSlice> {
    const arrivals = arrivalsOf(work, 'message');
    if (this.#slicing) throw new Error('a slice is already running on this session');
    this.#slicing = true;
    try {
      await this.#openClosed();
      if (this.#disposed) throw new Error('the session is closed');
      return await this.#loop.slice(arrivals, this.#onError);
    } finally {
      this.#slicing = false;
    }
  }

  /** Messages differ in their number only. */
  skip(): void {}

  rest(): void {
    if (this.#slicing) return;
    for (const connection of this.#loop.connections) connection.leave();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearInterval(this.#sweeper);
    this.#loop.stop();
    for (const connection of this.#loop.connections) connection.leave();
    this.#opening?.abort();
  }

  onOpen(connection: Connection): void {
    if (this.#opening !== null) this.#opening.settle(null);
    else this.#loop.onOpen(connection);
  }

  onRefusal(connection: Connection, message: Told): void {
    if (this.#opening !== null) this.#opening.settle(message);
    else this.#loop.onRefusal(connection, message);
  }

  onMessage(connection: Connection, message: Buffer, binary: boolean): void {
    this.#loop.onMessage(connection, message, binary);
  }

  onLoss(connection: Connection, kind: 'closed' | 'protocol', message: string): void {
    this.#loop.onLoss(connection, kind, message);
  }

  #sweep(): void {
    const nowMs = performance.now();
    if (this.#opening === null) {
      this.#loop.sweep(nowMs);
      return;
    }
    for (const connection of this.#loop.connections) {
      if (connection.state !== 'opening' || nowMs - connection.since < this.#timeoutMs) continue;
      connection.drop();
      connection.openFailures++;
      this.#opening.settle(`no connection after ${this.#timeoutMs} ms`);
    }
  }

  /** Opens what is closed, outside of any slice. Resolves to the last refusal, null when there was none. */
  async #openClosed(): Promise<Told | null> {
    const closed = this.#loop.connections.filter(({ state }) => state === 'closed');
    if (closed.length === 0 || this.#disposed) return null;
    let lastRefusal: Told | null = null;
    let next = 0;
    let pending = closed.length;
    await new Promise<void>((resolve) => {
      const openNext = () => {
        const connection = closed[next++];
        if (connection === undefined) return;
        connection.since = performance.now();
        connection.open();
      };
      this.#opening = {
        settle: (refusal) => {
          lastRefusal = refusal ?? lastRefusal;
          if (--pending === 0) resolve();
          else openNext();
        },
        abort: resolve,
      };
      for (let i = 0; i < OPENING_AT_ONCE; i++) openNext();
    });
    this.#opening = null;
    if (this.#loop.settleMs > 0) await sleep(this.#loop.settleMs);
    return lastRefusal;
  }
}

function checkMessage({ name, mode, message }: WebSocketScenario, share: Share): void {
  const where = `scenario ${name}: messages of ${message.bytes} bytes`;
  if (message.bytes > MOST_MESSAGE_BYTES) {
    throw new Error(`${where} are too large; at most ${MOST_MESSAGE_BYTES} can be sent`);
  }
  if (mode === 'echo') return;
  if (message.bytes < FEWEST_FAN_OUT_BYTES) {
    throw new Error(
      `${where} are too short for a fan-out, in which each has a number; it takes at least ` +
        `${FEWEST_FAN_OUT_BYTES} bytes`,
    );
  }
  if (share.of > 1) {
    throw new Error(`scenario ${name}: a fan-out cannot be shared by ${share.of} processes`);
  }
}
