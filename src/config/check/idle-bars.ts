/** Tolerances and limits that somebody wrote, and that hold nothing: of a metric that fails no job, or that is not measured. Pure. */
import type { GateableMetric, MetricName } from '../experiment/metrics.ts';
import type { Scenario } from '../experiment/scenario.ts';
import { measuredBy, metricsOf } from '../experiment/scenario-metrics.ts';
import type { Mistake } from '../mistakes/mistakes.ts';
import { get, map } from '../mistakes/untyped.ts';
import { DEFAULT_GATE_METRICS } from '../schema/gate-schema.ts';

/**
 * No mistakes, but worth knowing: whoever writes `tolerance: { p50: 1% }` thinks that p50 is held to it. `written`: the section `gate`, as it
 * stands in a file or comes from settings, with sound values; `metrics`: those that count, whoever has named them.
 */
export function idleBars(
  written: unknown,
  metrics: readonly GateableMetric[] | undefined,
  scenarios: readonly Scenario[],
): Mistake[] {
  const gating: readonly string[] = metrics ?? DEFAULT_GATE_METRICS;
  const measured = new Set<string>(scenarios.flatMap(metricsOf));
  return (['tolerance', 'limits'] as const).flatMap((section) => {
    const own = get(written, section);
    // One percentage is for whichever metrics there are.
    const names = typeof own === 'object' ? Object.keys(map(own)) : [];
    return names.flatMap((name): Mistake[] => {
      // Errors are everywhere, and always fail the job.
      if (name === 'errors') return [];
      const message = measured.has(name)
        ? `\`${name}\` is only shown and can fail no job, as it is not among \`metrics\` (${gating.join(', ')}): name it there`
        : `no scenario measures \`${name}\`, so there is nothing that this could hold: ${measuredBy(name as MetricName)}`;
      const isIdle = !measured.has(name) || !gating.includes(name);
      return isIdle ? [{ path: ['gate', section, name], part: 'key', message }] : [];
    });
  });
}
