/** The values' ranks in place of the values, for a test that a few odd blocks do not move (Conover and Iman 1981). */

/** Equal values have the mean of their ranks. */
export function ranked(groups: readonly (readonly number[])[]): number[][] {
  const sorted = groups.flat().sort((a, b) => a - b);
  const rankOf = (value: number) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1;
  return groups.map((group) => group.map(rankOf));
}
