/** Whether blocks of one run are as independent as the test takes them to be, by runs of unchanged code. */
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { subjectName } from '../config/experiment/experiment.ts';
import { estimatePaired, pairValue } from '../judge/rule/estimate.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import type { SelfTest } from './record.ts';
import type { RunEffect } from './result.ts';
import { varianceComponent } from './variance-component.ts';

/**
 * Over all runs of unchanged code, those of whole jobs too. `blocksPerJob`: blocks of a job, of whose mean the inflation is
 * told. Only of unchanged code: what an injected dose costs may itself move from one run to the next. Null with too few runs.
 */
export function runEffectOf(
  metric: RunEffect['metric'],
  { record, chunks, jobs }: SelfTest,
  blocksPerJob: number,
): RunEffect | null {
  const unchanged = record.doses.filter(({ asked }) => asked === 0).map(({ name }) => name);
  const runs = unchanged
    .flatMap((name) => [
      ...(chunks.get(name) ?? []),
      ...(jobs.get(name) ?? []).map(({ measurement }) => measurement),
    ])
    .map((run) => valuesOf(metric, run, subjectName(record.subject)));
  const component = varianceComponent(runs, blocksPerJob);
  if (component === null) return null;
  return { metric, ...component, ps: runs.flatMap((run) => pOf(run) ?? []).sort((a, b) => a - b) };
}

function valuesOf(metric: RunEffect['metric'], { subjects }: Measurement, name: string): number[] {
  const blocks = subjects.find((subject) => subjectName(subject) === name)?.blocks ?? [];
  return blocks.flatMap((block) => pairValue(metric, block) ?? []).filter(Number.isFinite);
}

/** That nothing changed, which is true. */
function pOf(values: readonly number[]): number | null {
  const estimate = estimatePaired(values);
  if (estimate === null || estimate.se === 0) return null;
  return 2 * tCdf(-Math.abs(estimate.d) / estimate.se, estimate.degreesOfFreedom);
}
