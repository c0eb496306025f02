/** How the work of a slice becomes due, and what is noted of each piece. */
import { LatencyHistogram } from './histogram.ts';
import { Latencies } from './latencies.ts';
import type { SliceResult } from './results.ts';

/** One run of one of these. All times are `performance.now`'s. */
export interface Arrivals {
  /** Pieces of work that are due and that nothing has taken up. */
  readonly untaken: number;
  /** Nothing is due, and nothing will be. */
  readonly isDrained: boolean;
  /** Pieces come by a clock, so that there are times with nothing to do. */
  readonly isOpenLoop: boolean;
  /** Begins. `wake` is called, never from inside a call of the arrivals, when work has become due or when they have drained. */
  start(startMs: number, wake: () => void): void;
  /** Takes up the next piece. Returns since when it counts. Only while something is due. */
  take(nowMs: number): number;
  /** A good answer. */
  onAnswer(sinceMs: number, nowMs: number): void;
  /** A failure; `isWhole`: it was a whole answer, but not the expected one. */
  onFailure(sinceMs: number, nowMs: number, isWhole: boolean): void;
  /** Drains them at once. Returns how many pieces were never taken up; of arrivals without a number only those that were due. */
  abandon(nowMs: number): number;
}

/** Everything is due at once: a closed loop of so much work. */
export class FixedCount implements Arrivals {
  readonly isOpenLoop = false;
  readonly #latencies: Latencies;
  untaken: number;

  /** `latencies`: a buffer that may be used again and again. */
  constructor(work: number, latencies = new Latencies()) {
    this.untaken = work;
    this.#latencies = latencies;
    latencies.reset(work);
  }

  get isDrained(): boolean {
    return this.untaken === 0;
  }

  start(): void {}

  take(nowMs: number): number {
    this.untaken--;
    return nowMs;
  }

  onAnswer(sinceMs: number, nowMs: number): void {
    this.#latencies.add(nowMs - sinceMs);
  }

  onFailure(sinceMs: number, nowMs: number, isWhole: boolean): void {
    if (isWhole) this.#latencies.add(nowMs - sinceMs);
  }

  abandon(): number {
    const left = this.untaken;
    this.untaken = 0;
    return left;
  }

  /** Microseconds from the write to the whole answer. */
  latenciesUs(): Pick<SliceResult, 'medianLatencyUs' | 'meanLatencyUs'> {
    const mean = this.#latencies.mean();
    return {
      medianLatencyUs: 1000 * this.#latencies.median(),
      meanLatencyUs: mean === null ? null : 1000 * mean,
    };
  }
}

/** Arrivals by a clock have latencies of their own, in their histogram. */
export function latenciesOf(arrivals: Arrivals): ReturnType<FixedCount['latenciesUs']> {
  return arrivals instanceof FixedCount
    ? arrivals.latenciesUs()
    : { medianLatencyUs: 0, meanLatencyUs: null };
}

/** Later than this, the generator itself was late. */
const LATE_MS = 1;
/** A timer may be so much late; the rest is spun. */
const TIMER_ERROR_MS = 1.5;

/**
 * Each piece has its moment, evenly spaced, and counts from it, also when nothing was free to take it up:
 * an open loop, without coordinated omission (github.com/giltene/wrk2). A failure counts until it is
 * known, so that no request drops out of the latencies by failing.
 */
export class OpenLoopRate implements Arrivals {
  readonly isOpenLoop = true;
  readonly #work: number;
  readonly #intervalMs: number;
  readonly #offsetMs: number;
  readonly #histogram = new LatencyHistogram();
  #firstMs = 0;
  #released = 0;
  #taken = 0;
  #late = 0;
  #wake = () => {};
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #lastAnswerMs = 0;

  /** The first of `work` pieces is due `offsetMs` after the start. */
  constructor(work: number, perSecond: number, offsetMs = 0) {
    this.#work = work;
    this.#intervalMs = 1000 / perSecond;
    this.#offsetMs = offsetMs;
  }

