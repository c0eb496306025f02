/** Shares as people write them: `5%`, or the fraction 0.05. */

/** What a percentage looks like as text, for editors: `5%`, `0.5 %`. */
export const PERCENTAGE_PATTERN = /^(\d+(?:\.\d+)?) ?%$/;

const FRACTION_PATTERN = /^0?\.\d+$/;

/**
 * A fraction (0.05 for `5%`), or null. Without the sign only a number between 0 and 1 is accepted:
 * a bare 5 could mean 5 % or 500 %, and a gate should not guess.
 */
export function parsePercentage(found: unknown): number | null {
  if (typeof found === 'number') return found > 0 && found < 1 ? found : null;
  if (typeof found !== 'string') return null;
  const percent = PERCENTAGE_PATTERN.exec(found);
  if (percent !== null) return Number(percent[1]) / 100;
  return FRACTION_PATTERN.test(found) ? parsePercentage(Number(found)) : null;
}
