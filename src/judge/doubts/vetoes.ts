/** Doubts about single figures that take the rule's word back: they can forbid a word, and never give one. */

import { mean } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Finding } from '../findings/finding.ts';
import type { Health } from '../health/health.ts';
import { EFFECT_FLOOR, logCost } from '../rule/decide.ts';
import { hiddenEitherWay, hiddenWorsening } from '../rule/trim-excess.ts';
import type { MetricState } from '../state/state.ts';
import { modesDisagree } from './modes.ts';

/** Why this word may not be said of the metric; null when it may. More blocks may yet clear the doubt. */
export function vetoOf(
  state: MetricState,
  word: VerdictWord,
  { blocks, health, tolerance, isContest = false }: Known,
): Finding | null {
  const split = modesDisagree(state, word, { tolerance, isContest });
  if (split !== null) return split;
  const judged = { metric: state.metric, estimate: state.progress.estimate };
  // Of contenders neither is the change, so what may not be said of the one may not be said of the other.
  if (isContest) {
    const ordered =
      word === 'unchanged' ? null : orderDisagrees(state, word, { blocks, health, tolerance });
    return ordered ?? hiddenEitherWay(health.rare, judged, word, tolerance);
  }
  if (word === 'regression') return orderDisagrees(state, word, { blocks, health, tolerance });
  return hiddenWorsening(health.rare, judged, tolerance);
}

interface Known {
  blocks: readonly BlockMeasurement[];
  health: Pick<Health, 'rare' | 'order'>;
  tolerance: number;
  /** Two servers are compared, and not two builds of one. */
  isContest?: boolean;
}

/**
 * Arms that stand in each other's way are worse by their places, not by themselves. But what is worse by half the tolerance,
 * the least of any regression, in either place is so by itself; and so is, of contenders, what is better by as much.
 */
function orderDisagrees(
  { metric, values }: MetricState,
  word: VerdictWord,
  { blocks, health: { order }, tolerance }: Omit<Known, 'isContest'>,
): Finding | null {
  if (order === null) return null;
  const sign = word === 'improvement' ? -1 : 1;
  const least = EFFECT_FLOOR * logCost(metric, tolerance);
  const isWorse = (['base', 'head'] as const).every((arm) => {
    const ofPlace = values.filter((value, i): value is number => {
      const block = blocks[i];
      return value !== null && block !== undefined && order.first(block) === arm;
    });
    return ofPlace.length > 0 && sign * mean(ofPlace) >= least;
  });
  return isWorse ? null : { ...order.finding, subject: metric };
}
