/** A kept measurement → the baseline that a new run carries inside its own measurement. */
import type { Scenario } from '../config/experiment.ts';
import { failedShare, LIMITS } from '../judge/health.ts';
import type { Measurement, StoredBaseline } from '../measure/measurement.ts';
import { UserError } from '../problem.ts';

/**
 * The stored run's head is the baseline: it was the state of the branch when it was kept. Subjects
 * that were not measured soundly are left out. Throws a UserError when none is left.
 */
export function toBaseline(measurement: Measurement, where: string): StoredBaseline {
  const subjects = measurement.subjects.filter(
    ({ failure, blocks }) =>
      failure === null &&
      blocks.length > 0 &&
      failedShare(blocks, 'head').share <= LIMITS.errorShare,
  );
  const source = measurement.sources.head;
  if (subjects.length === 0 || source === undefined) {
    throw new UserError({
      where,
      message: 'holds no block that could be compared with',
      hint: 'keep a new one with `throughput-gate run --save FILE`',
    });
  }
  return {
    startedAt: measurement.startedAt,
    tool: measurement.tool,
    environment: measurement.environment,
    source,
    paired: measurement.plan.arms.length === 2,
    subjects: subjects.map(({ server, scenario, blocks }) => ({
      server,
      scenario,
      load: measurement.experiment.scenarios.find((s) => s.name === scenario) as Scenario,
      blocks,
    })),
  };
}
