/**
 * Metrics that the clock has stopped before their looks could decide them: the limit of the job, or blocks that took far longer than was
 * planned. As with noise that the budget cannot decide, such a metric of the default list leaves the verdict to the others, unless it looks
 * worse, or was measured too seldom to tell (docs/adr/0074-own-looks.md).
 */
import type { Gate } from '../../config/experiment/experiment.ts';
import { isToleranceMetric } from '../../config/experiment/metrics.ts';
import type { StoppedBy } from '../../measure/observed/measurement.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import type { FindingOf } from '../findings/finding.ts';
import { isCore } from '../rule/core-metrics.ts';
import { logCost } from '../rule/decide.ts';
import { isTooNoisy, wholeEstimateAt } from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import { levelsAtEnd, worsening } from './too-noisy.ts';
import { noiseOfHead } from './whose-noise.ts';

/** Null where it is not left out for that. `doubtful`: as in the job's `FailSide`. */
export function outOfTime(
  subject: SubjectState,
  state: MetricState,
  { gate, doubtful }: { gate: Gate; doubtful: number },
): FindingOf<'out-of-time'> | null {
  const { metric, gating, against, trouble, progress, counts } = state;
  if (gate.metricsNamed !== false || !gating || against.kind === 'past' || trouble !== null)
    return null;
  const clock = stoppedBy(subject);
  if (clock === null || !isToleranceMetric(metric) || isCore(metric)) return null;
  if (progress.kind === 'decided' || isTooNoisy(state)) return null;
  // A head whose blocks take longer can bring the clock about: what was not measured could be worse by any amount.
  const values = counts.at(-1) as number;
  const { estimate } = progress;
  if (values < MIN_BLOCKS || estimate === null) return null;
  const whole = wholeEstimateAt(state, state.values.length);
  const p = progress.kind === 'unseen' ? 1 : progress.p;
  const delta = logCost(metric, gate.tolerance[metric]);
  const seen = worsening({ estimate, whole, p }, delta, levelsAtEnd(whole, { gate, doubtful }));
  if (seen.looksWorse || seen.isWorseByItself) return null;
  // As noise of head alone can: without it there had been time enough.
  if (isHeadsNoise(subject, state, delta)) return null;
  const data = { values, jobBudgetMs: clock === 'job-budget' ? gate.jobBudgetMs : null };
  return { code: 'out-of-time', severity: 'doubt', subject: metric, data };
}

function isHeadsNoise(
  { plan, measured: { blocks } }: SubjectState,
  state: MetricState,
  delta: number,
): boolean {
  const schedule = state.progress.kind === 'unseen' ? plan : state.progress.schedule;
  if (schedule === null) return false;
  return noiseOfHead(state, blocks, { schedule, delta, isLast: true }) !== null;
}

/**
 * By which clock, of what is sound and was looked at, while more blocks were planned that could have decided it. Null where none is recorded: a
 * job that was killed, and a measurement that is judged while it goes on, leave nothing out.
 */
function stoppedBy({ plan, measured, fault, resolved, isContest }: SubjectState): StoppedBy | null {
  if (resolved || fault !== null || isContest || plan === null) return null;
  const blocks = measured.blocks.length;
  const isCutShort = blocks >= (plan.looks[0] as number) && blocks < plan.blocks.length;
  return isCutShort ? (measured.stoppedBy ?? null) : null;
}
