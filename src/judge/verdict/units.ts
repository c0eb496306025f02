/** In which unit the figures of a metric are. */
import { workOf } from '../../config/experiment/describe-load.ts';
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { MetricVerdict } from './verdict.ts';

const UNITS: Partial<Record<MetricName, MetricVerdict['unit']>> = {
  memory: 'B',
  pss: 'B',
  'peak-memory': 'B',
  'memory-per-connection': 'B',
  'memory-growth': 'B/1k',
  'throughput-cv': 'share',
  refused: 'share',
  dropped: 'share',
  errors: 'share',
};

export function unitOf(metric: MetricName, scenario: Scenario): MetricVerdict['unit'] {
  if (metric === 'throughput') return workOf(scenario) === 'message' ? 'msg/s' : 'req/s';
  return UNITS[metric] ?? 's';
}
