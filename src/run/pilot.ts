/** First contact with every subject, and the plan that follows from it: measurement without subjects → with them. */

import { type Continued, keptIn, type ResumeState, resumePlan } from '../attempts/resume.ts';
import type { Trees } from '../checkout/trees.ts';
import { armNames } from '../config/experiment/contenders.ts';
import { workOf } from '../config/experiment/describe-load.ts';
import { type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import { canBeCalibrated } from '../config/experiment/scenario-metrics.ts';
import type { Server } from '../config/experiment/server.ts';
import { partsOf } from '../config/experiment/subject-parts.ts';
import { startUpShare } from '../judge/power/start-up.ts';
import type { Backend } from '../measure/backend.ts';
import {
  type Broken,
  failureOfArms,
  usableArms,
  withBroken,
} from '../measure/failures/arm-failure.ts';
import { connectionsIn } from '../measure/observed/fitted.ts';
import type {
  Failure,
  Measurement,
  Pilot,
  SubjectMeasurement,
} from '../measure/observed/measurement.ts';
import { emptySubject } from '../measure/subjects/subject.ts';
import { pairsOf, planSubject } from '../plan/make.ts';
import { phaseNames } from '../plan/phases.ts';
import type { PilotEstimate } from '../plan/pilot-estimate.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { coresFor } from '../preflight/core-placement.ts';
import { findingText } from '../report/findings/finding.ts';
import { shortBudgetText } from '../report/notices/short-budget.ts';
import { warmUpText } from '../report/notices/warm-up.ts';
import type { Arm } from '../terms/arm.ts';
import type { Cores } from '../terms/core-sets.ts';
import { forecastFor, tellDisturbance, tellForecast, tellSteal } from './forecast.ts';
import { forEachProgram } from './programs.ts';
import type { GateRequest } from './request.ts';

interface Start {
  /** Why nothing at all is measured; null: it is. */
  skipped: Failure | null;
  /** Arms that cannot be measured, and why. */
  broken: Broken;
  trees: Pick<Trees, 'missingBase'>;
  /** What an earlier attempt left; null for a first one. */
  continued: Continued | null;
}

/** How the first contact with one subject went. */
type Meeting =
  /** There was none: an earlier attempt decided it. */
  | { kind: 'decided'; measured: SubjectMeasurement; plan: SubjectPlan }
  /** It cannot be measured. `plan`: of the earlier attempt whose blocks it has; null: it has none. */
  | { kind: 'failed'; measured: SubjectMeasurement; plan: SubjectPlan | null }
  | ({ kind: 'met'; measured: SubjectMeasurement } & Met);

interface Met {
  subject: SubjectId;
  server: Server;
  scenario: Scenario;
  cores: Cores | null;
  state: ResumeState | null;
  pilot: Pilot;
  estimate: PilotEstimate;
}

/**
 * Meets every subject once, but for those that an earlier attempt decided, so that a mistake in the last one is found
 * before the first is measured.
 */
export async function pilotAll(
  request: GateRequest,
  backend: Backend,
  begun: Measurement,
  start: Start,
): Promise<Measurement> {
  const { experiment, emit } = request;
  const usable =
    start.skipped === null
      ? await prepareAll(request, backend, begun.plan, start.broken)
      : start.broken;
  let measurement = begun;
  let isStealTold = false;
  for (const subject of experiment.subjects) {
    const meeting = await meet(request, backend, measurement, { subject, start, broken: usable });
    if (meeting.kind === 'met') {
      if (!isStealTold) tellSteal(meeting.pilot, emit);
      isStealTold = true;
      measurement = withPlanned(request, measurement, meeting, start.trees);
    } else {
      measurement = withSubject(measurement, meeting.measured, meeting.plan);
    }
  }
  return measurement;
}

/**
 * Runs every `before`; the result: what cannot be measured, for it or from the outset. Of the request, not of the
 * measurement, whose experiment is without the values that must not be written down.
 */
async function prepareAll(
  { experiment }: GateRequest,
  backend: Backend,
  plan: Pick<Measurement['plan'], 'arms'>,
  unbuilt: Broken,
): Promise<Broken> {
  const unprepared = await forEachProgram(
    experiment.servers,
    ({ name }) => usableArms(unbuilt, name, plan.arms),
    (server, arm) => backend.prepare(server, [arm]),
  );
  return [...unprepared].reduce((all, [name, own]) => withBroken(all, name, own), unbuilt);
}

async function meet(
  { experiment, emit }: GateRequest,
  backend: Backend,
  { plan: { arms, cores: shared } }: Measurement,
  { subject, start, broken }: { subject: SubjectId; start: Start; broken: Broken },
): Promise<Meeting> {
  const name = subjectName(subject);
  const state = start.continued?.states.get(name) ?? null;
  if (state?.kind === 'decided') {
    return { kind: 'decided', measured: state.measured, plan: state.plan };
  }
  const before = state?.measured ?? emptySubject(subject);
  const failed = (failure: Failure, measured: SubjectMeasurement): Meeting => ({
    ...{ kind: 'failed', plan: state?.plan ?? null },
    measured: { ...measured, failure },
  });
  const failures = broken.get(subject.server) ?? [];
  const { server } = partsOf(experiment, subject);
  // Whether head works is asked of a change only: of two contenders each is as good a reason as the other.
  const isMissing = server.contenders === undefined && failures.every(({ arm }) => arm === 'base');
  const brokenBase = isMissing ? (failures[0] ?? null) : null;
  if (start.skipped !== null) return failed(start.skipped, before);
  if (failures.length > 0 && brokenBase === null) return failed(failureOfArms(failures), before);

  emit({ type: 'pilot-started', subject: name });
  const cores = coresFor(experiment, subject, shared);
  const result = await backend.pilot(subject, { arms, cores, brokenBase, kept: keptIn(state) });
  if (result.kind === 'failed') return failed(result.failure, { ...before, pilot: null });
  const { pilot, estimate, answers } = result;
  return {
    ...{ kind: 'met', subject, ...partsOf(experiment, subject), cores, state, pilot, estimate },
    measured: { ...before, pilot, failure: null, ...(answers ? { answers } : {}) },
  };
}

/** With a subject that was met, and with its plan, unless no block of it could lead to a verdict. */
function withPlanned(
  request: GateRequest,
  measurement: Measurement,
  met: Met & { measured: SubjectMeasurement },
  { missingBase }: Start['trees'],
): Measurement {
  const { emit, trees } = request;
  const { subject, server, scenario, measured, pilot } = met;
  tellDisturbance(subject, pilot, emit);
  const work = workOf(scenario);
  const rates = ratesOf(pilot, armNames(server));
  emit({ type: 'pilot-done', subject: subjectName(subject), work, rates });
  const isWanted = 'base' in trees && trees.base.kind !== 'none';
  if (missingBase !== null && isWanted) {
    const failure: Failure = { arm: 'base', stage: 'build', message: missingBase, cure: null };
    return withSubject(measurement, { ...measured, failure }, null);
  }
  return withSubject(measurement, measured, planOf(request, measurement, met));
}

/** The subject's plan, told to whoever waits. */
function planOf(
  { experiment: { gate }, emit, selfTest }: GateRequest,
  measurement: Measurement,
  { subject, server, scenario, cores, state, pilot, estimate }: Met,
): SubjectPlan {
  const { plan, past } = measurement;
  const blocks = selfTest?.blocks ?? null;
  const name = subjectName(subject);
  const calibrated = past !== undefined && canBeCalibrated(scenario);
  const planned = planSubject({
    subject,
    scenario,
    arms: plan.arms,
    pairs: calibrated ? 'live' : pairsOf(server, scenario),
    cores,
    budgetMs: gate.budgetMs,
    estimate,
    seed: plan.seed,
    load: { kind: calibrated ? 'calibrated' : 'sized', warmUpMs: server.warmUpMs ?? null },
    looks:
      blocks !== null
        ? { kind: 'after', blocks }
        : { kind: past === undefined ? 'after-each' : 'at-the-end' },
  });
  const connections = connectionsIn(pilot);
  const fresh = {
    ...planned.plan,
    ...(connections === undefined ? {} : { connections }),
    forecast: forecastFor(measurement, pilot, planned.plan),
  };
  // So many blocks were asked for, whatever they can show.
  if (blocks === null) {
    tellForecast(measurement, { subject, scenario }, pilot, fresh, emit);
  }
  if (planned.overrunMs > 0) {
    const { overrunMs, phasesMs, warmUpMs } = planned;
    const { blockMs, phases, pairs } = planned.plan;
    const startMs = estimate.startMs * (pairs === 'exclusive' ? plan.arms.length : 1);
    const times = { overrunMs, blockMs, startMs, warmUpMs, phasesMs };
    const short = { kind: scenario.kind, ...times, phases: phaseNames(phases) };
    emit({
      type: 'warning',
      subject: name,
      message: shortBudgetText(short, state === null ? gate.jobBudgetMs : null),
    });
  }
  const own = state === null ? fresh : resumePlan(state, { seen: { pilot }, fresh }, gate, plan);
  const told = warmUpText(pilot, server.warmUpMs ?? null, name, measurement.form);
  if (told !== null) emit({ type: 'note', message: told });
  const eaten = startUpShare(own, pilot);
  if (eaten !== null) {
    const names = { ...armNames(server), form: measurement.form };
    emit({ type: 'warning', subject: name, message: findingText(eaten, names) });
  }
  const isJudged = gate.metrics.includes('throughput');
  const visible = isJudged ? (own.forecast?.mde ?? null) : null;
  const isVersus = server.contenders !== undefined;
  const { looks, blockMs } = own;
  emit({ type: 'planned', subject: name, looks, blockMs, visible, ...(isVersus && { isVersus }) });
  return own;
}

/** `planned`: null where the subject gets no blocks. */
function withSubject(
  measurement: Measurement,
  measured: SubjectMeasurement,
  planned: SubjectPlan | null,
): Measurement {
  const { plan, subjects } = measurement;
  return {
    ...measurement,
    subjects: [...subjects, measured],
    plan: { ...plan, subjects: planned === null ? plan.subjects : [...plan.subjects, planned] },
  };
}

/** In a fixed order, base's first. */
function ratesOf({ arms }: Pilot, names: Record<Arm, string>): Record<string, number> {
  const rates = (['base', 'head'] as const).map((arm) => [names[arm], arms[arm]?.rate ?? null]);
  return Object.fromEntries(rates.filter(([, rate]) => rate !== null));
}
