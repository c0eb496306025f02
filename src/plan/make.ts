/** Experiment + pilot run + seed → the plan of one subject. */

import { type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import type { Pairs, Server } from '../config/experiment/server.ts';
import type { Arm } from '../terms/arm.ts';
import type { Cores } from '../terms/core-sets.ts';
import { type BlockSize, sizeBlocks, sizeHold, sizeRuns } from './block-size.ts';
import { looksFor } from './looks.ts';
import { blockPlans, seedFor, withCalibrator } from './order.ts';
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
  load: LoadWish;
  looks: LooksWish;
}

/** What a block does. */
export type LoadWish =
  /** `warmUpMs`: as the server's config says; null: as the pilot run saw it. */
  | { readonly kind: 'sized'; readonly warmUpMs: number | null }
  /** Likewise, and head is loaded in turn with the calibrator. */
  | { readonly kind: 'calibrated'; readonly warmUpMs: number | null };

/** How many blocks there are, and when they are judged. */
export type LooksWish =
  /** As many as the budget holds, judged after each from the fourth on. */
  | { readonly kind: 'after-each' }
  /** As many, judged once: against earlier runs looking early buys little. */
  | { readonly kind: 'at-the-end' }
  /** So many, of the length that the budget gives them, judged once. */
  | { readonly kind: 'after'; readonly blocks: number };

/**
 * `overrunMs` is above zero when the budget is too short for four blocks; `phasesMs` and `warmUpMs`: what the
 * phases beside the slices take of each block, and warming up.
 */
export function planSubject(wishes: Wishes): {
  plan: SubjectPlan;
  overrunMs: number;
  phasesMs: number;
  warmUpMs: number;
} {
  const { subject, arms, pairs, cores, looks, load } = wishes;
  const size = sizeOf(wishes);
  const count = looks.kind === 'after' ? looks.blocks : size.blocks;
  const isCalibrated = load.kind === 'calibrated';
  const seed = seedFor(wishes.seed, subjectName(subject));
  // Of slices the calibrator takes base's half; between the runs of a tool it has turns of its own.
  const isHalved = isCalibrated && wishes.estimate.kind !== 'runs';
  const slices = isHalved ? size.slices / 2 : size.slices;
  const blocks = blockPlans({ seed, arms, pairs, count, slices, phases: size.phases });
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
      looks: looks.kind === 'after-each' ? looksFor(count) : [count],
      ends: [count],
      forecast: null,
      blocks: isCalibrated ? withCalibrator(blocks, seed) : blocks,
    },
    overrunMs: size.overrunMs,
    phasesMs: size.phasesMs,
    warmUpMs: size.warmUpMs,
  };
}

/** How a subject's arms meet: two servers with a hundred thousand connections each would be one too many. */
export function pairsOf(server: Pick<Server, 'pairs'>, scenario: Pick<Scenario, 'kind'>): Pairs {
  return scenario.kind === 'hold' ? 'exclusive' : server.pairs;
}

/** About as long as the calibrator's turn is beside a run of a load tool: ten slices of either path. */
const TURN_MS = 320;

function sizeOf({ scenario, arms, pairs, budgetMs, estimate, load }: Wishes): BlockSize {
  const isCalibrated = load.kind === 'calibrated';
  if (estimate.kind === 'runs' && isCalibrated) {
    const runMs = estimate.runMs + TURN_MS / estimate.slowness;
    return sizeRuns(budgetMs, { ...estimate, runMs }, { arms: 1, pairs });
  }
  // The calibrator takes base's place in the block, and its time.
  const isAlone = arms.length === 1 && !isCalibrated;
  const meeting = { arms: isAlone ? 1 : 2, pairs } as const;
  if (estimate.kind === 'held') return sizeHold(budgetMs, estimate, meeting);
  if (estimate.kind === 'runs') return sizeRuns(budgetMs, estimate, meeting);
  return sizeBlocks(budgetMs, estimate, meeting, phasesFor(scenario, estimate), load.warmUpMs);
}
