/** Experiment + pilot run + seed → the plan of one subject. */

import { type SubjectId, subjectName } from '../config/experiment.ts';
import type { Scenario } from '../config/scenario.ts';
import type { Pairs, Server } from '../config/server.ts';
import type { Arm } from '../terms/arm.ts';
import type { Cores } from '../terms/core-sets.ts';
import { type BlockLoad, type BlockSize, blocksLike, sizeBlocks, sizeHold } from './block-size.ts';
import { looksFor } from './looks.ts';
import { blockPlans, seedFor } from './order.ts';
import { phasesFor } from './phases.ts';
import type { PilotEstimate } from './pilot-estimate.ts';
import type { SubjectPlan } from './plan.ts';

interface Wishes {
  subject: SubjectId;
  scenario: Scenario;
  arms: readonly Arm[];
  /** As `pairsOf` says. */
  pairs: Pairs;
  /** The subject's own; null: those of the run. */
  cores: Cores | null;
  budgetMs: number;
  estimate: PilotEstimate;
  seed: number;
  singleLook: boolean;
  /** As the server's config says; null: as the pilot run saw it. */
  warmUpMs?: number | null;
  /** How the run that this one is compared with loaded the subject; null: sized for this budget. */
  kept: BlockLoad | null;
  /** So many blocks of the length that the budget gives them, and one look at their end; null: as many as it holds. */
  exactly?: number | null;
}

/**
 * `singleLook`: judge once, at the end (a stored baseline, where looking early buys little).
 * `overrunMs` is above zero when the budget is too short for four blocks; `phasesMs`: what the
 * phases beside the slices take of each.
 */
export function planSubject(wishes: Wishes): {
  plan: SubjectPlan;
  overrunMs: number;
  phasesMs: number;
} {
  const { subject, arms, pairs, cores, exactly = null } = wishes;
  const size = sizeOf(wishes);
  const count = exactly ?? size.blocks;
  return {
    plan: {
      server: subject.server,
      scenario: subject.scenario,
      pairs,
      cores,
      warmupRequests: size.warmupRequests,
      phases: size.phases,
      sliceRequests: size.sliceRequests,
      blockMs: size.blockMs,
      looks: wishes.singleLook || exactly !== null ? [count] : looksFor(count),
      ends: [count],
      forecast: null,
      blocks: blockPlans({
        seed: seedFor(wishes.seed, subjectName(subject)),
        arms,
        pairs,
        count,
        slices: size.slices,
        phases: size.phases,
      }),
    },
    overrunMs: size.overrunMs,
    phasesMs: size.phasesMs,
  };
}

/** How a subject's arms meet: two servers with a hundred thousand connections each would be one too many. */
export function pairsOf(server: Pick<Server, 'pairs'>, scenario: Pick<Scenario, 'kind'>): Pairs {
  return scenario.kind === 'hold' ? 'exclusive' : server.pairs;
}

function sizeOf(wishes: Wishes): BlockSize {
  const { scenario, arms, pairs, budgetMs, estimate, kept, warmUpMs = null } = wishes;
  const meeting = { arms: arms.length === 1 ? 1 : 2, pairs } as const;
  if (scenario.kind === 'hold') return sizeHold(budgetMs, estimate, scenario, meeting);
  if (kept !== null) return blocksLike(budgetMs, estimate, kept);
  return sizeBlocks(budgetMs, estimate, meeting, phasesFor(scenario, estimate), warmUpMs);
}
