/**
 * Whether a server answers each question by a failure, and prints each time an error that does not pass by itself: it will not be ready, however
 * long it is waited for. Of any other error nobody can tell. A client may wait for its database in silence, while code that uses it
 * fails; a table may be on its way. Pure.
 */

/** By 503 a server says itself that it is to be asked again. */
const FAILURES: readonly number[] = [500, 502];
/** Who makes a user beside the server, or opens a socket to it, takes a moment. */
const FAILS_MS = 10_000;
/** Of the questions. The log may be a little behind, and something else may print such an error now and then. */
const PRINTED = 0.5;

export class Failures {
  /** Answers in a row that were one, since when, and how many errors there were before. */
  #row = { answers: 0, sinceMs: 0, before: 0 };

  /** `errors`: how many of them it has printed by now. `status`: null where it gave none. */
  answered(status: number | null, errors: number, nowMs: number): void {
    if (status === null || !FAILURES.includes(status)) this.end();
    else if (this.#row.answers++ === 0) {
      this.#row.sinceMs = nowMs;
      this.#row.before = errors;
    }
  }

  end(): void {
    this.#row.answers = 0;
  }

  /** How often it has printed the error meanwhile, where it is so; else 0. */
  times(errors: number, nowMs: number): number {
    const { answers, sinceMs, before } = this.#row;
    if (answers === 0 || nowMs - sinceMs < FAILS_MS) return 0;
    const printed = errors - before;
    return printed >= PRINTED * answers ? printed : 0;
  }
}
