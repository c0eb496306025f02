/** Welch 1947 (Biometrika 34): Student's t test of two means whose variances may differ. */
import tCdf from '@stdlib/stats-base-dists-t-cdf';

export interface Sample {
  mean: number;
  variance: number;
  size: number;
}

/** Two-sided p-value of "the means are equal". Without any variance: 1 for equal means, else 0. */
export function welchP(a: Sample, b: Sample): number {
  const [va, vb] = [a.variance / a.size, b.variance / b.size];
  if (va + vb === 0) return a.mean === b.mean ? 1 : 0;
  const t = Math.abs(a.mean - b.mean) / Math.sqrt(va + vb);
  const df = (va + vb) ** 2 / (va ** 2 / (a.size - 1) + vb ** 2 / (b.size - 1));
  return 2 * tCdf(-t, Math.min(df, 1e6));
}
