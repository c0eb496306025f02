/**
 * The divergence of E-divisive: Matteson and James, "A nonparametric approach for multiple change point analysis of
 * multivariate data", JASA 109 (2014), section 2, for one variable and exponent 1. Pure.
 */

export interface Split {
  /** Index of the first value of the right side. */
  readonly at: number;
  /** How much the sides differ; it has no unit that means anything by itself. */
  readonly divergence: number;
}

/**
 * Where the values from `from` up to, without, `to` differ most from what comes before: the largest divergence between
 * `from..at` and `at..end` over all `at` and all `end`, as a later change must not hide an earlier one. Null: too short.
 *
 * @param side values on each side, at least
 */
export function bestSplit(
  series: ArrayLike<number>,
  from: number,
  to: number,
  side = 1,
): Split | null {
  const length = to - from;
  if (length < 2 * side) return null;
  // `near[j * length + i]`: sum of the distances of value j from the values before i. Only i <= j is asked for.
  const near = new Float64Array(length * length + 1);
  for (let j = 1; j < length; j++) {
    const value = series[from + j] as number;
    let sum = 0;
    for (let i = 0; i < j; i++) {
      sum += Math.abs((series[from + i] as number) - value);
      near[j * length + i + 1] = sum;
    }
  }
  let within = 0;
  let best: Split | null = null;
  for (let at = 1; at <= length - side; at++) {
    // Sum of all distances on the left side, which has `at` values.
    if (at > 1) within += near[(at - 1) * length + at - 1] as number;
    if (at < side) continue;
    let between = 0;
    let right = 0;
    for (let end = at + 1; end <= length; end++) {
      const row = (end - 1) * length;
      const toLeft = near[row + at] as number;
      between += toLeft;
      if (end > at + 1) right += (near[row + end - 1] as number) - toLeft;
      const count = end - at;
      if (count < side) continue;
      const divergence = divergenceOf(at, count, between, within, right);
      if (best === null || divergence > best.divergence) best = { at: from + at, divergence };
    }
  }
  return best;
}

function divergenceOf(
  left: number,
  right: number,
  between: number,
  withinLeft: number,
  withinRight: number,
): number {
  const both = left + right;
  const ofLeft = left > 1 ? ((2 * right) / both / (left - 1)) * withinLeft : 0;
  const ofRight = right > 1 ? ((2 * left) / both / (right - 1)) * withinRight : 0;
  return (2 / both) * between - ofLeft - ofRight;
}
