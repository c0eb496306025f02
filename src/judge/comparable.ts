/** May two stored numbers be compared? Only when everything that they depend on agrees. */
import { isDeepStrictEqual } from 'node:util';
import { subjectName } from '../config/experiment.ts';
import type { Environment, Measurement, StoredBaseline } from '../measure/measurement.ts';
import { pairsOf } from '../plan/make.ts';
import type { Phases } from '../plan/plan.ts';

/** What must agree between two machines, in the words of the report. Total memory may differ. */
const FINGERPRINT: readonly [keyof Environment, string][] = [
  ['os', 'operating system'],
  ['kernel', 'kernel'],
  ['cpuModel', 'CPU model'],
  ['cpuCount', 'number of CPUs'],
  ['runnerImage', 'runner image'],
  ['node', 'Node.js (which runs the load generator)'],
];

const CORES_OF = { servers: 'servers', generator: 'load generator' };

/**
 * Differences, one sentence each; none when the two may be compared. The engine of a subject is
 * looked at once it was rehearsed.
 */
export function incomparable(measurement: Measurement, stored: StoredBaseline): string[] {
  const differences = machineDifferences(stored.environment, measurement.environment);
  if (stored.tool.version !== measurement.tool.version) {
    differences.push(`Throughput Gate was ${stored.tool.version}, is ${measurement.tool.version}`);
  }
  for (const part of ['servers', 'generator'] as const) {
    const [then, now] = [stored.cores[part], measurement.plan.cores[part]].map(coreCount);
    if (then !== now)
      differences.push(`number of cores for the ${CORES_OF[part]} was ${then}, is ${now}`);
  }
  for (const subject of measurement.experiment.subjects) {
    const name = subjectName(subject);
    const kept = stored.subjects.find((other) => subjectName(other) === name);
    const load = measurement.experiment.scenarios.find((s) => s.name === subject.scenario);
    if (kept === undefined) continue;
    if (!isDeepStrictEqual(kept.load, load)) {
      differences.push(`the scenario of ${name} has changed`);
    }
    const server = measurement.experiment.servers.find((other) => other.name === subject.server);
    const [then, now] = [kept.blocks[0]?.pairs, load && server && pairsOf(server, load)];
    if (then !== undefined && now !== undefined && then !== now) {
      differences.push(`the \`pairs\` of ${name} were ${then}, are ${now}`);
    }
    const planned = measurement.plan.subjects.find((other) => subjectName(other) === name);
    const [rateThen, rateNow] = [kept.phases, planned?.phases].map((phases) => phases?.latency);
    if (planned !== undefined && rateThen?.perSecond !== rateNow?.perSecond) {
      differences.push(
        `the rate at which the latency of ${name} is measured was ${perSecond(rateThen)}, is ${perSecond(rateNow)}`,
      );
    }
    const rehearsed = measurement.subjects.find((other) => subjectName(other) === name)?.rehearsal;
    const engine = rehearsed?.arms.head?.engine;
    if (engine !== undefined && kept.engine !== engine) {
      differences.push(`the load engine of ${name} was ${kept.engine ?? 'unknown'}, is ${engine}`);
    }
  }
  return differences;
}

/** What of a machine is another now, one sentence each. */
export function machineDifferences(then: Environment, now: Environment): string[] {
  return FINGERPRINT.flatMap(([key, name]) => {
    const [was, is] = [then[key], now[key]];
    return was === is ? [] : [`${name} was ${was ?? 'unknown'}, is ${is ?? 'unknown'}`];
  });
}

function perSecond(latency: Phases['latency'] | undefined): string {
  return latency ? `${latency.perSecond}/s` : 'none';
}

function coreCount(list: readonly number[] | null): string {
  return list === null ? 'not limited' : String(list.length);
}
