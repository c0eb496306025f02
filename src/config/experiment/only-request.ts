/** The request of a load that has one alone: what is seen of its answers is then of that request. */
import type { Scenario } from './scenario.ts';

/** Empty: there are several, or it is not known. */
export function onlyRequestOf(scenario: Scenario): { path?: string; method?: string } {
  if (scenario.kind !== 'http' || scenario.requests.length !== 1) return {};
  const [request] = scenario.requests;
  return request === undefined ? {} : { path: request.path, method: request.method };
}
