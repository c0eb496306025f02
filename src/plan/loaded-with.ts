/** A load as it is planned for a subject, where that differs from what its scenario says. */
import type { Experiment } from '../config/experiment/experiment.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import { partsOf, type SubjectParts } from '../config/experiment/subject-parts.ts';
import type { SubjectPlan } from './plan.ts';

/** `connections`: in place of the scenario's own; undefined: these. */
export function loadedWith(scenario: Scenario, connections: number | undefined): Scenario {
  return connections === undefined || scenario.kind !== 'http'
    ? scenario
    : { ...scenario, connections };
}

/** What a subject stands for, with the load as it is planned. */
export function plannedParts(experiment: Experiment, plan: SubjectPlan): SubjectParts {
  const { server, scenario } = partsOf(experiment, plan);
  return { server, scenario: loadedWith(scenario, plan.connections) };
}
