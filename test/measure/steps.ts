/** One step with a real run context: the first contact, or the next block, as the pipeline asks for them. */
import assert from 'node:assert/strict';
import type { Experiment, SubjectId } from '../../src/config/experiment/experiment.ts';
import type { RunContext } from '../../src/measure/context/run-context.ts';
import type { Failure, SubjectMeasurement } from '../../src/measure/observed/measurement.ts';
import { emptySubject, withBlock } from '../../src/measure/subjects/subject.ts';
import { measureBlock } from '../../src/measure/subjects/subject-block.ts';
import { pilotSubject } from '../../src/measure/subjects/subject-pilot.ts';
import type { Emit } from '../../src/measure/told/events.ts';
import type { BlockPlan, SubjectPlan } from '../../src/plan/plan.ts';
import type { Arm } from '../../src/terms/arm.ts';

/** Why the first contact failed; fails the test when it did not. */
export async function failedPilot(
  context: RunContext,
  experiment: Experiment,
  subject: SubjectId,
  arms: readonly Arm[],
): Promise<Failure> {
  const result = await pilotSubject(context, experiment, subject, arms);
  return result.kind === 'failed' ? result.failure : assert.fail('it was met without failure');
}

/** The subject after its next block. */
export async function withNextBlock(
  context: RunContext,
  experiment: Experiment,
  plan: SubjectPlan,
  measured: SubjectMeasurement = emptySubject(plan),
  emit: Emit = () => {},
): Promise<SubjectMeasurement> {
  const block = plan.blocks[measured.blocks.length] as BlockPlan;
  const { restarts } = measured;
  const result = await measureBlock(context, experiment, plan, { block, restarts, emit });
  return withBlock(measured, result).measured;
}
