/** Blocks, look by look, until every subject is resolved: planned measurement → measured one. */
import { armNames } from '../config/experiment/contenders.ts';
import { workOf } from '../config/experiment/describe-load.ts';
import { type Experiment, type Gate, subjectName } from '../config/experiment/experiment.ts';
import { type NextBlock, WHOLE_BLOCK } from '../judge/figures/parts.ts';
import { failedShare } from '../judge/health/summary.ts';
import { type LookEvent, lookEvents, soFar } from '../judge/interim.ts';
import { type Judgement, judgement, unresolved } from '../judge/judge.ts';
import { mirrored } from '../judge/mirror.ts';
import type { Backend } from '../measure/backend.ts';
import { wholeOf } from '../measure/loading/load-blame.ts';
import type { Measurement, SubjectMeasurement } from '../measure/observed/measurement.ts';
import { withBlock } from '../measure/subjects/subject.ts';
import type { Emit } from '../measure/told/events.ts';
import type { BlockPlan, SubjectPlan } from '../plan/plan.ts';
import { subjectReason } from '../report/findings/finding.ts';
import { measuredOnText, stoppedText } from '../report/notices/while-measuring.ts';
import { excerptsOf, PrintedError } from '../system/messages/printed.ts';
import { toJson } from '../system/results/results.ts';
import { BUILDS } from '../terms/arm.ts';
import { JobClock, nearestFirst } from './job-budget.ts';
import { replaceDisturbed } from './replace.ts';
import type { GateRequest } from './request.ts';

/**
 * A subject that has used its budget so many times gets no further look: it is much slower than its
 * pilot run. Stopping by the clock, not by the data, leaves the test's error rates alone.
 */
const OVERRUN_AT_MOST = 1.5;

/** Look by look over all subjects; who is decided gets no more blocks. `judged`: the measurement, as it is at the end. */
export async function measureUntilResolved(
  { experiment, results, emit, selfTest }: GateRequest,
  backend: Backend,
  planned: Measurement,
): Promise<{ measurement: Measurement; judged: Judgement }> {
  const isMirrored = selfTest?.isMirrored ?? false;
  let measurement = planned;
  let judged = judgement(measurement);
  let open = openIn(measurement, judged, isMirrored);
  const { plan } = planned;
  const usedMs = new Map<string, number>();
  const told = new Set<string>();
  for (const event of lookEvents(judged, told)) emit(inEnglish(event, experiment, planned.form));
  const clock = new JobClock(experiment.gate.jobBudgetMs);
  const stages = Math.max(0, ...plan.subjects.map((subject) => subject.looks.length));
  for (let stage = 0; stage < stages; stage++) {
    for (const subject of turnsOf(measurement, judged)) {
      const name = subjectName(subject);
      const until = subject.looks[stage];
      if (until === undefined || !open.has(name)) continue;
      const used = usedMs.get(name) ?? 0;
      const missing = until - subjectOf(measurement, subject).blocks.length;
      const isSlow = used > OVERRUN_AT_MOST * experiment.gate.budgetMs;
      if (isSlow || !clock.hasTimeFor(subject, missing)) {
        const stoppedBy = isSlow ? 'slow-blocks' : 'job-budget';
        if (!told.has(name)) {
          emit({ type: 'warning', subject: name, message: stoppedText(stoppedBy) });
        }
        told.add(name);
        const stopped = { ...subjectOf(measurement, subject), stoppedBy } as const;
        measurement = withMeasured(measurement, stopped);
        continue;
      }
      const began = backend.nowMs();
      // What only the other way round is open may need any part.
      const isDecided = !judged.open.has(name);
      const next = (isDecided ? undefined : judged.next.get(name)) ?? WHOLE_BLOCK;
      const measured = await measureUntil(
        until,
        backend,
        measurement,
        { plan: subject, next },
        emit,
      );
      measurement = withMeasured(measurement, measured);
      const tookMs = backend.nowMs() - began;
      usedMs.set(name, used + tookMs);
      clock.used(tookMs);
    }
    judged = judgement(measurement);
    open = openIn(measurement, judged, isMirrored);
    results.write('measurement', toJson(measurement));
    for (const event of lookEvents(judged, told)) emit(inEnglish(event, experiment, planned.form));
  }
  return { measurement, judged };
}

