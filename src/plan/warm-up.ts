/**
 * When a server that has just been started has become as fast as it will be. Chosen from the pilot run's data, and then
 * the same number of requests for both arms in every block: "define what is measured as the time from w on, and keep w
 * equal" (Barrett et al. 2017; Traini et al. 2023: to detect it anew in each run misses by seconds).
 */
import { medianSorted, quantileSorted } from 'simple-statistics';

/** Windows whose median stands for a moment: one disturbed window moves nothing. */
const SPAN = 5;
/** Fewer windows cannot show that it stays. */
export const WINDOWS_AT_LEAST = 12;
/** A server that is not steady by then is not waited for. */
export const WINDOWS_AT_MOST = 40;
/** As fast as at the end, but for this share, or for what its own noise makes of a median of five. */
const NEAR = 0.03;
const NOISE_SPREADS = 3;

/**
 * The first window from which every median of five lies near the last third's median; null when that leaves fewer than
 * two spans, which is not to be told from a server that is still changing.
 */
export function steadyFrom(perSecond: readonly number[]): number | null {
  const count = perSecond.length;
  if (count < WINDOWS_AT_LEAST) return null;
  const level = middle(perSecond.slice(-Math.max(SPAN, Math.ceil(count / 3))));
  if (level <= 0) return null;
  const near = Math.max(NEAR, (NOISE_SPREADS * 1.25 * noiseOf(perSecond)) / Math.sqrt(SPAN));
  let from = count - SPAN + 1;
  while (from > 0 && isNear(middle(perSecond.slice(from - 1, from - 1 + SPAN)), level, near))
    from--;
  // The window itself may still be low while the four behind it hold the median up.
  while (from < count && !isNear(perSecond[from] as number, level, 2 * near)) from++;
  return from > count - 2 * SPAN ? null : from;
}

/**
 * Standard deviation of ln(rate) from the differences of neighbours, which a trend does not move: interquartile range
 * over 1.349, and over the root of two as each is the difference of two.
 */
function noiseOf(perSecond: readonly number[]): number {
  const steps = perSecond.slice(1).map((rate, i) => Math.log(rate / (perSecond[i] as number)));
  const sorted = steps.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < 4) return 0;
  const range = quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25);
  return range / 1.349 / Math.SQRT2;
}

function isNear(value: number, level: number, share: number): boolean {
  return Math.abs(value / level - 1) <= share;
}

function middle(values: readonly number[]): number {
  return medianSorted(values.toSorted((a, b) => a - b));
}
