/**
 * Metrics that this machine is too noisy for: within the budget they would stay undecided on unchanged code too. Unless the
 * user named them, they are not judged, and the others make the verdict; what is shown to be worse is so all the same
 * (docs/adr/0040-too-noisy.md).
 */
import type { Gate } from '../config/experiment.ts';
import { isToleranceMetric, type MetricName } from '../config/metrics.ts';
import { budgetFor } from '../plan/block-size.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { changeOf, EFFECT_FLOOR, isWithinTolerance, logCost, passLevel } from './decide.ts';
import type { Estimate } from './estimate.ts';
import type { FindingOf } from './findings/finding.ts';
import { blocksToPass, smallestKept } from './power.ts';
import type { MetricState } from './state.ts';
import { TOO_NOISY } from './thresholds.ts';

/** What a verdict rests on: where one of them is measured, one of them must be judged. */
const CORE: ReadonlySet<MetricName> = new Set(['throughput', 'cpu']);

export function isCore(metric: MetricName): boolean {
  return CORE.has(metric);
}

/**
 * At this look, of a metric that it has not decided. The noise of few blocks may be an accident: before the last look it must
 * be larger by half. What the verdict rests on is not given up before the last look.
 */
export function isTooNoisyAt(
  { look, isLast }: { look: number; isLast: boolean },
  { metric, gating, against, trouble }: MetricState,
  { estimate, p }: { estimate: Estimate | null; p: number },
  plan: SubjectPlan,
  gate: Gate,
): boolean {
  if (gate.metricsNamed !== false || !gating || trouble !== null) return false;
  if (against.kind === 'stored' || against.kind === 'past') return false;
  if (!isToleranceMetric(metric) || estimate === null) return false;
  if (!isLast && isCore(metric)) return false;
  const tolerance = gate.tolerance[metric];
  if (isLast && isWithinTolerance(metric, estimate, tolerance, passLevel(plan, look))) return false;
  const delta = logCost(metric, tolerance);
  // By itself it would be a regression: that is more than noise, though the job's other metrics ask for more.
  if (p <= gate.falseAlarmRate && estimate.d >= EFFECT_FLOOR * delta) return false;
  return smallestKept(estimate.sd, plan) > (isLast ? 1 : TOO_NOISY.early) * delta;
}

/** Why it is not judged, and what would do. `visible`: as in the metric's verdict. */
export function tooNoisy(
  { metric }: MetricState,
  { sd }: Estimate,
  given: { plan: SubjectPlan; tolerance: number; visible: number | null },
): FindingOf<'too-noisy'> {
  const { plan, tolerance, visible } = given;
  const blocks = blocksToPass(sd, logCost(metric, tolerance), plan.blocks.length);
  const data = {
    visible,
    tolerance,
    keeps: Math.abs(changeOf(metric, smallestKept(sd, plan))),
    budgetNeededMs: blocks === null ? null : budgetFor(blocks, plan.blockMs),
  };
  return { code: 'too-noisy', severity: 'doubt', subject: metric, data };
}
