/** Blocks during which the machine was disturbed are measured again, up to a share of the plan. */
import { subjectName } from '../config/experiment/experiment.ts';
import { REPLACED_AT_MOST } from '../judge/findings/thresholds.ts';
import { isApart, unusualDisturbance } from '../judge/machine/disturbed.ts';
import type { RunnerObservation, SubjectMeasurement } from '../measure/observed/measurement.ts';
import type { Emit } from '../measure/told/events.ts';
import type { Plan, SubjectPlan } from '../plan/plan.ts';
import { measuredAgainText } from '../report/notices/while-measuring.ts';

/**
 * The subject with its latest block put aside if the machine was disturbed during it, so that the next one takes its
 * place. Only the machine is looked at, never an arm's figures: so it cannot favour one. What it does all the time stays.
 */
export function replaceDisturbed(
  measured: SubjectMeasurement,
  plan: Pick<SubjectPlan, 'blocks' | 'cores'>,
  job: Pick<Plan, 'cores'>,
  emit: Emit,
): SubjectMeasurement {
  const block = measured.blocks.at(-1);
  // Of a block that failed nothing is kept; what is last then was judged already.
  if (measured.failure !== null || block === undefined) return measured;
  const disturbance = unusualDisturbance(block.runner, before(measured), {
    isApart: isApart(plan.cores ?? job.cores, block.runner),
  });
  if (disturbance === null) return measured;
  if (measured.replaced.length >= mayBeReplaced(plan)) return measured;
  const message = measuredAgainText(block.index, disturbance);
  emit({ type: 'warning', subject: subjectName(measured), message });
  return {
    ...measured,
    blocks: measured.blocks.slice(0, -1),
    replaced: [...measured.replaced, { disturbance, block }],
  };
}

/** One at least: of a plan of four blocks, one is a quarter. */
function mayBeReplaced({ blocks }: Pick<SubjectPlan, 'blocks'>): number {
  return Math.max(1, Math.floor(REPLACED_AT_MOST * blocks.length));
}

/** What the machine did in the pilot run and in every block but the latest. */
function before({ pilot, blocks, replaced }: SubjectMeasurement): RunnerObservation[] {
  return [
    ...(pilot === null ? [] : [pilot.runner]),
    ...blocks.slice(0, -1).map(({ runner }) => runner),
    ...replaced.map(({ block }) => block.runner),
  ];
}
