/**
 * How long the first load on a server may wait for answers that do not come. Each slice of a load that is answered in part ends by
 * itself, but every one of them may take a request's whole time, and a pilot run has dozens.
 */

import type { Scenario } from '../config/scenario.ts';
import type { ErrorCounts } from '../load/results.ts';
import type { Arm } from '../terms/arm.ts';
import { exampleOf, type Sliced, serverFor, symptomsOf } from './load-blame.ts';
import type { LiveArms } from './running-arms.ts';
import { inFlightOf } from './work-units.ts';

/** So many times a request's own time. */
const TIMEOUTS = 2;

export class PilotPatience {
  readonly #live: LiveArms;
  readonly #scenario: Scenario;
  readonly #arm: Arm;
  #waitedMs = 0;
  #failed = 0;
  #asked = 0;

  constructor(live: LiveArms, scenario: Scenario, arm: Arm) {
    this.#live = live;
    this.#scenario = scenario;
    this.#arm = arm;
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
      `${this.#failed} of ${this.#asked} requests of the first load had no answer, and ${Math.round(this.#waitedMs / 1000)} s went by` +
      `${seen === null ? '' : `, for example: ${seen}`}. Does it serve ${inFlightOf(this.#scenario)} at once? ` +
      'Ask for fewer `connections`, or allow a longer `timeout`';
    const symptoms = symptomsOf(this.#live, sliced, this.#arm);
    throw serverFor(this.#live, this.#arm).failure('no-answer', what, symptoms);
  }
}

function silentOf({ timeout, connect }: ErrorCounts): number {
  return timeout + connect;
}
