/**
 * The accounting of one slice: what is still to be taken up, what is in flight, how it ended, and when to stop
 * trying.
 */
import { type Arrivals, FixedCount } from '../arrivals.ts';
import type { ErrorCounts, ErrorKind } from '../results.ts';
import { noErrors } from '../session.ts';
import { BodySizes } from './body-sizes.ts';
import { timeoutsToGiveUp } from './give-up.ts';

/** A slice as its caller writes it: so much work at once, or something more particular. */
export function arrivalsOf(work: number | Arrivals, unit: 'request' | 'message'): Arrivals {
  if (typeof work !== 'number') return work;
  if (!Number.isSafeInteger(work) || work < 1) {
    throw new RangeError(`a slice needs at least 1 ${unit}, not ${work}`);
  }
  return new FixedCount(work);
}

export class SliceAccounting {
  readonly #arrivals: Arrivals;
  readonly #timeoutMs: number;
  #next: number;
  #lastAnswerMs: number;
  #lastError: ErrorKind = 'timeout';
  /** Taken up, and neither good nor failed. */
  active = 0;
  good = 0;
  /** Since when the piece counts that was taken up last. */
  since = 0;
  readonly errors: ErrorCounts = noErrors();
  /** Of good answers, where whoever counts them knows how long they are. */
  readonly sizes = new BodySizes();
  /** Pieces of work that were sent once more. */
  resent = 0;
  /** The last error code for which one was; null: for none. */
  resentFor: string | null = null;
  gaveUp: ErrorKind | null = null;
  /** What this process itself was late by lately: an answer may have come meanwhile. */
  lostMs = 0;

  /** `first`: number of the slice's first piece of work. */
  constructor(arrivals: Arrivals, first: number, timeoutMs: number, nowMs: number) {
    this.#arrivals = arrivals;
    this.#next = first;
    this.#timeoutMs = timeoutMs;
    this.#lastAnswerMs = nowMs;
  }

  /** Work that is due and that nothing has taken up yet. */
  get untaken(): number {
    return this.#arrivals.untaken;
  }

  get isOver(): boolean {
    return this.active === 0 && this.#arrivals.isDrained;
  }

  /** The first number behind what was taken up. */
  get next(): number {
    return this.#next;
  }

  /** Takes up the next piece of work; returns its number, and sets `since`. */
  take(nowMs: number): number {
    // Before there was anything to do, nobody was late with an answer.
    if (this.#arrivals.isOpenLoop && this.active === 0) this.#lastAnswerMs = nowMs;
    this.since = this.#arrivals.take(nowMs);
    this.active++;
    return this.#next++;
  }

  succeed(sinceMs: number, nowMs: number): void {
    this.active--;
    this.good++;
    this.#lastAnswerMs = nowMs;
    this.#arrivals.onAnswer(sinceMs, nowMs);
  }

  fail(kind: ErrorKind, sinceMs: number, nowMs: number): void {
    this.active--;
    this.errors[kind]++;
    this.#lastError = kind;
    // Also these are whole answers.
    const isWhole = kind === 'status' || kind === 'body';
    if (isWhole) this.#lastAnswerMs = nowMs;
    this.#arrivals.onFailure(sinceMs, nowMs, isWhole);
  }

  /** What is in flight or not taken up fails as `kind`. `sinces`: of what is in flight. */
  giveUp(kind: ErrorKind, nowMs: number, sinces: Iterable<number> = []): void {
    for (const since of sinces) this.#arrivals.onFailure(since, nowMs, false);
    const untaken = this.#arrivals.abandon(nowMs);
    this.errors[kind] += this.active + untaken;
    this.#next += untaken;
    this.active = 0;
    this.gaveUp = kind;
  }

  /** Why to stop trying, by what failed so far; null: go on. `width`: how much can be in flight. */
  hopeless(width: number, nowMs: number): ErrorKind | null {
    if (this.errors.timeout >= timeoutsToGiveUp(width)) return 'timeout';
    const isIdle = this.#arrivals.isOpenLoop && this.active === 0 && this.untaken === 0;
    if (isIdle) return null;
    const patienceMs = 2 * this.#timeoutMs + this.lostMs;
    return nowMs - this.#lastAnswerMs > patienceMs ? this.#lastError : null;
  }
}
