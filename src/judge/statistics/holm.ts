/**
 * Holm's step-down procedure (1979, Scand. J. Stat. 6) over hypotheses of which some were rejected
 * earlier and stay rejected. True per hypothesis when it is rejected now; the order does not matter.
 *
 * `ps`: p-values of the open hypotheses. `family`: how many there were at the start; it includes
 * those that can no longer be rejected. `before`: how many were rejected earlier.
 */
export function holm(
  ps: readonly number[],
  { alpha, family, before }: { alpha: number; family: number; before: number },
): boolean[] {
  const rejected = ps.map(() => false);
  const ascending = ps.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
  let remaining = family - before;
  for (const { p, index } of ascending) {
    if (p > alpha / remaining) break;
    rejected[index] = true;
    remaining -= 1;
  }
  return rejected;
}
