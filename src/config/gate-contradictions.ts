/** What the gate wants of the scenarios, and they do not have. */

import type { Scenario } from './experiment.ts';
import { DEFAULT_GATE_METRICS, type GateKeys } from './gate-schema.ts';
import type { GateableMetric } from './metrics.ts';
import type { Mistake } from './mistakes.ts';
import { metricsOf } from './scenario-metrics.ts';

/** What gives a scenario the metric. */
function mend(metric: GateableMetric): string {
  switch (metric) {
    case 'longest-stall':
    case 'throughput-cv':
      return 'add `steady: 5s` to a scenario, or remove the metric';
    case 'memory-per-connection':
    case 'connect-p50':
    case 'connect-p99':
    case 'refused':
    case 'dropped':
      return 'add a scenario with `mode: hold`, or remove the metric';
    case 'p50':
    case 'p90':
    case 'p99':
      return 'a scenario of the built-in engine measures it, unless it says `latency: false`';
    default:
      return 'a scenario without `mode: hold` measures it';
  }
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
