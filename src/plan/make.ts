/** Experiment + rehearsal + seed → the plan of one subject. */
import { type Arm, type Pairs, type SubjectId, subjectName } from '../config/experiment.ts';
import { looksFor } from './looks.ts';
import { blockPlans, seedFor } from './order.ts';
import type { Pace } from './pace.ts';
import type { SubjectPlan } from './plan.ts';
import { type BlockLoad, blocksLike, sizeBlocks } from './size.ts';

/**
 * `singleLook`: judge once, at the end (a stored baseline, where looking early buys little).
 * `overrunMs` is above zero when the budget is too short for six blocks.
 */
export function planSubject(options: {
  subject: SubjectId;
  arms: readonly Arm[];
  pairs: Pairs;
  budgetMs: number;
  pace: Pace;
  seed: number;
  singleLook: boolean;
  /** How the run that this one is compared with loaded the subject; null: sized for this budget. */
  kept: BlockLoad | null;
}): { plan: SubjectPlan; overrunMs: number } {
  const { subject, arms, pairs, budgetMs, pace, kept } = options;
  const size =
    kept === null
      ? sizeBlocks(budgetMs, pace, { arms: arms.length === 1 ? 1 : 2, pairs })
      : blocksLike(budgetMs, pace, kept);
  return {
    plan: {
      server: subject.server,
      scenario: subject.scenario,
      pairs,
      warmupRequests: size.warmupRequests,
      sliceRequests: size.sliceRequests,
      blockMs: size.blockMs,
      looks: options.singleLook ? [size.blocks] : looksFor(size.blocks),
      blocks: blockPlans({
        seed: seedFor(options.seed, subjectName(subject)),
        arms,
        pairs,
        count: size.blocks,
        slices: size.slices,
      }),
    },
    overrunMs: size.overrunMs,
  };
}
