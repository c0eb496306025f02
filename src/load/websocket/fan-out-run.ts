/** The accounting of one slice of deliveries: whatever is told, good + errors = work in the end. */
import type { Latencies } from '../latencies.ts';
import type { ErrorCounts, ErrorKind } from '../results.ts';
import { noErrors, type OnError, type SessionSlice } from '../session.ts';
import { SliceClock } from '../shared/slice-clock.ts';
import type { Told } from '../unexpected.ts';

export class FanOutRun {
  readonly #clock = new SliceClock();
  readonly #latencies: Latencies;
  readonly #onError: OnError;
  readonly #errors: ErrorCounts = noErrors();
  #good = 0;
  #left: number;
  #gaveUp: ErrorKind | null = null;
  #lastAnswerMs = this.#clock.startMs;
  #lastError: ErrorKind = 'timeout';

  constructor(work: number, latencies: Latencies, onError: OnError) {
    this.#left = work;
    this.#latencies = latencies;
    this.#onError = onError;
    latencies.reset(work);
  }

  /** Work that has neither succeeded nor failed. When it reaches 0 the clock has stopped. */
  get left(): number {
    return this.#left;
  }

  get timeouts(): number {
    return this.#errors.timeout;
  }

  get lastAnswerMs(): number {
    return this.#lastAnswerMs;
  }

  get lastError(): ErrorKind {
    return this.#lastError;
  }

  /** One piece of work was answered as expected. Beyond the work asked for it counts nothing. */
  succeed(sinceMs: number, nowMs: number): void {
    this.#lastAnswerMs = nowMs;
    if (this.#left === 0) return;
    this.#latencies.add(nowMs - sinceMs);
    this.#good++;
    this.#settle(1);
  }

  /** One failure. Beyond the work asked for it takes the place of a success, so that none is hidden. */
  fail(kind: ErrorKind, message: Told, nowMs: number): void {
    if (kind === 'body') this.#lastAnswerMs = nowMs;
    this.#lastError = kind;
    this.#onError(kind, message);
    if (this.#left > 0) {
      this.#errors[kind]++;
      this.#settle(1);
    } else if (this.#good > 0) {
      this.#good--;
      this.#errors[kind]++;
    }
  }

  /** Everything that is left fails. */
  giveUp(kind: ErrorKind): void {
    if (this.#left === 0) return;
    this.#gaveUp = kind;
    this.#errors[kind] += this.#left;
    this.#settle(this.#left);
  }

  result(): SessionSlice {
    return {
      ...this.#clock.timed,
      good: this.#good,
      errors: this.#errors,
      // What reaches many is never sent twice.
      resent: 0,
      medianLatencyUs: this.#latencies.median() * 1000,
      // Of a delivery, not of a piece of work that was in flight.
      meanLatencyUs: null,
      gaveUp: this.#gaveUp,
    };
  }

  #settle(count: number): void {
    this.#left -= count;
    if (this.#left > 0) return;
    this.#clock.stop();
  }
}
