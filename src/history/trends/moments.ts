/** Means and spreads of any piece of a series, each in one step. Pure. */

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squares of the distances from the mean. */
  readonly squares: number;
}

export interface Pieces {
  /** Of the values from `from` up to, without, `to`. */
  of(from: number, to: number): Moments;
}

export function piecesOf(series: ArrayLike<number>): Pieces {
  const length = series.length;
  // Around the first value, so that large values with a small spread lose no digits.
  const origin = length === 0 ? 0 : (series[0] as number);
  const sums = new Float64Array(length + 1);
  const squares = new Float64Array(length + 1);
  for (let i = 0; i < length; i++) {
    const value = (series[i] as number) - origin;
    sums[i + 1] = (sums[i] as number) + value;
    squares[i + 1] = (squares[i] as number) + value * value;
  }
  return {
    of(from, to) {
      const count = to - from;
      const sum = (sums[to] as number) - (sums[from] as number);
      const square = (squares[to] as number) - (squares[from] as number);
      return {
        count,
        mean: origin + sum / count,
        squares: Math.max(0, square - (sum * sum) / count),
      };
    },
  };
}
