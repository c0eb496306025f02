/**
 * What a slice owes to the slice before it. A server that has just been loaded is faster (its code and data are in the cores'
 * caches): in the records a slice after one of the same arm is some percent faster than one after a change of arms. In a
 * comparison of neighbours that is no difference between the arms, so it is taken out: an arm-blind correction of one
 * number a block. It is the carry-over of a crossover trial (Grizzle 1965, Biometrics 21; Jones and Kenward 2014,
 * "Design and Analysis of Cross-Over Trials"), estimated here within pairs, which have the machine's noise in common.
 */
import { median } from 'simple-statistics';

/** Fewer values on either side say nothing of it. */
const LEAST = 3;

/**
 * The values without carry-over. `logs`: ln(cost of head ÷ cost of base) of neighbours; `stays`: of each, by how many slices more
 * head followed itself than base did: −1, 0 or 1.
 *
 * γ = (m₊ − m₋) ÷ 2, where m₊ and m₋ are the medians of those with 1 and with −1, which a few odd slices do not move; each value
 * then becomes value − γ · stay. A change that is the same in all slices is in m₊ and m₋ alike, and so not in γ. With the arms'
 * names exchanged, values and stays change their signs and γ stays what it is: the result changes its sign, and nothing else.
 */
export function withoutCarryOver(logs: readonly number[], stays: readonly number[]): number[] {
  const head: number[] = [];
  const base: number[] = [];
  for (let i = 0; i < logs.length; i++) {
    if (stays[i] === 1) head.push(logs[i] as number);
    else if (stays[i] === -1) base.push(logs[i] as number);
  }
  if (head.length < LEAST || base.length < LEAST) return [...logs];
  const carried = (median(head) - median(base)) / 2;
  return Number.isFinite(carried)
    ? logs.map((log, i) => log - carried * (stays[i] as number))
    : [...logs];
}

/** Whether the slice at this place followed one of its own arm. */
export function stayed(order: string, index: number): boolean {
  return index > 0 && order[index] === order[index - 1];
}

/** By how many slices more head followed itself than base did, from `begin` on and before `end`. */
export function stayOf(order: string, begin: number, end: number): number {
  let stay = 0;
  for (let i = begin; i < end; i++) {
    if (stayed(order, i)) stay += order[i] === 'h' ? 1 : -1;
  }
  return stay;
}
