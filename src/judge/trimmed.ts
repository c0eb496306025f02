import { mean } from 'simple-statistics';

/** Share of a block's slices that is left out at either end. Chosen on every second recorded run, and tried on the others (docs/adr/0044-carry-over.md). */
export const SLICE_TRIM = 0.3;

/** Up to here insertion sort is faster than the engine's own, and blocks have some forty values. */
const FEW = 64;

/**
 * Mean after dropping the lowest and highest fifth: a burst of noise in a few slices then moves
 * nothing. With fewer than five values nothing is dropped. An infinite value counts by its rank,
 * so it is harmless when dropped; the result is null when one remains, when there is
 * no value, and when one is not a number, which has no rank.
 */
export function trimmedMean(values: Values, share = 0.2): number | null {
  return meanOfKept(kept(values, share));
}

/** A list, or a part of an array that is used again and again. */
type Values = readonly number[] | Float64Array;

/** The same of the logarithms of values that are not negative, whose ranks are the values' own: only of what is kept is one taken. */
export function trimmedMeanOfLogs(values: Values, share = 0.2): number | null {
  const logs = kept(values, share);
  for (let i = 0; i < logs.length; i++) logs[i] = Math.log(logs[i] as number);
  return meanOfKept(logs);
}

/** What is kept, ascending, until the next list is sorted; nothing where a value has no rank. */
function kept(values: Values, share: number): Float64Array {
  if (!sortInto(values)) return sorted.subarray(0, 0);
  const drop = Math.floor(values.length * share);
  return sorted.subarray(drop, values.length - drop);
}

function meanOfKept(kept: Float64Array): number | null {
  // Sorted, so that an infinite one is at an end.
  const isSound = Number.isFinite(kept[0]) && Number.isFinite(kept[kept.length - 1]);
  return isSound ? mean(kept as unknown as number[]) : null;
}

/** Whatever was sorted last: a measurement has a million such lists, and each is looked at once. */
let sorted = new Float64Array(FEW);

/** Ascending; false where one is not a number. */
function sortInto(values: Values): boolean {
  const count = values.length;
  if (count > FEW) {
    // A typed array sorts by value, many times as fast as a comparing function.
    sorted = Float64Array.from(values).sort();
    return !values.some(Number.isNaN);
  }
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) return false;
    let at = i;
    while (at > 0 && (sorted[at - 1] as number) > value) {
      sorted[at] = sorted[at - 1] as number;
      at--;
    }
    sorted[at] = value;
  }
  return true;
}