/** Names of the subjects that more blocks are wanted of. */
function openIn(
  measurement: Measurement,
  { open }: Judgement,
  isMirrored: boolean,
): ReadonlySet<string> {
  return isMirrored ? new Set([...open, ...unresolved(mirrored(measurement))]) : open;
}

/** One subject's blocks up to its next look. */
async function measureUntil(
  until: number,
  backend: Backend,
  measurement: Measurement,
  { plan, next: first }: { plan: SubjectPlan; next: NextBlock },
  emit: Emit,
): Promise<SubjectMeasurement> {
  let parts = first;
  const subject = subjectName(plan);
  const { stoppedBy: _, ...going } = subjectOf(measurement, plan);
  let measured: SubjectMeasurement = going;
  while (
    measured.blocks.length < until &&
    !isHopeless(measured, plan, measurement.experiment.gate)
  ) {
    const block = partsOf(plan.blocks[measured.blocks.length] as BlockPlan, parts);
    emit({ type: 'block-started', subject, index: block.index });
    const result = await backend.block(plan, block, measured.restarts);
    const next = withBlock(measured, result);
    for (const sample of next.samples) {
      const { lines } = sample;
      const beside = lines === undefined ? [] : [{ by: 'server' as const, lines }];
      for (const excerpt of excerptsOf(new PrintedError(wholeOf(sample), beside))) {
        emit({ type: 'printed', printed: { ...excerpt, about: subject, arm: sample.arm } });
      }
    }
    measured = next.measured;
    if (result.kind === 'measured') {
      const seen = soFar(measurement, measured);
      parts = seen.next;
      emit({ type: 'block-done', subject, index: block.index, soFar: seen.figures });
    }
    measured = replaceDisturbed(measured, plan, measurement.plan, emit);
  }
  return measured;
}

/** The block without what nothing waits for any more. */
function partsOf(block: BlockPlan, { slices, latency, steady }: NextBlock): BlockPlan {
  return {
    ...block,
    sliceOrder: slices ? block.sliceOrder : '',
    ...(slices || block.calibratorOrder === undefined ? {} : { calibratorOrder: '' }),
    latencyOrder: latency ? block.latencyOrder : '',
    steadyOrder: steady ? block.steadyOrder : [],
  };
}

function subjectOf({ subjects }: Measurement, plan: SubjectPlan): SubjectMeasurement {
  return subjects.find((one) => subjectName(one) === subjectName(plan)) as SubjectMeasurement;
}

function withMeasured(measurement: Measurement, measured: SubjectMeasurement): Measurement {
  const name = subjectName(measured);
  const subjects = measurement.subjects.map((one) => (subjectName(one) === name ? measured : one));
  return { ...measurement, subjects };
}

/** The events of a look, as everybody who listens gets them. */
function inEnglish(
  event: LookEvent,
  { servers, scenarios, subjects }: Experiment,
  form: Measurement['form'],
): Parameters<Emit>[0] {
  const pair = servers.find(
    ({ name, contenders }) => contenders !== undefined && event.subject.startsWith(`${name}/`),
  );
  const own = subjects.find((one) => subjectName(one) === event.subject);
  const scenario = scenarios.find(({ name }) => name === own?.scenario);
  const work = scenario && workOf(scenario);
  const names = { ...(pair === undefined ? BUILDS : armNames(pair)), form, work };
  const whose = pair === undefined ? {} : { isVersus: true };
  if (event.type === 'look') return { ...event, ...whose };
  if (event.type === 'answers-doubted') {
    const { subject, reasons } = event;
    const message = measuredOnText(subjectReason({ reasons }, names) ?? '');
    return { type: 'warning', subject, message };
  }
  const { reasons, ...resolved } = event;
  return { ...resolved, ...whose, reason: subjectReason({ reasons }, names) };
}

/** In the order of the plan, unless time may become short. */
function turnsOf(
  { plan, experiment }: Measurement,
  { verdict }: Judgement,
): readonly SubjectPlan[] {
  if (experiment.gate.jobBudgetMs === null || plan.subjects.length < 2) return plan.subjects;
  return nearestFirst(plan.subjects, verdict.subjects);
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
