/** Mann and Whitney 1947 (Ann. Math. Stat. 18): do the values of one sample tend to be the larger ones? */
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';

/** Pairs of which `a` has the larger value; a tie counts half. */
export function uStatistic(a: readonly number[], b: readonly number[]): number {
  let u = 0;
  for (const x of a) for (const y of b) u += x > y ? 1 : x === y ? 0.5 : 0;
  return u;
}

/** Two-sided p-value: exact without ties, else by the normal distribution, corrected for ties and continuity. */
export function mannWhitneyP(a: readonly number[], b: readonly number[]): number {
  const u = uStatistic(a, b);
  const ties = tieSizes([...a, ...b]);
  if (ties.length > 0) return approximateP(u, a.length, b.length, ties);
  const ways = waysOf(a.length, b.length);
  const all = ways.reduce((sum, n) => sum + n, 0);
  const smaller = Math.min(u, a.length * b.length - u);
  const tail = ways.slice(0, smaller + 1).reduce((sum, n) => sum + n, 0);
  return Math.min(1, (2 * tail) / all);
}

/** How many orders of m and n values give each U: the Gaussian binomial coefficient, factor by factor. */
function waysOf(m: number, n: number): number[] {
  let ways = [1];
  for (let i = 1; i <= m; i++) ways = dividedBy(times(ways, n + i), i);
  return ways.slice(0, m * n + 1);
}

/** By 1 - q^k. */
function times(polynomial: readonly number[], k: number): number[] {
  const product = [...polynomial, ...Array.from({ length: k }, () => 0)];
  for (let i = product.length - 1; i >= k; i--) {
    product[i] = (product[i] as number) - (product[i - k] as number);
  }
  return product;
}

function dividedBy(polynomial: readonly number[], k: number): number[] {
  const quotient = [...polynomial];
  for (let i = k; i < quotient.length; i++) {
    quotient[i] = (quotient[i] as number) + (quotient[i - k] as number);
  }
  return quotient.slice(0, polynomial.length - k);
}

function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

function approximateP(u: number, m: number, n: number, ties: readonly number[]): number {
  const all = m + n;
  const tied = ties.reduce((sum, t) => sum + (t ** 3 - t), 0) / (all * (all - 1));
  const sd = Math.sqrt(((m * n) / 12) * (all + 1 - tied));
  const distance = Math.abs(u - (m * n) / 2) - 0.5;
  return sd === 0 ? 1 : Math.min(1, 2 * normalCdf(-distance / sd, 0, 1));
}
