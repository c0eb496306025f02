/**
 * What the decision rule will be able to tell at the noise that the pilot run saw. It is the rule's own arithmetic, ahead
 * of the data: so it lives beside the rule, though its result goes into the plan.
 */
import { expectedBlockSd } from '../plan/block-sd.ts';
import { BLOCK_MS, BLOCKS_AT_MOST, BLOCKS_WANTED } from '../plan/block-size.ts';
import { looksFor } from '../plan/looks.ts';
import type { Forecast } from '../plan/plan.ts';
import { changeOf, levelAt, logCost, PASS_ALPHA } from './decide.ts';
import { keptWith, procedureOf } from './power.ts';
import { oneAttempt } from './sequential.ts';
import { smallestVisible } from './smallest-visible.ts';

export interface Prospect {
  /** Of the pilot run: standard deviation of the log-ratio of neighbouring slices of one arm. */
  sliceSd: number;
  /** As planned: in a block, and there are as many pairs of neighbours. */
  slicesPerArm: number;
  looks: readonly number[];
  blockMs: number;
  /** Of throughput: a fraction. */
  tolerance: number;
  /** Of the fail side, for throughput of this subject by itself. */
  alpha: number;
}

/** A budget: so many blocks, of this length. */
interface Size {
  blocks: number;
  blockMs: number;
}

/** Steps in which a longer budget is tried that makes blocks longer. */
const STEP_MS = 500;

export function forecastOf(prospect: Prospect): Forecast {
  const { sliceSd, slicesPerArm, looks, blockMs, tolerance, alpha } = prospect;
  const blocks = looks.at(-1) as number;
  const blockSd = expectedBlockSd(sliceSd, slicesPerArm);
  const procedure = procedureOf(oneAttempt(looks), alpha, looks.length - 1);
  const delta = logCost('throughput', tolerance);
  const resolvable = smallestResolvable(blockSd, blocks, looks);
  return {
    blockSd,
    mde: drop(smallestVisible(blockSd, delta, procedure)),
    resolvable,
    budgetNeededMs: resolvable <= tolerance ? null : budgetNeeded(prospect, blocks, blockMs),
  };
}

/**
 * Smallest tolerance, as a drop in throughput, that an unchanged server is shown to keep in 80 of 100 runs: where the
 * pass side's test at the last look has that power against a change of nought. Earlier looks add a little, so it is on
 * the safe side. The smallest visible slowdown (`mde`) is larger, as the fail side is stricter; it is no condition:
 * within a tolerance below it an unchanged server still passes, and a slowdown of its size is `inconclusive` more often.
 */
function smallestResolvable(blockSd: number, blocks: number, looks: readonly number[]): number {
  // The level is that of these looks, though a longer budget has more blocks at its last.
  const last = levelAt(PASS_ALPHA, oneAttempt(looks), looks.length - 1);
  return drop(keptWith(blockSd, blocks, last));
}

/** The smallest budget with which the tolerance is resolvable; null when none up to the most blocks is. */
function budgetNeeded(prospect: Prospect, blocks: number, blockMs: number): number | null {
  const { sliceSd, slicesPerArm, tolerance } = prospect;
  for (const size of longerThan({ blocks, blockMs })) {
    // Longer blocks have more slices still, as what they have beside slices does not grow.
    const slices = (slicesPerArm * size.blockMs) / blockMs;
    const blockSd = expectedBlockSd(sliceSd, slices);
    // The last look's level depends on the looks' spacing alone, but for the fewest blocks.
    const looks = looksFor(Math.min(BLOCKS_WANTED, size.blocks));
    if (smallestResolvable(blockSd, size.blocks, looks) > tolerance) continue;
    return Math.ceil(size.blocks * size.blockMs);
  }
  return null;
}

/** What longer budgets buy, as src/plan/block-size.ts has it: more blocks, then longer ones, then more of full length. */
function* longerThan({ blocks, blockMs }: Size): Generator<Size> {
  for (let n = blocks + 1; n <= BLOCKS_WANTED; n++) yield { blocks: n, blockMs };
  const fullMs = Math.max(BLOCK_MS, blockMs);
  if (blocks <= BLOCKS_WANTED) {
    for (let ms = blockMs + STEP_MS; ms < fullMs; ms += STEP_MS) {
      yield { blocks: BLOCKS_WANTED, blockMs: ms };
    }
    if (fullMs > blockMs) yield { blocks: BLOCKS_WANTED, blockMs: fullMs };
  }
  for (let n = Math.max(blocks, BLOCKS_WANTED) + 1; n <= BLOCKS_AT_MOST; n++) {
    yield { blocks: n, blockMs: fullMs };
  }
}

function drop(logRatio: number): number {
  return Math.abs(changeOf('throughput', logRatio));
}
