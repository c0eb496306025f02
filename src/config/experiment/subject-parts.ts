/** What a subject stands for: its server and its load, as the experiment has them. */
import type { Experiment, SubjectId } from './experiment.ts';
import type { Scenario } from './scenario.ts';
import type { Server } from './server.ts';

export interface SubjectParts {
  server: Server;
  scenario: Scenario;
}

export function partsOf({ servers, scenarios }: Experiment, subject: SubjectId): SubjectParts {
  return {
    server: servers.find((server) => server.name === subject.server) as Server,
    scenario: scenarios.find((scenario) => scenario.name === subject.scenario) as Scenario,
  };
}
