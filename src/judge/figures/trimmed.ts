/** Share of a block's slices that is left out at either end. Chosen on every second recorded run, and tried on the others (docs/adr/0044-carry-over.md). */
export const SLICE_TRIM = 0.3;
/** Share of the segments of a load at a fixed rate that is left out at either end. */
export const SEGMENT_TRIM = 0.2;

/** Up to here insertion sort is faster than the engine's own, and blocks have some forty values. */
const FEW = 64;

/**
 * Mean after dropping the lowest and highest fifth: a burst of noise in a few slices then moves
 * nothing. With fewer than five values nothing is dropped. An infinite value counts by its rank,
 * so it is harmless when dropped; the result is null when one remains, when there is
 * no value, and when one is not a number, which has no rank. Only the first `count` values are looked at.
 */
export function trimmedMean(values: Values, share = 0.2, count = values.length): number | null {
  if (!sortInto(values, count)) return null;
  const drop = Math.floor(count * share);
  return meanOfSorted(drop, count - drop);
}

/** A list, or an array that is used again and again. */
type Values = readonly number[] | Float64Array;

/** The same of the logarithms of values that are not negative, whose ranks are the values' own: only of what is kept is one taken. */
export function trimmedMeanOfLogs(
  values: Values,
  share = 0.2,
  count = values.length,
): number | null {
  if (!sortInto(values, count)) return null;
  const drop = Math.floor(count * share);
  for (let i = drop; i < count - drop; i++) sorted[i] = Math.log(sorted[i] as number);
  return meanOfSorted(drop, count - drop);
}

/** As `mean` of simple-statistics has it, to the last bit (Kahan and Babuška), but of a part of an array. */
function meanOfSorted(from: number, to: number): number | null {
  if (to <= from) return null;
  const first = sorted[from] as number;
  // Sorted, so that an infinite one is at an end.
  if (!Number.isFinite(first) || !Number.isFinite(sorted[to - 1])) return null;
  let sum = first;
  let correction = 0;
  for (let i = from + 1; i < to; i++) {
    const value = sorted[i] as number;
    const next = sum + value;
    correction += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return (sum + correction) / (to - from);
}

/** Whatever was sorted last: a measurement has a million such lists, and each is looked at once. */
let sorted = new Float64Array(FEW);

/** Ascending; false where one is not a number. */
function sortInto(values: Values, count: number): boolean {
  if (count > FEW) {
    // A typed array sorts by value, many times as fast as a comparing function; what is not a number comes last.
    sorted = Float64Array.from(values.slice(0, count)).sort();
    return !Number.isNaN(sorted[count - 1]);
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
