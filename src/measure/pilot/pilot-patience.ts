/**
 * How long the first load on a server may wait for answers that do not come. Each slice of a load that is answered in part ends by
 * itself, but every one of them may take a request's whole time, and a pilot run has dozens.
 */

import { workOf } from '../../config/experiment/describe-load.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { ErrorCounts } from '../../load/results.ts';
import type { Arm } from '../../terms/arm.ts';
import { type LiveArms, serverFor } from '../arms/running-arms.ts';
import { exampleOf, type Sliced, symptomsOf } from '../loading/load-blame.ts';
import { inFlightOf } from '../loading/work-units.ts';

/** So many times a request's own time. */
const TIMEOUTS = 2;
/** Of a request's own time: to open connections takes so long only where one of them is silent. */
const OPENING_SHARE = 0.8;

export class PilotPatience {
  readonly #live: LiveArms;
  readonly #scenario: Scenario;
  readonly #arm: Arm;
  #waitedMs = 0;
  #openingMs = 0;
  #failed = 0;
  #asked = 0;

  constructor(live: LiveArms, scenario: Scenario, arm: Arm) {
    this.#live = live;
    this.#scenario = scenario;
    this.#arm = arm;
  }

  /**
   * Each load opens first what is not open, and waits for it: where some connections work and others are never finished, that is all
   * that is wrong. `wholeMs`: of the load, with that. Throws the arm's failure when too much of it went by.
   */
  opened({ slices }: Sliced, wholeMs: number): void {
    const { timeoutMs, tls } = this.#scenario;
    const loadedMs = slices.reduce((sum, { durationUs }) => sum + durationUs / 1000, 0);
    if (wholeMs - loadedMs >= OPENING_SHARE * timeoutMs) this.#openingMs += wholeMs - loadedMs;
    if (this.#openingMs < TIMEOUTS * timeoutMs) return;
    const isUnfinishedTls = tls !== null;
    const what =
      `some of the ${inFlightOf(this.#scenario)} connections are open, and others are not after ${timeoutMs} ms, again and again` +
      `${isUnfinishedTls ? ': the server does not finish their TLS handshakes' : '. Does it accept so many? Ask for fewer `connections`'}`;
    throw serverFor(this.#live, this.#arm).failure('connect', what, { isUnfinishedTls });
  }

  /** Counts what was just loaded. Throws the arm's failure when too much time went by in slices with requests that had no answer. */
  saw(sliced: Sliced): void {
    for (const { durationUs, good, errors } of sliced.slices) {
      const silent = silentOf(errors);
      if (silent === 0) continue;
      this.#waitedMs += durationUs / 1000;
      this.#failed += silent;
      this.#asked += good + Object.values(errors).reduce((a, b) => a + b, 0);
    }
    const { timeoutMs } = this.#scenario;
    if (this.#waitedMs < TIMEOUTS * timeoutMs) return;
    const seen = exampleOf(sliced, this.#arm);
    const what =
      `${this.#failed} of ${this.#asked} ${workOf(this.#scenario)}s of the first load had no answer, and ${Math.round(this.#waitedMs / 1000)} s went by` +
      `${seen === null ? '' : `, for example: ${seen}`}. Does it serve ${inFlightOf(this.#scenario)} at once? ` +
      'Ask for fewer `connections`, or allow a longer `timeout`';
    const symptoms = symptomsOf(this.#live, sliced, this.#arm);
    throw serverFor(this.#live, this.#arm).failure('no-answer', what, symptoms);
  }
}

function silentOf({ timeout, connect }: ErrorCounts): number {
  return timeout + connect;
}
