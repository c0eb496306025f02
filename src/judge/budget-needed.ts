/** The budget that would decide what is open. */

import { isToleranceMetric } from '../config/experiment/metrics.ts';
import type { MeasurementHead } from '../measure/measurement.ts';
import { budgetFor } from '../plan/block-size.ts';
import { logCost } from './decide.ts';
import { isTooNoisy } from './metric-state.ts';
import { blocksWithout } from './own-looks.ts';
import { blocksNeeded } from './power.ts';
import type { SubjectState } from './state.ts';
import { isCore } from './too-noisy.ts';
import { hiddenWorsening } from './trim-excess.ts';

/** By how much budget an undecided subject would be decided; null where more blocks would not do it. */
export function budgetNeeded(
  measurement: MeasurementHead,
  level: number,
  subject: SubjectState,
): number | null {
  if (subject.plan === null) return null;
  // More blocks of one run do not bring runs nearer to each other.
  if (measurement.past !== undefined) return null;
  if (subject.health.doubts.length + subject.health.passDoubts.length > 0) return null;
  const { gate } = measurement.experiment;
  let most = 0;
  for (const state of subject.metrics) {
    const { metric, progress } = state;
    const { estimate } = progress;
    if (!state.gating || estimate === null || !isToleranceMetric(metric)) continue;
    if (isTooNoisy(state) && !isCore(metric)) continue;
    // What stalls now and then, or sends late, does so in more blocks too.
    if (state.trouble !== null) return null;
    if (hiddenWorsening(subject.health.rare, { metric, estimate }, gate.tolerance[metric]))
      return null;
    if (progress.kind === 'decided') continue;
    const delta = logCost(metric, gate.tolerance[metric]);
    const needed = blocksNeeded(estimate, level, delta);
    if (needed === null) return null;
    const without = progress.kind === 'open' ? blocksWithout(subject.plan, progress.schedule) : 0;
    most = Math.max(most, needed + without);
  }
  return most === 0 ? null : budgetFor(most, subject.plan.blockMs);
}
