/** One-way analysis of variance: what differs between groups beyond what differs within them. */
import fCdf from '@stdlib/stats-base-dists-f-cdf';
import fQuantile from '@stdlib/stats-base-dists-f-quantile';
import { mean, sum } from 'simple-statistics';

export interface BetweenGroups {
  /** Standard deviations. */
  within: number;
  between: number;
  /** Of `between`, 95 %. */
  interval: [number, number];
  /** Of the F test that there is nothing between them. */
  p: number;
  /** Of the same test on the values' ranks (Conover and Iman 1981), which a few odd blocks do not move. */
  rankP: number;
}

/** At least two groups of at least two values each. */
export function betweenGroups(groups: readonly (readonly number[])[]): BetweenGroups {
  return { ...analyse(groups), rankP: analyse(ranked(groups)).p };
}

/** Equal values have the mean of their ranks. */
function ranked(groups: readonly (readonly number[])[]): number[][] {
  const sorted = groups.flat().sort((a, b) => a - b);
  const rankOf = (value: number) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2;
  return groups.map((group) => group.map(rankOf));
}

function analyse(groups: readonly (readonly number[])[]): Omit<BetweenGroups, 'rankP'> {
  const sizes = groups.map((group) => group.length);
  const count = sum(sizes);
  const grand = mean(groups.flat());
  const means = groups.map((group) => mean([...group]));
  const squares = (values: readonly number[], about: number) =>
    sum(values.map((value) => (value - about) ** 2));
  const [first, second] = [groups.length - 1, count - groups.length];
  const between = sum(means.map((one, i) => (sizes[i] as number) * (one - grand) ** 2)) / first;
  const within = sum(groups.map((group, i) => squares(group, means[i] as number))) / second;
  // Groups of equal size have it.
  const size = (count - sum(sizes.map((one) => one ** 2)) / count) / first;
  const f = between / within;
  const component = (quotient: number) => Math.sqrt(Math.max(0, (within * (quotient - 1)) / size));
  return {
    within: Math.sqrt(within),
    between: component(f),
    interval: [
      component(f / fQuantile(0.975, first, second)),
      component(f / fQuantile(0.025, first, second)),
    ],
    p: 1 - fCdf(f, first, second),
  };
}
