import { mean } from 'simple-statistics';

/**
 * Mean after dropping the lowest and highest fifth: a burst of noise in a few slices then moves
 * nothing. With fewer than five values nothing is dropped. An infinite value counts by its rank,
 * so it is harmless when dropped; the result is null when one remains, when there is
 * no value, and when one is not a number, which has no rank.
 */
export function trimmedMean(values: readonly number[], share = 0.2): number | null {
  if (values.some(Number.isNaN)) return null;
  const drop = Math.floor(values.length * share);
  const kept = values.toSorted((a, b) => a - b).slice(drop, values.length - drop);
  return kept.length > 0 && kept.every(Number.isFinite) ? mean(kept) : null;
}
