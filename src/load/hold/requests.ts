/**
 * Requests at a fixed rate over all held connections (open loop): each has its moment and is timed from
 * it, also when every connection is still busy with another. Nothing is sent twice. Each ends, at the
 * latest `timeoutMs` after its moment; its connection stays busy until its answer comes after all.
 */

import type { ErrorCounts, ErrorKind } from '../results.ts';
import { machineMs, noErrors } from '../session.ts';
import { sweepPeriodMs } from '../shared/give-up.ts';
import { OwnDelays } from '../shared/own-delays.ts';
import type { Told } from '../unexpected.ts';
import type { HeldConnection } from './connection.ts';
import type { Pacer } from './pacer.ts';
import type { HeldShare } from './results.ts';
import { Turns } from './round-robin.ts';
import type { Samples } from './samples.ts';
import { HeldSegments } from './segments.ts';

export interface RequestTerms {
  /** First moment, by `machineMs`, the time between two, and how many. */
  firstMs: number;
  everyMs: number;
  count: number;
  /** Number of this share's request k over all processes. */
  numberOf: (k: number) => number;
  /** So many requests in a row, over all processes, make a segment. */
  segmentSize: number;
  timeoutMs: number;
  /** Not over before, by `machineMs`. */
  endMs: number;
}

interface Request {
  number: number;
  dueMs: number;
  isOver: boolean;
}

const LATE_MS = 1;

export class Requests {
  readonly #turns: Turns;
  readonly #terms: RequestTerms;
  readonly #samples: Samples;
  readonly #segments: HeldSegments;
  readonly #errors: ErrorCounts = noErrors();
  readonly #underWay = new Map<HeldConnection, Request>();
  /** Those that no connection was free for, and all that are not over, in order of their moments. */
  #waiting: Request[] = [];
  #open: Request[] = [];
  #released = 0;
  #settled = 0;
  #good = 0;
  #sweeper: NodeJS.Timeout | null = null;
  #finish: (() => void) | null = null;

  constructor(connections: readonly HeldConnection[], terms: RequestTerms, samples: Samples) {
    this.#turns = new Turns(connections);
    this.#terms = terms;
    this.#samples = samples;
    this.#segments = new HeldSegments(terms.segmentSize);
  }

  /** Resolves when every request is over and the time has passed. */
  async run(pacer: Pacer): Promise<HeldShare> {
    const { firstMs, everyMs, count, timeoutMs } = this.#terms;
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      const periodMs = sweepPeriodMs(timeoutMs);
      const delays = new OwnDelays(timeoutMs, machineMs());
      const sweep = () => this.#sweep(timeoutMs + delays.look(machineMs(), periodMs));
      this.#sweeper = setInterval(sweep, periodMs);
      pacer.run(firstMs, everyMs, count, () => this.#release());
    });
    return {
      scheduled: count,
      good: this.#good,
      errors: this.#errors,
      segments: this.#segments.all(),
      samples: this.#samples.take(),
    };
  }

  /** Ends at once; what is not over never will be. */
  stop(): void {
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#finish?.();
    this.#finish = null;
  }

  onAnswer(connection: HeldConnection): void {
    const request = this.#take(connection);
    if (request !== null && !request.isOver) {
      this.#good++;
      this.#settle(request);
    }
    this.#goOn(connection);
  }

  onFailure(connection: HeldConnection, kind: ErrorKind, message: Told): void {
    const request = this.#take(connection);
    if (request !== null && !request.isOver) this.#fail(request, kind, message);
    this.#goOn(connection);
  }

  /** After the last connection is gone nothing waits for another. */
  onLoss(): void {
    if (this.#turns.areOver()) this.#failWaiting();
  }

  #release(): void {
    if (this.#finish === null) return;
    const nowMs = machineMs();
    while (this.#released < this.#terms.count) {
      const dueMs = this.#terms.firstMs + this.#released * this.#terms.everyMs;
      if (dueMs > nowMs) break;
      const number = this.#terms.numberOf(this.#released++);
      const request: Request = { number, dueMs, isOver: false };
      this.#segments.released(number, dueMs, nowMs - dueMs > LATE_MS);
      this.#open.push(request);
      const connection = this.#waiting.length > 0 ? null : this.#turns.next();
      if (connection !== null) this.#send(connection, request);
      else this.#waiting.push(request);
    }
    this.onLoss();
  }

  #send(connection: HeldConnection, request: Request): void {
    this.#underWay.set(connection, request);
    connection.ask(request.number);
  }

  /** Its request is over; the connection is free, or closed. */
  #take(connection: HeldConnection): Request | null {
    const request = this.#underWay.get(connection) ?? null;
    this.#underWay.delete(connection);
    return request;
  }

  #goOn(connection: HeldConnection): void {
    if (connection.state !== 'idle') return;
    let request = this.#waiting.shift();
    while (request?.isOver) request = this.#waiting.shift();
    if (request !== undefined) this.#send(connection, request);
  }

  #fail(request: Request, kind: ErrorKind, message: Told): void {
    this.#errors[kind]++;
    this.#samples.add(kind, message);
    this.#settle(request);
  }

  #settle(request: Request): void {
    request.isOver = true;
    this.#settled++;
    this.#segments.ended(request.number, request.dueMs, machineMs());
  }

  #failWaiting(): void {
    for (const request of this.#waiting) {
      if (!request.isOver) this.#fail(request, 'closed', 'no connection is left to send it on');
    }
    this.#waiting = [];
  }

  #sweep(patienceMs: number): void {
    const nowMs = machineMs();
    // Were the pacer's thread late, or gone, the requests still come.
    this.#release();
    let front = 0;
    for (const request of this.#open) {
      if (!request.isOver) {
        if (nowMs - request.dueMs < patienceMs) break;
        this.#fail(request, 'timeout', `no answer after ${this.#terms.timeoutMs} ms`);
      }
      front++;
    }
    this.#open = this.#open.slice(front);
    if (this.#settled === this.#terms.count && nowMs >= this.#terms.endMs) this.stop();
  }
}
