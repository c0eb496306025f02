/** A kept measurement → the baseline that a new run carries inside its own measurement. */

import { subjectName } from '../config/experiment.ts';
import type { Scenario } from '../config/scenario.ts';
import { machineDifferences } from '../judge/comparable.ts';
import { failedShare } from '../judge/health/summary.ts';
import type { Measurement, StoredBaseline, SubjectMeasurement } from '../measure/measurement.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { UserError } from '../system/problem.ts';

/**
 * The stored run's head is the baseline: it was the state of the branch when it was kept. Subjects
 * that were not measured soundly are left out. Throws a UserError when none is left.
 */
export function toBaseline(measurement: Measurement, where: string): StoredBaseline {
  const { limits } = measurement.experiment.gate;
  const subjects = measurement.subjects
    .map((subject) => ({ ...subject, blocks: blocksOfThisMachine(measurement, subject) }))
    .filter(
      ({ failure, blocks }) =>
        failure === null && blocks.length > 0 && failedShare(blocks, 'head').share <= limits.errors,
    );
  const source = measurement.sources.head;
  if (subjects.length === 0 || source === undefined) {
    throw new UserError({
      where,
      message: 'holds no block that could be compared with',
      hint: 'keep a new one with `throughput-gate run --save-measurement FILE`',
    });
  }
  return {
    startedAt: measurement.startedAt,
    tool: measurement.tool,
    environment: measurement.environment,
    source,
    cores: measurement.plan.cores,
    subjects: subjects.map((subject) => keptSubject(measurement, subject)),
  };
}

/** Without the blocks of earlier attempts on another machine: what is kept names one machine only. */
function blocksOfThisMachine(
  { attempts, environment }: Measurement,
  subject: SubjectMeasurement,
): SubjectMeasurement['blocks'] {
  const elsewhere = attempts
    .filter((attempt) => machineDifferences(attempt.environment, environment).length > 0)
    .map(({ subjects }) => subjects.find((one) => subjectName(one) === subjectName(subject)));
  const here = subject.blocks.slice(Math.max(0, ...elsewhere.map((one) => one?.blocks ?? 0)));
  // Nor those in which nothing but a phase was measured: what is compared with them does the same in every block.
  const isHold = (block: (typeof here)[number]) => block.arms.head?.hold != null;
  return here.filter((block) => block.sliceOrder !== '' || isHold(block));
}

function keptSubject(
  { experiment, plan }: Measurement,
  subject: SubjectMeasurement,
): StoredBaseline['subjects'][number] {
  const { server, scenario, pilot, blocks } = subject;
  const planned = plan.subjects.find((p) => subjectName(p) === subjectName(subject)) as SubjectPlan;
  const order = planned.blocks[0]?.sliceOrder ?? '';
  return {
    server,
    scenario,
    load: experiment.scenarios.find(({ name }) => name === scenario) as Scenario,
    engine: pilot?.arms.head?.engine ?? null,
    // The arms of an exclusive pair never meet.
    paired: plan.arms.length === 2 && planned.pairs === 'live',
    warmupRequests: planned.warmupRequests,
    sliceRequests: planned.sliceRequests,
    // Only what head got: the run that is compared with this one has no other arm.
    slices: [...order].filter((letter) => letter === 'h').length,
    phases: planned.phases,
    blocks,
  };
}
