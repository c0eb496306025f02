/**
 * Page's CUSUM (Biometrika 41, 1954) over steps from commit to commit: what single steps are too small to show adds up, while
 * noise goes to and fro. It is online: what it says of a step needs no later one. Pure.
 */

export interface CusumOptions {
  /** In standard deviations of a step: what every step must have beyond noise. */
  readonly slack: number;
  /** In standard deviations: the sum at which a drift is called one. */
  readonly bound: number;
}

export interface Drift {
  /** Index of its first step, and of its last one. */
  readonly first: number;
  readonly last: number;
}

/**
 * Chosen by simulation (test/history/trends/rates.long.test.ts): few false alarms first, then as early as that allows.
 */
const DRIFT: CusumOptions = { slack: 0.5, bound: 8 };

/** `steps`: in standard deviations of one without a change. Drifts do not overlap, and come in order. */
export function driftsOf(
  steps: readonly number[],
  { slack, bound }: CusumOptions = DRIFT,
): Drift[] {
  const drifts: Drift[] = [];
  let next = 0;
  while (next < steps.length) {
    const one = firstDrift(steps, next, slack, bound);
    if (one === null) break;
    drifts.push(one);
    next = one.last + 1;
  }
  return drifts;
}

function firstDrift(
  steps: readonly number[],
  from: number,
  slack: number,
  bound: number,
): Drift | null {
  const up = new Side(1, from);
  const down = new Side(-1, from);
  for (let i = from; i < steps.length; i++) {
    for (const side of [up, down]) {
      if (side.add(steps[i] as number, i, slack) < bound) continue;
      return { first: side.start, last: endOf(steps, i, side, slack, bound) };
    }
  }
  return null;
}

/** The drift goes on until its sum has fallen as far as it had to rise; it ended where the sum was largest. */
function endOf(
  steps: readonly number[],
  alarm: number,
  side: Side,
  slack: number,
  bound: number,
): number {
  let last = alarm;
  let most = side.sum;
  for (let i = alarm + 1; i < steps.length; i++) {
    const sum = side.add(steps[i] as number, i, slack);
    if (sum > most) {
      most = sum;
      last = i;
    }
    if (sum < most - bound / 2) break;
  }
  return last;
}

class Side {
  readonly #sign: number;
  sum = 0;
  start: number;

  constructor(sign: number, start: number) {
    this.#sign = sign;
    this.start = start;
  }

  add(step: number, index: number, slack: number): number {
    if (this.sum === 0) this.start = index;
    this.sum = Math.max(0, this.sum + this.#sign * step - slack);
    return this.sum;
  }
}
