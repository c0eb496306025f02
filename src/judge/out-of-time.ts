/**
 * Metrics that the clock has stopped before their looks could decide them: the limit of the job, or blocks that took far longer than was
 * planned. As with noise that the budget cannot decide, such a metric of the default list leaves the verdict to the others, unless it looks
 * worse (docs/adr/0074-own-looks.md).
 */
import type { Gate } from '../config/experiment.ts';
import { isToleranceMetric } from '../config/metrics.ts';
import { logCost } from './decide.ts';
import type { FindingOf } from './findings/finding.ts';
import { isTooNoisy, wholeEstimateAt } from './metric-state.ts';
import type { MetricState, SubjectState } from './state.ts';
import { isCore, worsening } from './too-noisy.ts';

/** Null where it is not left out for that. While a run goes on, it is asked as if the run ended now. */
export function outOfTime(
  subject: SubjectState,
  state: MetricState,
  gate: Gate,
): FindingOf<'out-of-time'> | null {
  const { metric, gating, against, trouble, progress, counts } = state;
  if (gate.metricsNamed !== false || !gating || against.kind === 'past' || trouble !== null)
    return null;
  if (!isStopped(subject) || !isToleranceMetric(metric) || isCore(metric)) return null;
  if (progress.kind === 'decided' || isTooNoisy(state)) return null;
  const { estimate } = progress;
  const whole = wholeEstimateAt(state, state.values.length);
  const delta = logCost(metric, gate.tolerance[metric]);
  if (estimate !== null && worsening({ estimate, whole }, delta).looksWorse) return null;
  const data = { values: counts.at(-1) as number, jobBudgetMs: gate.jobBudgetMs };
  return { code: 'out-of-time', severity: 'doubt', subject: metric, data };
}

/** Sound, looked at, and more blocks were planned that could have decided it. */
function isStopped({ plan, measured, fault, resolved, isContest }: SubjectState): boolean {
  if (resolved || fault !== null || isContest || plan === null) return false;
  const blocks = measured.blocks.length;
  return blocks >= (plan.looks[0] as number) && blocks < plan.blocks.length;
}
