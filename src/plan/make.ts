/** Experiment + rehearsal + seed → the plan of one subject. */
import { type Arm, type SubjectId, subjectName } from '../config/experiment.ts';
import { looksFor } from './looks.ts';
import { blockPlans, seedFor } from './order.ts';
import type { SubjectPlan } from './plan.ts';
import { type Pace, sizeBlocks } from './size.ts';

/**
 * `singleLook`: judge once, at the end (a stored baseline, where looking early buys little).
 * `overrunMs` is above zero when the budget is too short for six blocks.
 */
export function planSubject(options: {
  subject: SubjectId;
  arms: readonly Arm[];
  budgetMs: number;
  pace: Pace;
  seed: number;
  singleLook: boolean;
}): { plan: SubjectPlan; overrunMs: number } {
  const { subject, arms, budgetMs, pace } = options;
  const size = sizeBlocks(budgetMs, pace, arms.length === 1 ? 1 : 2);
  return {
    plan: {
      server: subject.server,
      scenario: subject.scenario,
      warmupRequests: size.warmupRequests,
      sliceRequests: size.sliceRequests,
      blockMs: size.blockMs,
      looks: options.singleLook ? [size.blocks] : looksFor(size.blocks),
      blocks: blockPlans({
        seed: seedFor(options.seed, subjectName(subject)),
        arms,
        count: size.blocks,
        slices: size.slices,
      }),
    },
    overrunMs: size.overrunMs,
  };
}
