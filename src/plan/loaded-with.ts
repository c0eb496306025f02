/** A load as it is planned for a subject, where that differs from what its scenario says. */
import type { Scenario } from '../config/experiment/scenario.ts';

/** `connections`: in place of the scenario's own; undefined: these. */
export function loadedWith(scenario: Scenario, connections: number | undefined): Scenario {
  return connections === undefined || scenario.kind !== 'http'
    ? scenario
    : { ...scenario, connections };
}
