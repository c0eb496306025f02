/**
 * A measurement with its arms in each other's place. Of two copies of one build it is as good as the other: the same rule,
 * asked a second time, must be wrong as seldom.
 */
import type { AnswersObserved } from '../measure/observed/answers.ts';
import type {
  BlockMeasurement,
  Failure,
  Measurement,
  Pilot,
  SubjectMeasurement,
} from '../measure/observed/measurement.ts';
import type { BlockPlan, Plan } from '../plan/plan.ts';
import { type Arm, otherArm } from '../terms/arm.ts';

export function mirrored(measurement: Measurement): Measurement {
  return {
    ...measurement,
    sources: swapped(measurement.sources),
    plan: mirroredPlan(measurement.plan),
    subjects: measurement.subjects.map(mirroredSubject),
  };
}

function mirroredPlan(plan: Plan): Plan {
  return {
    ...plan,
    arms: plan.arms.map(otherArm),
    subjects: plan.subjects.map((subject) => ({
      ...subject,
      blocks: subject.blocks.map(mirroredOrders),
    })),
  };
}

function mirroredOrders(block: BlockPlan): BlockPlan {
  return {
    ...block,
    startOrder: block.startOrder.map(otherArm),
    connectOrder: block.connectOrder.map(otherArm),
    warmupOrder: block.warmupOrder.map(otherArm),
    sliceOrder: otherLetters(block.sliceOrder),
    latencyOrder: otherLetters(block.latencyOrder),
    steadyOrder: block.steadyOrder.map(otherArm),
  };
}

function mirroredSubject(subject: SubjectMeasurement): SubjectMeasurement {
  const { pilot, blocks, replaced, failure, answers, errorSamples } = subject;
  return {
    ...subject,
    pilot: pilot && mirroredPilot(pilot),
    blocks: blocks.map(mirroredBlock),
    replaced: replaced.map((one) => ({ ...one, block: mirroredBlock(one.block) })),
    failure: failure && mirroredFailure(failure),
    ...(answers && { answers: mirroredAnswers(answers) }),
    errorSamples: errorSamples.map((sample) => ({ ...sample, arm: otherArm(sample.arm) })),
  };
}

/** As it was measured: figures that were taken from it would be of the other arm. */
function mirroredBlock(block: BlockMeasurement): BlockMeasurement {
  return {
    ...block,
    sliceOrder: otherLetters(block.sliceOrder),
    latencyOrder: otherLetters(block.latencyOrder),
    arms: swapped(block.arms),
  };
}

function mirroredPilot(pilot: Pilot): Pilot {
  return { ...pilot, arms: swapped(pilot.arms) };
}

function mirroredFailure(failure: Failure): Failure {
  const { arm } = failure;
  return { ...failure, arm: arm === null || arm === 'both' ? arm : otherArm(arm) };
}

function mirroredAnswers(seen: AnswersObserved): AnswersObserved {
  const { answers, unloadedSizes, laterSizes, differences } = seen;
  return {
    ...seen,
    answers: { base: answers.head, head: answers.base },
    ...(unloadedSizes && {
      unloadedSizes: { base: unloadedSizes.head, head: unloadedSizes.base },
    }),
    ...(laterSizes && { laterSizes: { base: laterSizes.head, head: laterSizes.base } }),
    differences: differences.map((one) => ({ ...one, base: one.head, head: one.base })),
  };
}

function swapped<T>(arms: Readonly<Partial<Record<Arm, T>>>): Partial<Record<Arm, T>> {
  const { base, head } = arms;
  return { ...(head !== undefined && { base: head }), ...(base !== undefined && { head: base }) };
}

function otherLetters(order: string): string {
  return order.replaceAll(/[bh]/g, (letter) => (letter === 'b' ? 'h' : 'b'));
}
