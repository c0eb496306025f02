/**
 * Opens a share of the connections on a schedule that does not wait for the server: a slow accept delays
 * its own connection and no other. Only the number of attempts that are pending at once is bounded.
 */

import { LatencyHistogram } from '../histogram.ts';
import { machineMs } from '../session.ts';
import { sweepPeriodMs } from '../shared/give-up.ts';
import { OwnDelays } from '../shared/own-delays.ts';
import type { Told } from '../unexpected.ts';
import type { HeldConnection } from './connection.ts';
import type { OpenedShare } from './results.ts';
import type { Samples } from './samples.ts';
import { blameOf } from './sources.ts';

export interface OpeningTerms {
  /** When connection 0 of all is due, by `machineMs`; this share's connection k is due `offsetMs + k × everyMs` later. */
  startAtMs: number;
  offsetMs: number;
  everyMs: number;
  timeoutMs: number;
  /** Whether another port can be tried where one is taken. */
  hasSources: boolean;
}

/** Attempts that may be pending: what two seconds of the schedule bring, so that lost SYNs (sent again after 1 s) hold up nothing. */
const PENDING_S = 2;
const PENDING_AT_LEAST = 64;
/** Ports that are tried for one connection. */
const PORTS_TRIED = 64;

interface Attempt {
  connection: HeldConnection;
  sinceMs: number;
  ports: number;
  isSettled: boolean;
}

/** This machine cannot open more connections: nothing is known of the server. */
export class HoldImpossible extends Error {}

export class Opening {
  readonly #connections: readonly HeldConnection[];
  readonly #terms: OpeningTerms;
  readonly #samples: Samples;
  readonly #mostPending: number;
  readonly #connects = new LatencyHistogram();
  /** In the order of their beginnings; the settled ones at its front are forgotten. */
  #attempts: Attempt[] = [];
  readonly #pending = new Map<HeldConnection, Attempt>();
  #next = 0;
  #opened = 0;
  #refused = 0;
  #timedOut = 0;
  /** Timed out since the last one opened or was refused. */
  #silence = 0;
  #lastMs = 0;
  #timer: NodeJS.Timeout | null = null;
  /** After which the timer comes. */
  #pauseMs = 0;
  /** Null until it runs. */
  #delays: OwnDelays | null = null;
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(connections: readonly HeldConnection[], terms: OpeningTerms, samples: Samples) {
    this.#connections = connections;
    this.#terms = terms;
    this.#samples = samples;
    const inTwoSeconds = (1000 * PENDING_S) / terms.everyMs;
    this.#mostPending = Math.max(PENDING_AT_LEAST, Math.ceil(inTwoSeconds));
  }

  /** Resolves when each connection is opened, refused or timed out. Rejects with HoldImpossible. */
  async run(): Promise<OpenedShare> {
    const firstMs = this.#dueMs(0);
    this.#lastMs = firstMs;
    this.#delays = new OwnDelays(this.#terms.timeoutMs, machineMs());
    await new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#tick();
    });
    return {
      opened: this.#opened,
      refused: this.#refused,
      timedOut: this.#timedOut,
      firstMs,
      lastMs: this.#lastMs,
      connects: this.#connects.encode(),
      samples: this.#samples.take(),
    };
  }

  stop(): void {
    this.#fail(new Error('the opening was stopped'));
  }

  onOpen(connection: HeldConnection): void {
    const attempt = this.#end(connection);
    if (attempt === null) return;
    this.#opened++;
    this.#silence = 0;
    this.#connects.record(1000 * (this.#lastMs - attempt.sinceMs));
    this.#finishIfDone();
  }

  onRefusal(connection: HeldConnection, message: Told, error: Error | null): void {
    const attempt = this.#pending.get(connection);
    if (attempt === undefined) return;
    const blame = error === null ? 'server' : blameOf(error);
    if (blame === 'port' && this.#terms.hasSources && ++attempt.ports < PORTS_TRIED) {
      connection.open();
      return;
    }
    if (blame !== 'server') {
      this.#fail(
        new HoldImpossible(
          `this machine cannot open more than ${this.#opened} connections in one process: ${message}`,
        ),
      );
      return;
    }
    this.#end(connection);
    this.#refused++;
    this.#silence = 0;
    this.#samples.add('connect', message);
    this.#finishIfDone();
  }

  /** Begins what is due, gives up what is overdue, and comes back for the rest. */
  #tick(): void {
    this.#timer = null;
    if (this.#settle === null) return;
    const nowMs = machineMs();
    const lostMs = this.#delays?.look(nowMs, this.#pauseMs) ?? 0;
    this.#giveUpOverdue(nowMs, this.#terms.timeoutMs + lostMs);
    while (this.#next < this.#connections.length && this.#pending.size < this.#mostPending) {
      if (this.#dueMs(this.#next) > nowMs) break;
      this.#begin(this.#connections[this.#next++] as HeldConnection);
    }
    if (this.#finishIfDone()) return;
    const toNext =
      this.#next < this.#connections.length ? this.#dueMs(this.#next) - nowMs : this.#sweepMs;
    this.#pauseMs = Math.min(this.#sweepMs, Math.max(1, Math.ceil(toNext)));
    this.#timer = setTimeout(() => this.#tick(), this.#pauseMs);
  }

  #begin(connection: HeldConnection): void {
    const attempt: Attempt = { connection, sinceMs: machineMs(), ports: 0, isSettled: false };
    this.#attempts.push(attempt);
    this.#pending.set(connection, attempt);
    connection.open();
  }

  #silent(): string {
    const { timeoutMs } = this.#terms;
    return `no connection after ${timeoutMs} ms: the server has not accepted it, or not finished its handshake`;
  }

  /** A server that is silent for as many as may be pending is not asked for all the others. */
  #giveUpOverdue(nowMs: number, patienceMs: number): void {
    let front = 0;
    for (const attempt of this.#attempts) {
      if (!attempt.isSettled) {
        if (nowMs - attempt.sinceMs < patienceMs) break;
        this.#end(attempt.connection);
        attempt.connection.close();
        this.#timedOut++;
        this.#silence++;
        this.#samples.add('connect', this.#silent());
      }
      front++;
    }
    if (front > 0) this.#attempts = this.#attempts.slice(front);
    if (this.#silence < this.#mostPending) return;
    this.#timedOut += this.#connections.length - this.#next;
    this.#next = this.#connections.length;
  }

  #end(connection: HeldConnection): Attempt | null {
    const attempt = this.#pending.get(connection);
    if (attempt === undefined) return null;
    this.#pending.delete(connection);
    attempt.isSettled = true;
    this.#lastMs = machineMs();
    return attempt;
  }

  #finishIfDone(): boolean {
    if (this.#next < this.#connections.length || this.#pending.size > 0) return false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#settle?.resolve();
    this.#settle = null;
    return true;
  }

  #fail(error: Error): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#settle?.reject(error);
    this.#settle = null;
  }

  #dueMs(index: number): number {
    const { startAtMs, offsetMs, everyMs } = this.#terms;
    return startAtMs + offsetMs + index * everyMs;
  }

  get #sweepMs(): number {
    return sweepPeriodMs(this.#terms.timeoutMs);
  }
}
