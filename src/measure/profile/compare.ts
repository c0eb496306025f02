/** Where head spends a larger share of its time than base: two profiles → the functions, worst first. Pure. */
import type { FunctionTimes } from './function-times.ts';
import type { ProfileRow } from './profile.ts';

export const MOST_ROWS = 15;
/** Smaller differences explain no slowdown that anybody would look for. */
const LEAST_DIFFERENCE = 0.005;
/** In standard errors: samples are drawn, and every function's share moves a little from profile to profile. */
const BEYOND_CHANCE = 2;

/** Only those whose share is larger by more than chance. */
export function whereHeadSpendsMore(base: FunctionTimes, head: FunctionTimes): ProfileRow[] {
  const rows = [...head.functions].map(([key, { name, samples }]) => {
    const before = (base.functions.get(key)?.samples ?? 0) / base.samples;
    const now = samples / head.samples;
    const chance = Math.sqrt(variance(before, base.samples) + variance(now, head.samples));
    return { row: { name, base: before, head: now }, difference: now - before, chance };
  });
  return rows
    .filter(({ difference, chance }) => {
      return difference >= LEAST_DIFFERENCE && difference > BEYOND_CHANCE * chance;
    })
    .sort((a, b) => b.difference - a.difference)
    .slice(0, MOST_ROWS)
    .map(({ row }) => row);
}

/** Where there is no other build to compare with. */
export function whereMostIsSpent(times: FunctionTimes): ProfileRow[] {
  return [...times.functions.values()]
    .sort((a, b) => b.samples - a.samples)
    .slice(0, MOST_ROWS)
    .map(({ name, samples }) => ({ name, base: null, head: samples / times.samples }));
}

function variance(share: number, samples: number): number {
  return (share * (1 - share)) / samples;
}
