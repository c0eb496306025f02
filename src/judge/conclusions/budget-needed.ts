/** The budget that would decide what is open. */

import { isLimitMetric, isToleranceMetric } from '../../config/experiment/metrics.ts';
import type { MeasurementHead } from '../../measure/observed/measurement.ts';
import { budgetFor } from '../../plan/block-size.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import { blocksThatShow } from '../doubts/over-limit.ts';
import { blocksThatPass } from '../doubts/too-noisy.ts';
import { blocksNeeded } from '../power/power.ts';
import { isCore } from '../rule/core-metrics.ts';
import { logCost } from '../rule/decide.ts';
import type { Estimate } from '../rule/estimate.ts';
import { blocksWithout } from '../rule/own-looks.ts';
import { hiddenWorsening } from '../rule/trim-excess.ts';
import { isTooNoisy } from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';

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
    if (!state.gating) continue;
    if (isLimitMetric(metric) && progress.kind === 'open') {
      const shown = blocksThatShow(state, subject.measured.blocks, level);
      if (shown === null) return null;
      most = Math.max(most, shown);
    }
    if (estimate === null || !isToleranceMetric(metric)) continue;
    if (isTooNoisy(state) && !isCore(metric)) continue;
    // What stalls now and then, or sends late, does so in more blocks too.
    if (state.trouble !== null) return null;
    if (hiddenWorsening(subject.health.rare, { metric, estimate }, gate.tolerance[metric]))
      return null;
    if (progress.kind === 'decided') continue;
    const about = { plan: subject.plan, tolerance: gate.tolerance[metric] };
    // As its own reason has it, lest one report tells two budgets.
    const needed = isTooNoisy(state)
      ? blocksThatPass(state, estimate, about)
      : blocksThatDecide(state, estimate, { ...about, level });
    if (needed === null) return null;
    most = Math.max(most, needed);
  }
  return most === 0 ? null : budgetFor(most, subject.plan.blockMs);
}

function blocksThatDecide(
  { metric, progress }: MetricState,
  estimate: Estimate,
  { plan, tolerance, level }: { plan: SubjectPlan; tolerance: number; level: number },
): number | null {
  const needed = blocksNeeded(estimate, level, logCost(metric, tolerance));
  if (needed === null) return null;
  return needed + (progress.kind === 'open' ? blocksWithout(plan, progress.schedule) : 0);
}
