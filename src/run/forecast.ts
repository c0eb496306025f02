/** What the pilot run's noise lets a subject's plan see, and the sentences for whoever waits for it. */

import { contestsIn } from '../config/experiment/contenders.ts';
import { type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import { hypothesesOf } from '../config/experiment/gating.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import { disturbance } from '../judge/machine/disturbed.ts';
import { forecastOf } from '../judge/power/expected-noise.ts';
import { failSide } from '../judge/rule/alpha-allocation.ts';
import type { Measurement, Pilot } from '../measure/observed/measurement.ts';
import type { Emit } from '../measure/told/events.ts';
import type { Forecast, SubjectPlan } from '../plan/plan.ts';
import { outOfReach, unreportedSteal } from '../report/notices/expected-noise.ts';
import { disturbedPilotText } from '../report/notices/while-measuring.ts';

/**
 * Null where slices of one arm tell nothing about blocks: only in live pairs does what changes between two slices and
 * not between their arms cancel.
 */
export function forecastFor(
  measurement: Pick<Measurement, 'confirmationOf' | 'experiment' | 'plan'>,
  { sliceSd }: Pick<Pilot, 'sliceSd'>,
  plan: SubjectPlan,
): Forecast | null {
  const { experiment, plan: job } = measurement;
  const slices = plan.blocks[0]?.sliceOrder ?? '';
  const slicesPerArm = [...slices].filter((letter) => letter === 'b').length;
  const isLivePair = plan.pairs === 'live' && slicesPerArm > 0;
  if (!isLivePair || sliceSd === null) return null;
  const asked = [...experiment.subjects, ...job.lacking];
  const { each } = failSide(measurement, hypothesesOf({ ...experiment, subjects: asked }));
  // Of contenders either direction has a half of it.
  const isContest = contestsIn(experiment.servers).has(plan.server);
  return forecastOf({
    sliceSd,
    slicesPerArm,
    looks: plan.looks,
    blockMs: plan.blockMs,
    tolerance: experiment.gate.tolerance.throughput,
    alpha: isContest ? each / 2 : each,
  });
}

/** Before any budget is spent: whether the tolerance can be reached, or why that is not known yet. */
export function tellForecast(
  { experiment: { gate }, plan: job }: Pick<Measurement, 'experiment' | 'plan'>,
  { subject, scenario }: { subject: SubjectId; scenario: Scenario },
  { sliceSd }: Pick<Pilot, 'sliceSd'>,
  plan: SubjectPlan,
  emit: Emit,
): void {
  if (!gate.metrics.includes('throughput') || scenario.kind === 'hold') return;
  if (job.arms.length < 2) return;
  if (sliceSd === null || plan.forecast === null) {
    const why = unforeseen(plan, scenario);
    const message = `${subjectName(subject)}: how large a slowdown this budget can show is known only when blocks have been measured: ${why}`;
    emit({ type: 'note', message });
    return;
  }
  const spentMs = plan.blocks.length * plan.blockMs;
  const message = outOfReach(plan.forecast, {
    sliceSd,
    spentMs,
    tolerance: gate.tolerance.throughput,
  });
  if (message !== null) emit({ type: 'warning', subject: subjectName(subject), message });
}

function unforeseen({ pairs }: Pick<SubjectPlan, 'pairs'>, scenario: Scenario): string {
  if (scenario.kind === 'command')
    return 'the runs of a load command are too long for the pilot run to repeat them';
  if (pairs === 'exclusive')
    return 'base and head are measured one after the other, not at the same time';
  return 'its slices are too long for the pilot run to repeat them';
}

/** What this machine does not tell of itself. Once in a job: it is the same for every subject. */
export function tellSteal({ runner }: Pick<Pilot, 'runner'>, emit: Emit): void {
  const message = unreportedSteal(runner);
  if (message !== null) emit({ type: 'note', message });
}

/** Before any budget is spent: what would disturb every block. */
export function tellDisturbance(
  subject: SubjectId,
  { runner }: Pick<Pilot, 'runner'>,
  emit: Emit,
): void {
  const seen = disturbance(runner);
  if (seen === null) return;
  const message = disturbedPilotText(seen);
  emit({ type: 'warning', subject: subjectName(subject), message });
}
