/**
 * What the decision rule will be able to tell at the noise that the pilot run saw. It is the rule's own arithmetic, ahead
 * of the data: so it lives beside the rule, though its result goes into the plan.
 */
import { expectedBlockSd } from '../../plan/block-sd.ts';
import { budgetFor } from '../../plan/block-size.ts';
import type { Forecast } from '../../plan/plan.ts';
import { changeOf, levelAt, logCost, PASS_ALPHA } from '../rule/decide.ts';
import { oneAttempt } from '../statistics/sequential.ts';
import { blocksToPass, keptWith, procedureOf } from './power.ts';
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

/**
 * `resolvable`: the smallest tolerance, as a drop in throughput, that an unchanged server is shown to keep in 80 of 100 runs: where the
 * pass side's test at the last look has that power against a change of nought. Earlier looks add a little, so it is on
 * the safe side. The smallest visible slowdown (`mde`) is larger, as the fail side is stricter; it is no condition:
 * within a tolerance below it an unchanged server still passes, and a slowdown of its size is `inconclusive` more often.
 */
export function forecastOf(prospect: Prospect): Forecast {
  const { sliceSd, slicesPerArm, looks, blockMs, tolerance, alpha } = prospect;
  const blocks = looks.at(-1) as number;
  const blockSd = expectedBlockSd(sliceSd, slicesPerArm);
  const procedure = procedureOf(oneAttempt(looks), alpha, looks.length - 1);
  const delta = logCost('throughput', tolerance);
  const last = levelAt(PASS_ALPHA, oneAttempt(looks), looks.length - 1);
  const resolvable = drop(keptWith(blockSd, blocks, last));
  return {
    blockSd,
    mde: drop(smallestVisible(blockSd, delta, procedure)),
    resolvable,
    budgetNeededMs:
      resolvable <= tolerance ? null : budgetNeeded(blockSd, delta, { blocks, blockMs }),
  };
}

/** The smallest budget with which the tolerance is resolvable; null when none up to the most blocks is. */
function budgetNeeded(
  blockSd: number,
  delta: number,
  { blocks, blockMs }: { blocks: number; blockMs: number },
): number | null {
  const needed = blocksToPass({ sd: blockSd }, delta, blocks);
  return needed === null ? null : Math.ceil(budgetFor(needed, blockMs));
}

function drop(logRatio: number): number {
  return Math.abs(changeOf('throughput', logRatio));
}
