/** Numbers that nothing on earth measures: below zero, or of no size that a clock, a counter or a memory has. */
import type { Contradictions } from './contradiction.ts';

/** A day has 8.6e10 µs, and a petabyte 1e15 bytes. */
const LARGEST = 1e15;
/** The shares of noise are far above, and where there is nothing it says 0. */
const SMALLEST = 1e-12;

/** In the order of the file. `signed`: what may also be below zero. */
export function* absurdNumbers(at: string, value: unknown, signed = false): Contradictions {
  if (typeof value === 'number') {
    const size = Math.abs(value);
    if (!Number.isFinite(value) || size > LARGEST || (size > 0 && size < SMALLEST)) {
      yield { at, message: `no run measures ${value}` };
    } else if (value < 0 && !signed) {
      yield { at, message: `it is below zero (${value})` };
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inside] of Object.entries(value)) {
    yield* absurdNumbers(`${at}.${key}`, inside, signed);
  }
}
