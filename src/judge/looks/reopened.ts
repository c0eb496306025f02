/** Looks that are taken back. */
import type { Gate } from '../../config/experiment/experiment.ts';
import { isLimitMetric } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { limitValue } from '../rule/limits.ts';
import type { MetricState, Progress } from '../state/state.ts';

/**
 * The progress of a metric, now that these blocks are there. Where it kept its limit at an earlier look, and is over it by the blocks that
 * came since, that look is taken back; what it saw stays to be read.
 */
export function reopenedBy(
  blocks: readonly BlockMeasurement[],
  { metric, progress }: Pick<MetricState, 'metric' | 'progress'>,
  limits: Gate['limits'],
): Progress {
  if (!isLimitMetric(metric) || progress.kind !== 'decided') return progress;
  if (progress.decision.word !== 'unchanged') return progress;
  const value = limitValue(metric, blocks, 'head');
  if (value === null || value <= limits[metric]) return progress;
  const { look, schedule, p, estimate } = progress;
  return { kind: 'open', look, schedule, p, estimate, tooNoisy: false };
}
