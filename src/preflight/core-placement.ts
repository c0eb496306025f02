/** Scenarios with `cores`: which of their points this machine has cores for, and on which they run. */

import { nameAsWritten } from '../config/experiment/cores.ts';
import { type Experiment, type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import type { Plan } from '../plan/plan.ts';
import { cpusText } from '../report/wording/cpus.ts';
import { mostServerCores, scaledCores } from '../system/cpus/cores.ts';
import { UserError } from '../system/messages/problem.ts';
import type { Cores } from '../terms/core-sets.ts';
import { plural } from '../terms/plural.ts';

export interface Placed {
  /** With the subjects that are measured, and their servers. */
  experiment: Experiment;
  lacking: Plan['lacking'];
  /** Why scenarios are not measured, a sentence each. */
  warnings: string[];
}

/** Leaves out the subjects that need more server cores than there are. Throws a UserError when none is left. */
export function placeSubjects(experiment: Experiment, cores: Cores): Placed {
  const most = mostServerCores(cores);
  const lacking: Plan['lacking'][number][] = [];
  const subjects: SubjectId[] = [];
  for (const { server, scenario } of experiment.subjects) {
    const count = scenarioOf(experiment, scenario)?.serverCores ?? null;
    if (count === null || count <= most) subjects.push({ server, scenario });
    else lacking.push({ server, scenario, cores: count });
  }
  const wanting = new Map(lacking.map((one) => [one.scenario, one.cores]));
  const warnings = [...wanting].map(
    ([name, count]) =>
      `scenario ${nameAsWritten(name)} at ${plural(count, 'server core')} is not measured: ${reasonFor(cores)}`,
  );
  if (subjects.length === 0) {
    throw new UserError({
      message: `nothing is left to measure: ${lacking.map(subjectName).join(', ')} ask for server cores that are not available; ${reasonFor(cores)}`,
      hint: 'run on a machine with more cores, ask for fewer with `cores`, or leave `cores` out',
    });
  }
  const servers = experiment.servers.filter(({ name }) =>
    subjects.some(({ server }) => server === name),
  );
  return { experiment: { ...experiment, servers, subjects }, lacking, warnings };
}

/**
 * Cores of a subject's own; null where it has those of the run. All points of a scenario's curve that
 * are measured are loaded from the same cores.
 */
export function coresFor(experiment: Experiment, subject: SubjectId, cores: Cores): Cores | null {
  const count = scenarioOf(experiment, subject.scenario)?.serverCores ?? null;
  if (count === null) return null;
  const points = experiment.subjects
    .filter(({ scenario }) => nameAsWritten(scenario) === nameAsWritten(subject.scenario))
    .map(({ scenario }) => scenarioOf(experiment, scenario)?.serverCores ?? 0);
  return scaledCores(cores, count, Math.max(...points));
}

function scenarioOf({ scenarios }: Experiment, name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}

function reasonFor(cores: Cores): string {
  if (cores.generator === null || cores.servers === null)
    return `servers cannot be kept to cores of their own here (${cores.note})`;
  const beside = cores.beside?.length ?? 0;
  const count = cores.generator.length + cores.servers.length + beside;
  const needed = count - beside - mostServerCores(cores);
  const others = beside === 0 ? '' : `, and what runs beside the servers has ${beside} of the CPUs`;
  return needed === 1
    ? `this machine has ${plural(count, 'core')}, and the load generator needs one of them${others}`
    : `this machine has ${cpusText(count, cores)}, and the load generator needs one physical core of its own, which is ${needed} of the CPUs${others}`;
}
