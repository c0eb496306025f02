/** What of a scenario can fail the job. */

import type { Experiment, Gate } from './experiment.ts';
import type { GateableMetric } from './metrics.ts';
import type { Scenario } from './scenario.ts';
import { metricsOf } from './scenario-metrics.ts';

/** In the order of the reports. Failed requests gate too, but by themselves: they break the measurement. */
export function gatingMetrics(
  { metrics }: Pick<Gate, 'metrics'>,
  scenario: Scenario,
): GateableMetric[] {
  const named = new Set<string>(metrics);
  return metricsOf(scenario).filter((metric): metric is GateableMetric => named.has(metric));
}

/** How many hypotheses share the false-alarm rate when every subject is measured. */
export function hypothesesOf({
  subjects,
  scenarios,
  gate,
}: Pick<Experiment, 'subjects' | 'scenarios' | 'gate'>): number {
  const counts = new Map(scenarios.map((one) => [one.name, gatingMetrics(gate, one).length]));
  return subjects.reduce((sum, { scenario }) => sum + (counts.get(scenario) ?? 0), 0);
}
