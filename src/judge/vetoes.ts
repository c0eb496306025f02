/** Doubts about single figures that take the rule's word back: they can forbid a word, and never give one. */

import { mean } from 'simple-statistics';
import type { BlockMeasurement } from '../measure/measurement.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import { EFFECT_FLOOR, logCost } from './decide.ts';
import type { Finding } from './findings/finding.ts';
import { modesDisagree } from './health/modes.ts';
import type { Health, MetricState } from './state.ts';
import { hiddenWorsening } from './trim-excess.ts';

/** Why this word may not be said of the metric; null when it may. More blocks may yet clear the doubt. */
export function vetoOf(
  state: MetricState,
  word: VerdictWord,
  { blocks, health, tolerance }: Known,
): Finding | null {
  const split = modesDisagree(state, word, tolerance);
  if (split !== null) return split;
  if (word === 'regression') return orderDisagrees(state, blocks, { health, tolerance });
  const { metric, progress } = state;
  return hiddenWorsening(health.rare, { metric, estimate: progress.estimate }, tolerance);
}

interface Known {
  blocks: readonly BlockMeasurement[];
  health: Pick<Health, 'rare' | 'order'>;
  tolerance: number;
}

/**
 * Arms that stand in each other's way are worse by their places, not by themselves. But what is worse by half the tolerance,
 * the least of any regression, in either place is so by itself.
 */
function orderDisagrees(
  { metric, values }: MetricState,
  blocks: readonly BlockMeasurement[],
  { health: { order }, tolerance }: Omit<Known, 'blocks'>,
): Finding | null {
  if (order === null) return null;
  const least = EFFECT_FLOOR * logCost(metric, tolerance);
  const isWorse = (['base', 'head'] as const).every((arm) => {
    const ofPlace = values.filter((value, i): value is number => {
      const block = blocks[i];
      return value !== null && block !== undefined && order.first(block) === arm;
    });
    return ofPlace.length > 0 && mean(ofPlace) >= least;
  });
  return isWorse ? null : { ...order.finding, subject: metric };
}
