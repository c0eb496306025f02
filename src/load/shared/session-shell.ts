/**
 * What the sessions of all engines do alike: open what is closed, one slice after the other, look for what takes too
 * long, rest, and close. How work goes over the connections is the engine's own.
 */
import type { Arrivals } from '../arrivals.ts';
import type { OnError, Session, SessionSlice } from '../session.ts';
import type { Told } from '../unexpected.ts';
import { sweepPeriodMs } from './give-up.ts';
import { type Openable, Opener } from './opener.ts';
import { OwnDelays } from './own-delays.ts';
import { arrivalsOf } from './slice-accounting.ts';

export interface ShellConnection extends Openable {
  /** 'closed' or 'opening', or whatever the engine has besides. */
  readonly state: string;
  /** Refusals in a row. */
  openFailures: number;
  /** Closes at once and tells nobody. */
  drop(): void;
}

export abstract class SessionShell<Connection extends ShellConnection> implements Session {
  abstract readonly engine: string;
  /** In the order in which they are opened. */
  protected abstract readonly connections: readonly Connection[];
  protected readonly timeoutMs: number;
  protected readonly onError: OnError;
  readonly #unit: 'request' | 'message';
  readonly #sweeper: NodeJS.Timeout;
  readonly #delays: OwnDelays;
  #opener: Opener<Connection> | null = null;
  #isSlicing = false;
  #isDisposed = false;

  constructor(timeoutMs: number, onError: OnError, unit: 'request' | 'message' = 'request') {
    this.timeoutMs = timeoutMs;
    this.onError = onError;
    this.#unit = unit;
    this.#delays = new OwnDelays(2 * timeoutMs, performance.now());
    const periodMs = sweepPeriodMs(timeoutMs);
    this.#sweeper = setInterval(() => this.#sweep(periodMs), periodMs);
  }

  abstract skip(work: number): void;

  /** Nothing is asked of it at the moment. */
  protected abstract isIdle(connection: Connection): boolean;
  /** Does the work on connections that are open as far as they can be. */
  protected abstract runSlice(arrivals: Arrivals): Promise<SessionSlice>;
  /** Looks for what takes too long while a slice may run: `lostMs` longer than its timeout, see `OwnDelays`. */
  protected abstract sweepSlice(nowMs: number, lostMs: number): void;
  /** Gives up the slice that runs, if one does. */
  protected abstract stop(): void;
  /** Why a connection that is still not open is given up. */
  protected abstract silence(connection: Connection): string;

  async open(): Promise<void> {
    const refusal = await this.#openClosed();
    if (refusal !== null && !this.canWork()) {
      throw new Error(`no connection could be opened: ${refusal}`, { cause: refusal });
    }
  }

  get isPrepared(): boolean {
    return this.connections.every(({ state }) => state !== 'closed');
  }

  async prepare(): Promise<void> {
    await this.#openClosed();
  }

  async slice(work: number | Arrivals): Promise<SessionSlice> {
    const arrivals = arrivalsOf(work, this.#unit);
    if (this.#isSlicing) throw new Error('a slice is already running on this session');
    this.#isSlicing = true;
    try {
      await this.#openClosed();
      if (this.#isDisposed) throw new Error('the session is closed');
      return await this.runSlice(arrivals);
    } finally {
      this.#isSlicing = false;
    }
  }

  /**
   * Closes the idle connections until the next slice, which opens them again. A server that serves one connection at a
   * time would wait on them, and answer nobody else.
   */
  rest(): void {
    for (const connection of this.connections) {
      if (this.isIdle(connection)) this.leave(connection);
    }
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearInterval(this.#sweeper);
    this.stop();
    for (const connection of this.connections) this.leave(connection);
    this.#opener?.abort();
  }

  protected get isSlicing(): boolean {
    return this.#isSlicing;
  }

  /** Whether anything can be measured with what is open. */
  protected canWork(): boolean {
    return this.connections.some(({ state }) => state !== 'closed');
  }

  /** Closes as its protocol asks, and tells nobody. */
  protected leave(connection: Connection): void {
    connection.drop();
  }

  /** A connection opened (null) or was refused. False: it was the slice that opened it. */
  protected settleOpening(refusal: Told | null): boolean {
    this.#opener?.settle(refusal);
    return this.#opener !== null;
  }

  /** Called after connections were opened outside of a slice. */
  protected async afterOpening(): Promise<void> {}

  /** Connections that are still opening behind their time. Each is looked at when its turn comes, as giving up one may close others. */
  protected *overdue(nowMs: number, lostMs: number): Generator<Connection> {
    for (const connection of this.connections) {
      if (connection.state !== 'opening') continue;
      if (nowMs - connection.since >= this.timeoutMs + lostMs) yield connection;
    }
  }

  #sweep(periodMs: number): void {
    const nowMs = performance.now();
    const lostMs = this.#delays.look(nowMs, periodMs);
    const opener = this.#opener;
    if (opener === null) {
      this.sweepSlice(nowMs, lostMs);
      return;
    }
    for (const connection of this.overdue(nowMs, lostMs)) {
      const message = this.silence(connection);
      connection.drop();
      connection.openFailures++;
      opener.settleSilent(message);
    }
  }

  /** Opens what is closed, outside of any slice. Resolves to the last refusal, null when there was none. */
  async #openClosed(): Promise<Told | null> {
    const closed = this.connections.filter(({ state }) => state === 'closed');
    if (closed.length === 0 || this.#isDisposed) return null;
    this.#opener = new Opener(closed);
    const refusal = await this.#opener.run();
    this.#opener = null;
    await this.afterOpening();
    return refusal;
  }
}
