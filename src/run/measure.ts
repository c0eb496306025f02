/** Blocks, look by look, until every subject is resolved. */
import { type Gate, subjectName } from '../config/experiment.ts';
import { failedShare } from '../judge/health/summary.ts';
import { lookEvents, soFar } from '../judge/interim.ts';
import { judge, unresolved } from '../judge/judge.ts';
import { measureNextBlock } from '../measure/campaign.ts';
import type { Emit } from '../measure/events.ts';
import type { Measurement, SubjectMeasurement } from '../measure/measurement.ts';
import { onCores, type Workbench } from '../measure/workbench.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { toJson } from '../system/results.ts';
import { JobClock, nearestFirst } from './job-budget.ts';
import { replaceDisturbed } from './replace.ts';
import type { GateRequest } from './request.ts';

/**
 * A subject that has used its budget so many times gets no further look: it is much slower than its
 * rehearsal. Stopping by the clock, not by the data, leaves the test's error rates alone.
 */
const OVERRUN_AT_MOST = 1.5;

/** Look by look over all subjects; who is decided gets no more blocks. */
export async function measureUntilResolved(
  { experiment, results, emit }: GateRequest,
  bench: Workbench,
  measurement: Measurement,
): Promise<void> {
  const { plan } = measurement;
  const measuredBy = new Map(measurement.subjects.map((m) => [subjectName(m), m]));
  const usedMs = new Map<string, number>();
  const told = new Set<string>();
  for (const event of lookEvents(measurement, told)) emit(event);
  const clock = new JobClock(experiment.gate.jobBudgetMs);
  const stages = Math.max(0, ...plan.subjects.map((subject) => subject.looks.length));
  for (let stage = 0; stage < stages; stage++) {
    const open = new Set(unresolved(measurement));
    for (const subject of turnsOf(measurement)) {
      const name = subjectName(subject);
      const measured = measuredBy.get(name);
      const until = subject.looks[stage];
      if (measured === undefined || until === undefined || !open.has(name)) continue;
      const used = usedMs.get(name) ?? 0;
      if (used > OVERRUN_AT_MOST * experiment.gate.budgetMs) {
        if (told.has(name)) continue;
        told.add(name);
        const message = 'stopped: the blocks take much longer than the rehearsal led to expect';
        emit({ type: 'warning', subject: name, message });
        continue;
      }
      if (!clock.hasTimeFor(subject, until - measured.blocks.length)) {
        if (told.has(name)) continue;
        told.add(name);
        const message = "stopped: the job's time limit leaves no time for its next look";
        emit({ type: 'warning', subject: name, message });
        continue;
      }
      const began = performance.now();
      const tell = telling(emit, measurement, measured);
      while (measured.blocks.length < until && !isHopeless(measured, subject, experiment.gate)) {
        await onCores(bench, subject.cores, (own) =>
          measureNextBlock(own, experiment, subject, measured, tell),
        );
        replaceDisturbed(measured, subject, emit);
      }
      const tookMs = performance.now() - began;
      usedMs.set(name, used + tookMs);
      clock.used(tookMs);
    }
    results.write('measurement', toJson(measurement));
    for (const event of lookEvents(measurement, told)) emit(event);
  }
}

/** In the order of the plan, unless time may become short. */
function turnsOf(measurement: Measurement): readonly SubjectPlan[] {
  const { plan, experiment } = measurement;
  if (experiment.gate.jobBudgetMs === null || plan.subjects.length < 2) return plan.subjects;
  return nearestFirst(plan.subjects, judge(measurement).subjects);
}

/** Failed, or with so many errors that the remaining blocks could not make it sound again. */
function isHopeless(
  measured: SubjectMeasurement,
  { blocks }: SubjectPlan,
  { limits }: Gate,
): boolean {
  if (measured.failure !== null) return true;
  const done = measured.blocks.length / blocks.length;
  return (['base', 'head'] as const).some(
    (arm) => failedShare(measured.blocks, arm).share * done > limits.errors,
  );
}

/** Adds what is known so far to each finished block. */
function telling(emit: Emit, measurement: Measurement, measured: SubjectMeasurement): Emit {
  return (event) =>
    emit(event.type === 'block-done' ? { ...event, soFar: soFar(measurement, measured) } : event);
}
