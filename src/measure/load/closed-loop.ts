/**
 * The books of one slice in a closed loop: what is still to be taken up, what is in flight, how it
 * ended, and when to stop trying. Pure.
 */
import type { ErrorCounts, ErrorKind } from './protocol.ts';
import { noErrors } from './session.ts';

const FEWEST_TIMEOUTS_TO_GIVE_UP = 8;

export class SliceBooks {
  readonly #timeoutMs: number;
  #next: number;
  #lastAnswerMs: number;
  #lastError: ErrorKind = 'timeout';
  /** Work that nothing has taken up yet. */
  untaken: number;
  /** Taken up, and neither good nor failed. */
  active = 0;
  good = 0;
  readonly errors: ErrorCounts = noErrors();
  gaveUp: ErrorKind | null = null;

  /** `first`: number of the slice's first piece of work. */
  constructor(work: number, first: number, timeoutMs: number, nowMs: number) {
    this.untaken = work;
    this.#next = first;
    this.#timeoutMs = timeoutMs;
    this.#lastAnswerMs = nowMs;
  }

  get isOver(): boolean {
    return this.untaken === 0 && this.active === 0;
  }

  /** Takes up the next piece of work; returns its number. */
  take(): number {
    this.untaken--;
    this.active++;
    return this.#next++;
  }

  succeed(nowMs: number): void {
    this.active--;
    this.good++;
    this.#lastAnswerMs = nowMs;
  }

  fail(kind: ErrorKind, nowMs: number): void {
    this.active--;
    this.errors[kind]++;
    this.#lastError = kind;
    // Also these are whole answers.
    if (kind === 'status' || kind === 'body') this.#lastAnswerMs = nowMs;
  }

  /** What is in flight or not taken up fails as `kind`. */
  giveUp(kind: ErrorKind): void {
    this.errors[kind] += this.active + this.untaken;
    this.active = 0;
    this.untaken = 0;
    this.gaveUp = kind;
  }

  /** Why to stop trying, by what failed so far; null: go on. `width`: how much can be in flight. */
  hopeless(width: number, nowMs: number): ErrorKind | null {
    if (this.errors.timeout >= Math.max(width, FEWEST_TIMEOUTS_TO_GIVE_UP)) return 'timeout';
    return nowMs - this.#lastAnswerMs > 2 * this.#timeoutMs ? this.#lastError : null;
  }
}