  get untaken(): number {
    return this.#released - this.#taken;
  }

  get isDrained(): boolean {
    return this.#taken === this.#work;
  }

  /** Pieces that became due here more than a millisecond after their moment. */
  get late(): number {
    return this.#late;
  }

  /** From the first intended send to the last answer. */
  get durationMs(): number {
    return Math.max(0, this.#lastAnswerMs - this.#firstMs);
  }

  get latencies(): LatencyHistogram {
    return this.#histogram;
  }

  start(startMs: number, wake: () => void): void {
    this.#firstMs = startMs + this.#offsetMs;
    this.#lastAnswerMs = this.#firstMs;
    this.#wake = wake;
    this.#waitFor(this.#firstMs - startMs);
  }

  take(): number {
    return this.#dueMs(this.#taken++);
  }

  onAnswer(sinceMs: number, nowMs: number): void {
    this.#lastAnswerMs = nowMs;
    this.#histogram.record(1000 * (nowMs - sinceMs));
  }

  onFailure(sinceMs: number, nowMs: number): void {
    this.onAnswer(sinceMs, nowMs);
  }

  abandon(nowMs: number): number {
    const left = this.#work - this.#taken;
    while (this.#taken < this.#work) {
      // What was not due yet has not waited; it failed all the same.
      const dueMs = this.take();
      this.onFailure(Math.min(dueMs, nowMs), nowMs);
    }
    this.#released = this.#work;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    return left;
  }

  #release(): void {
    const nowMs = performance.now();
    const due = this.#dueUntil(nowMs);
    if (due > this.#released) {
      const overdue = this.#dueUntil(nowMs - LATE_MS);
      this.#late += Math.max(0, overdue - this.#released);
      this.#released = due;
      this.#wake();
    }
    if (this.#released < this.#work) this.#waitFor(this.#dueMs(this.#released) - performance.now());
  }

  #waitFor(ms: number): void {
    if (ms > 1 + TIMER_ERROR_MS) {
      this.#timer = setTimeout(() => this.#release(), Math.floor(ms - TIMER_ERROR_MS));
    } else {
      this.#immediate = setImmediate(() => this.#release());
    }
  }

  #dueMs(index: number): number {
    return this.#firstMs + index * this.#intervalMs;
  }

  /** Pieces whose moment has come by then. */
  #dueUntil(nowMs: number): number {
    const due = Math.floor((nowMs - this.#firstMs) / this.#intervalMs) + 1;
    return Math.min(this.#work, Math.max(0, due));
  }
}

/** As much work as can be done until the time is over: a closed loop without a break. */
export class FixedDuration implements Arrivals {
  readonly isOpenLoop = false;
  readonly #durationMs: number;
  readonly #answersPerMs: Uint32Array;
  #startMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
    this.#answersPerMs = new Uint32Array(Math.ceil(durationMs));
  }

  get untaken(): number {
    return this.#isOver ? 0 : Number.POSITIVE_INFINITY;
  }

  get isDrained(): boolean {
    return this.#isOver;
  }

  /** Good answers in each millisecond since the start. */
  get answersPerMs(): number[] {
    return [...this.#answersPerMs];
  }

  start(startMs: number, wake: () => void): void {
    this.#startMs = startMs;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      wake();
    }, this.#durationMs);
  }

  take(nowMs: number): number {
    return nowMs;
  }

  /** What comes after the end counts for nothing. */
  onAnswer(_sinceMs: number, nowMs: number): void {
    const bin = Math.floor(nowMs - this.#startMs);
    if (bin < this.#answersPerMs.length) {
      this.#answersPerMs[bin] = (this.#answersPerMs[bin] as number) + 1;
    }
  }

  onFailure(): void {}

  abandon(): number {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const wasOver = this.#isOver;
    this.#isOver = true;
    // The one that could not even be tried, so that a dead server is not without errors.
    return wasOver ? 0 : 1;
  }
}
