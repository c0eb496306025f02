/** The accounting of one slice of echoes, and its clock: whatever is told, good + errors = work in the end. */

import { type Arrivals, latenciesOf } from '../arrivals.ts';
import type { ErrorKind } from '../protocol.ts';
import { machineMs, type OnError, type SessionSlice } from '../session.ts';
import { SliceAccounting } from '../slice-accounting.ts';
import type { Told } from '../unexpected.ts';

export class EchoRun {
  readonly arrivals: Arrivals;
  readonly accounting: SliceAccounting;
  readonly #startedAtMs = machineMs();
  readonly #cpuBefore = process.cpuUsage();
  readonly #startMs = performance.now();
  readonly #onError: OnError;
  #durationMs = 0;
  #cpuUs = 0;

  constructor(arrivals: Arrivals, timeoutMs: number, onError: OnError) {
    this.arrivals = arrivals;
    this.accounting = new SliceAccounting(arrivals, 0, timeoutMs, this.#startMs);
    this.#onError = onError;
  }

  /** Nothing is in flight, and nothing more will become due: the clock has stopped. */
  get isOver(): boolean {
    return this.accounting.isOver;
  }

  succeed(sinceMs: number, nowMs: number): void {
    this.accounting.succeed(sinceMs, nowMs);
    this.#settle();
  }

  fail(kind: ErrorKind, message: Told, sinceMs: number, nowMs: number): void {
    this.#onError(kind, message);
    this.accounting.fail(kind, sinceMs, nowMs);
    this.#settle();
  }

  /** Everything that is left fails. `sinces`: of what is in flight. */
  giveUp(kind: ErrorKind, sinces: Iterable<number> = []): void {
    this.accounting.giveUp(kind, performance.now(), sinces);
    this.#settle();
  }

  result(): SessionSlice {
    if (this.#durationMs === 0) this.#settle();
    const { good, errors, gaveUp } = this.accounting;
    return {
      startedAtMs: this.#startedAtMs,
      durationUs: this.#durationMs * 1000,
      good,
      errors,
      generatorCpuUs: this.#cpuUs,
      ...latenciesOf(this.arrivals),
      gaveUp,
    };
  }

  /** Stops the clock when all is over. The arrivals may drain after the last echo, with nothing to hear of any more. */
  #settle(): void {
    if (!this.accounting.isOver) return;
    this.#durationMs = performance.now() - this.#startMs;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    this.#cpuUs = user + system;
  }
}
