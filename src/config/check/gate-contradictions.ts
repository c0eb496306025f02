/** What the gate wants of the scenarios, and they do not have. */

import type { GateableMetric } from '../experiment/metrics.ts';
import type { Scenario } from '../experiment/scenario.ts';
import { measuredBy, metricsOf } from '../experiment/scenario-metrics.ts';
import type { Mistake } from '../mistakes/mistakes.ts';
import { DEFAULT_GATE_METRICS, type GateKeys } from '../schema/gate-schema.ts';

/** What gives a scenario the metric, or takes the wish for it away. */
function mend(metric: GateableMetric): string {
  const how = measuredBy(metric);
  return how.startsWith('add') ? `${how}, or remove the metric` : how;
}

/**
 * Of these metrics, named by the user, those that no scenario measures. Whoever repeats the default
 * means it: of those, a scenario has what it has.
 */
export function unmeasured(
  metrics: readonly GateableMetric[],
  scenarios: readonly Scenario[],
): Mistake[] {
  const isDefault = DEFAULT_GATE_METRICS.every((metric) => metrics.includes(metric));
  const excused = isDefault ? DEFAULT_GATE_METRICS : [];
  const fine = new Set<string>([...excused, ...scenarios.flatMap(metricsOf)]);
  return metrics.flatMap((metric, index): Mistake[] => {
    if (fine.has(metric)) return [];
    const path = ['gate', 'metrics', index];
    const message = `no scenario measures \`${metric}\``;
    return [{ path, part: 'value', message, hint: mend(metric) }];
  });
}

/**
 * A limit for all subjects together in which not one of them could use its budget: its looks, which are spread over
 * the whole budget, would never come to the last. `at`: the key to name.
 */
export function overcommitted(
  gate: Pick<GateKeys, 'budget' | 'job-budget'>,
  at: 'budget' | 'job-budget' = 'job-budget',
): Mistake[] {
  const { budget, 'job-budget': whole } = gate;
  if (whole === undefined || whole >= budget) return [];
  const message = `\`job-budget\`, for all subjects together, is ${seconds(whole)}, and \`budget\`, for each of them, is ${seconds(budget)}`;
  const hint = `set \`budget\` to ${seconds(whole)} or less, or raise \`job-budget\``;
  return [{ path: ['gate', at], part: 'value', message, hint }];
}

function seconds(ms: number): string {
  return `${ms / 1000}s`;
}
