/**
 * The looks of one metric. Not every block has its part, so it has fewer values than there are blocks, and the budget ends for it
 * after as many as it can still get: there the rest of its error is spent, as at the end of any plan (docs/adr/0074-own-looks.md).
 */
import type { SubjectPlan } from '../../plan/plan.ts';
import { SPEED_FIRST } from '../figures/parts.ts';
import type { Schedule } from '../statistics/sequential.ts';

/** Schedules by what they are, so that what is known of one is known for all subjects. */
const shared = new Map<string, Schedule>();

/**
 * As it is seen after `count` blocks. `counts`: of each number of blocks from none on, in how many of these it was measured; all that are
 * still to come are taken for blocks that have it. Looks below its end are the same whenever it is asked for.
 */
export function ownSchedule(plan: Schedule, counts: readonly number[], count: number): Schedule {
  const ownAt = (blocks: number) =>
    blocks <= count ? (counts[blocks] as number) : (counts[count] as number) + blocks - count;
  if (plan.ends.every((end) => ownAt(end) === end)) return plan;
  const looks: number[] = [];
  const ends: number[] = [];
  let [begin, ownBegin] = [0, 0];
  for (const end of plan.ends) {
    const ownEnd = ownAt(end);
    const own = plan.looks
      .filter((look) => begin < look && look <= end)
      .map((look) => look - begin + ownBegin);
    begin = end;
    // An attempt that ends before its first look has none, and its values count in the next one.
    if (own[0] === undefined || ownEnd < own[0]) continue;
    looks.push(...own.filter((look) => look < ownEnd), ownEnd);
    ends.push(ownEnd);
    ownBegin = ownEnd;
  }
  const key = `${looks.join()};${ends.join()}`;
  const known = shared.get(key);
  if (known !== undefined) return known;
  const schedule = { looks, ends };
  shared.set(key, schedule);
  return schedule;
}

/** How many blocks of a longer plan would lack the metric's part, when this one has so many more blocks than the metric has values. */
export function blocksWithout(plan: SubjectPlan, { ends }: Schedule): number {
  const without = plan.blocks.length - (ends.at(-1) ?? 0);
  return without === 0 ? 0 : Math.max(without, SPEED_FIRST.blocks);
}
