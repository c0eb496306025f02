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
  if (hasSoundNumbers(value, { signed, key })) return;
  if (typeof value === 'number') {
    const isNegative = value >= -LARGEST && value < 0 && !isTiny(value, key);
    yield {
      at,
      message: isNegative && !signed ? `it is below zero (${value})` : `no run measures ${value}`,
    };
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [inner, inside] of Object.entries(value)) {
    const name = Array.isArray(value) ? key : inner;
    yield* absurdNumbers(`${at}.${inner}`, inside, { signed, key: name });
  }
}

/** Whether there are none in it. Almost always so, and then no path to any of them is wanted. */
export function hasSoundNumbers(
  value: unknown,
  { signed = false, key = '' }: { signed?: boolean; key?: string } = {},
): boolean {
  if (typeof value === 'number') return isSound(value, signed, key);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const one: unknown = value[i];
      const isFine =
        typeof one === 'number' ? isSound(one, signed, key) : hasSoundNumbers(one, { signed, key });
      if (!isFine) return false;
    }
    return true;
  }
  for (const inner of Object.keys(value)) {
    const inside = (value as Record<string, unknown>)[inner];
    if (!hasSoundNumbers(inside, { signed, key: inner })) return false;
  }
  return true;
}

function isSound(value: number, signed: boolean, key: string): boolean {
  // The order of the questions is that of how often they settle it.
  if (value >= 1 && value <= LARGEST) return true;
  if (value === 0) return true;
  if (!(value >= (signed ? -LARGEST : 0) && value <= LARGEST)) return false;
  return !isTiny(value, key);
}

function isTiny(value: number, key: string): boolean {
  const size = Math.abs(value);
  return size > 0 && size < SMALLEST.value && SMALLEST.of.test(key);
}
