/**
 * Numbers of requests whose values are new each time. No two requests of an arm have the same one in a whole run, whatever scenario,
 * start of its server or process they are of: its database outlives all of these. The gate gives them out, a first one for
 * each time that a load is opened; the processes which share the load count on from there, and tell how far they came.
 */
import type { Arm } from '../terms/arm.ts';
import type { Share } from './prepared-request.ts';

/** Of one process, for one time that its load is open. */
export class Numbers {
  readonly #share: Share;
  readonly #first: number;
  #given = 0;

  constructor(share: Share, first = 0) {
    this.#share = share;
    this.#first = first;
  }

  next(): number {
    return this.#first + this.#given++ * this.#share.of + this.#share.index;
  }

  /** None of its numbers is as large as this. */
  get end(): number {
    if (this.#given === 0) return this.#first;
    return this.#first + (this.#given - 1) * this.#share.of + this.#share.index + 1;
  }
}

/** This process's share of a load; without `numbers` they begin at 0. */
export interface OwnShare extends Share {
  numbers?: Numbers;
}

export function numbersOf(share: OwnShare): Numbers {
  return share.numbers ?? new Numbers(share);
}

const used = new Map<Arm, number>();

/** The first that no request of the arm had yet. */
export function firstNumberOf(arm: Arm): number {
  return used.get(arm) ?? 0;
}

/** All below `end` have been had. */
export function useNumbers(arm: Arm, end: number): void {
  used.set(arm, Math.max(end, firstNumberOf(arm)));
}
