/** A plan that goes on where an earlier attempt at the same comparison had to stop. */

import { subjectName } from '../config/experiment/experiment.ts';
import type { Arm } from '../terms/arm.ts';
import { BLOCKS_AT_MOST } from './block-size.ts';
import { looksFor, MIN_BLOCKS } from './looks.ts';
import { blockPlans, seedFor } from './order.ts';
import type { SubjectPlan } from './plan.ts';

export interface FurtherAttempt {
  /** What the new attempt may take. */
  budgetMs: number;
  /** How long a block is expected to take here; of the same work as those before. */
  blockMs: number;
  arms: readonly Arm[];
  /** Of the new run. */
  seed: number;
}

/**
 * The plan with the blocks of a further attempt: as many as its budget holds, with the same work in each, in new random
 * orders. Its looks come after as many blocks of its own as those of a first attempt would.
 */
export function extendPlan(
  earlier: SubjectPlan,
  { budgetMs, blockMs, arms, seed }: FurtherAttempt,
): SubjectPlan {
  const begin = earlier.blocks.length;
  const count = Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, Math.floor(budgetMs / blockMs)));
  const further = blockPlans({
    seed: seedFor(seed, subjectName(earlier)),
    arms,
    pairs: earlier.pairs,
    count,
    slices: earlier.blocks[0]?.sliceOrder.length ?? 0,
    phases: earlier.phases,
  });
  return {
    ...earlier,
    blockMs: Math.round(blockMs),
    looks: [...earlier.looks, ...looksFor(count).map((look) => begin + look)],
    ends: [...earlier.ends, begin + count],
    blocks: [
      ...earlier.blocks,
      ...further.map((block) => ({ ...block, index: begin + block.index })),
    ],
  };
}

/** The plan as it was when the attempt that ended with this many blocks was the last one. */
export function upTo(plan: SubjectPlan, end: number): SubjectPlan {
  const isWithin = (blocks: number) => blocks <= end;
  return {
    ...plan,
    looks: plan.looks.filter(isWithin),
    ends: plan.ends.filter(isWithin),
    blocks: plan.blocks.slice(0, end),
  };
}
