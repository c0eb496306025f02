/** The accounting of one slice of echoes, and its clock: whatever is told, good + errors = work in the end. */

import { type Arrivals, latenciesOf } from '../arrivals.ts';
import type { ErrorKind } from '../results.ts';
import type { OnError, SessionSlice } from '../session.ts';
import { SliceAccounting } from '../shared/slice-accounting.ts';
import { SliceClock } from '../shared/slice-clock.ts';
import type { Told } from '../unexpected.ts';

export class EchoRun {
  readonly arrivals: Arrivals;
  readonly accounting: SliceAccounting;
  readonly #clock = new SliceClock();
  readonly #onError: OnError;

  constructor(arrivals: Arrivals, timeoutMs: number, onError: OnError) {
    this.arrivals = arrivals;
    this.accounting = new SliceAccounting(arrivals, 0, timeoutMs, this.#clock.startMs);
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
    const { good, errors, resent, gaveUp } = this.accounting;
    return {
      ...this.#clock.timed,
      good,
      errors,
      resent,
      ...latenciesOf(this.arrivals),
      gaveUp,
    };
  }

  /** Stops the clock when all is over. The arrivals may drain after the last echo, with nothing to hear of any more. */
  #settle(): void {
    if (!this.accounting.isOver) return;
    this.#clock.stop();
  }
}
