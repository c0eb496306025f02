/** Numbers that nothing on earth measures: below zero, or of no size that a clock, a counter or a memory has. */
import type { Contradictions } from './contradiction.ts';

/** A day has 8.6e10 µs, and a petabyte 1e15 bytes. */
const LARGEST = 1e15;
/** Times are written to a tenth of a nanosecond at most. A spread, which has no unit, may be as small as rounding leaves it. */
const SMALLEST = { of: /(?:Us|Ms|Bytes)$/, value: 1e-6 };

/** In the order of the file. `signed`: what may also be below zero. `key`: the last one that is no position. */
export function* absurdNumbers(
  at: string,
  value: unknown,
  { signed = false, key = '' }: { signed?: boolean; key?: string } = {},
): Contradictions {
  if (typeof value === 'number') {
    const size = Math.abs(value);
    const isTiny = size > 0 && size < SMALLEST.value && SMALLEST.of.test(key);
    if (!Number.isFinite(value) || size > LARGEST || isTiny) {
      yield { at, message: `no run measures ${value}` };
    } else if (value < 0 && !signed) {
      yield { at, message: `it is below zero (${value})` };
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [inner, inside] of Object.entries(value)) {
    const name = Array.isArray(value) ? key : inner;
    yield* absurdNumbers(`${at}.${inner}`, inside, { signed, key: name });
  }
}
