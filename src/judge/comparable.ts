/** May two stored numbers be compared? Only when everything that they depend on agrees. */
import { isDeepStrictEqual } from 'node:util';
import { subjectName } from '../config/experiment.ts';
import type { Environment, Measurement, StoredBaseline } from '../measure/measurement.ts';
import { pairsOf } from '../plan/make.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { coresOfOne } from '../system/cores.ts';
import type { Cores } from '../terms/core-sets.ts';
import { type Difference, MACHINE_PARTS, type MachineDifference } from './findings/difference.ts';

/**
 * Every difference; none when the two may be compared. The engine of a subject is
 * looked at once it had its pilot run.
 */
export function incomparable(measurement: Measurement, stored: StoredBaseline): Difference[] {
  const differences: Difference[] = machineDifferences(stored.environment, measurement.environment);
  if (stored.tool.version !== measurement.tool.version) {
    differences.push({
      of: 'version',
      was: stored.tool.version,
      is: measurement.tool.version,
    });
  }
  for (const part of ['servers', 'generator'] as const) {
    const [was, is] = [countOf(stored.cores, part), countOf(measurement.plan.cores, part)];
    if (was !== is) differences.push({ of: 'cores', part, was, is });
  }
  for (const subject of measurement.experiment.subjects) {
    const name = subjectName(subject);
    const kept = stored.subjects.find((other) => subjectName(other) === name);
    const load = measurement.experiment.scenarios.find((s) => s.name === subject.scenario);
    if (kept === undefined) continue;
    if (!isDeepStrictEqual(kept.load, load)) {
      differences.push({ of: 'scenario', name });
    }
    const server = measurement.experiment.servers.find((other) => other.name === subject.server);
    const [then, now] = [kept.blocks[0]?.pairs, load && server && pairsOf(server, load)];
    if (then !== undefined && now !== undefined && then !== now) {
      differences.push({ of: 'pairs', name, was: then, is: now });
    }
    const planned = measurement.plan.subjects.find((other) => subjectName(other) === name);
    if (planned !== undefined) {
      const [was, is] = [rateOf(kept), rateOf(planned)];
      if (was !== is) differences.push({ of: 'rate', name, was, is });
    }
    const measured = measurement.subjects.find((other) => subjectName(other) === name)?.pilot;
    const engine = measured?.arms.head?.engine;
    if (engine !== undefined && kept.engine !== engine) {
      differences.push({ of: 'engine', name, was: kept.engine, is: engine });
    }
  }
  return differences;
}

/** What of a machine is another now. */
export function machineDifferences(then: Environment, now: Environment): MachineDifference[] {
  return MACHINE_PARTS.flatMap((part) => {
    const [was, is] = [then[part], now[part]];
    return was === is ? [] : [{ of: 'machine' as const, part, was, is }];
  });
}

/** At which latency is measured; null: it is not. */
function rateOf({ phases }: Pick<SubjectPlan, 'phases'>): number | null {
  return phases.latency?.perSecond ?? null;
}

/** What one server has, whether its rival had as many or shared them. */
function countOf(cores: Cores, part: 'servers' | 'generator'): number | null {
  return (part === 'servers' ? coresOfOne(cores) : cores.generator)?.length ?? null;
}
