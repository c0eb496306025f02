/** Whose turn it is: every connection comes once before any comes twice, neighbours far apart. */
import type { HeldConnection } from './connection.ts';

/** The golden ratio's share of a whole spreads any number of turns evenly. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export class Turns {
  /** Those that are not closed, or were not when their turn came last. */
  #connections: HeldConnection[];
  #stride: number;
  #at = 0;

  constructor(connections: readonly HeldConnection[]) {
    this.#connections = connections.filter(isOpen);
    this.#stride = strideOf(this.#connections.length);
  }

  /** The next one that is idle; null when all are busy or closed. */
  next(): HeldConnection | null {
    const { length } = this.#connections;
    let closed = 0;
    let found: HeldConnection | null = null;
    for (let tried = 0; tried < length && found === null; tried++) {
      const connection = this.#connections[this.#at] as HeldConnection;
      this.#at = (this.#at + this.#stride) % length;
      if (connection.state === 'idle') found = connection;
      else if (connection.state === 'closed') closed++;
    }
    // Those that are gone cost time at every turn.
    if (closed > length / 4) this.#forgetClosed();
    return found;
  }

  /** None is open any more. */
  areOver(): boolean {
    if (this.#connections[this.#at]?.state !== 'closed' && this.#connections.length > 0)
      return false;
    return !this.#connections.some(isOpen);
  }

  #forgetClosed(): void {
    this.#connections = this.#connections.filter(isOpen);
    this.#stride = strideOf(this.#connections.length);
    this.#at = 0;
  }
}

function isOpen({ state }: HeldConnection): boolean {
  return state === 'idle' || state === 'busy';
}

/** Has no divisor in common with `length`, so that all are reached; about the golden part of it. */
export function strideOf(length: number): number {
  let stride = Math.max(1, Math.round(length * GOLDEN));
  while (divisor(stride, length) > 1) stride++;
  return stride;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
