/**
 * Replays the looks over the blocks that exist: which metric was decided when, and who needs more.
 * The replay is what makes a verdict a function of the measurement alone.
 */
import {
  type Experiment,
  type Gate,
  MetricName,
  type Scenario,
  type SubjectId,
  subjectName,
} from '../config/experiment.ts';
import type {
  BlockMeasurement,
  Measurement,
  StoredBaseline,
  SubjectMeasurement,
} from '../measure/measurement.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { type Decision, decide, passLevel, worseP } from './decide.ts';
import { armCost, type Estimate, estimatePaired, estimateUnpaired, pairValue } from './estimate.ts';
import { checkHealth, type Health } from './health.ts';
import { holm } from './holm.ts';
import { sequentialP } from './sequential-p.ts';

/** One metric of one subject on its way to a verdict. */
export interface MetricState {
  metric: MetricName;
  gating: boolean;
  /** Per block: ln(cost ratio) of a live pair, or ln(cost) of head against a stored baseline. */
  values: readonly (number | null)[];
  /** ln(cost) of the stored blocks; null for a live pair. */
  kept: readonly number[] | null;
  /** Set once, at the look that decided. */
  decided: Exclude<Decision, { word: 'continue' }> | null;
  /** At the deciding look, else with all blocks; null when fewer than two blocks have a value. */
  estimate: Estimate | null;
  /** Index of the last look that was taken; null before the first, and in a broken subject. */
  look: number | null;
  /** Sequential p-value of "head got worse" at that look. */
  p: number | null;
}

export interface SubjectState {
  id: SubjectId;
  measured: SubjectMeasurement;
  plan: SubjectPlan | null;
  scenario: Scenario;
  health: Health;
  metrics: MetricState[];
  /** True when no further block can change the verdict. */
  resolved: boolean;
}

export interface Replay {
  subjects: SubjectState[];
  /** Gating hypotheses of the whole job: what the false-alarm rate is shared over. */
  family: number;
}

export function replay(measurement: Measurement): Replay {
  const { experiment, plan, stored } = measurement;
  const subjects = measurement.subjects.map((measured) => startState(measurement, measured));
  // Fixed by the plan before the first block; a hypothesis that drops out later leaves it as it is.
  const family = Math.max(1, plan.subjects.length * new Set(experiment.gate.metrics).size);
  const comparable = plan.arms.length === 2 || stored !== null;
  if (comparable) {
    const stages = Math.max(0, ...plan.subjects.map((subject) => subject.looks.length));
    for (let stage = 0; stage < stages; stage++) {
      takeLook(subjects, stage, experiment.gate, family);
    }
    for (const subject of subjects) estimateRest(subject);
  }
  for (const subject of subjects) subject.resolved = isResolved(subject, comparable);
  return { subjects, family };
}

function startState(measurement: Measurement, measured: SubjectMeasurement): SubjectState {
  const { experiment, plan, stored } = measurement;
  const name = subjectName(measured);
  const scenario = experiment.scenarios.find((s) => s.name === measured.scenario) as Scenario;
  const health = checkHealth(measured, {
    scenario,
    serverCores: plan.cores.servers?.length ?? measurement.environment.cpuCount,
    cpuTolerance: experiment.gate.tolerance.cpu,
  });
  return {
    id: { server: measured.server, scenario: measured.scenario },
    measured,
    plan: plan.subjects.find((subject) => subjectName(subject) === name) ?? null,
    scenario,
    health,
    metrics: MetricName.options.map((metric) => ({
      metric,
      gating: isGating(experiment, metric, health),
      values: measured.blocks.map((block) =>
        stored === null ? pairValue(metric, block) : logCostOf(metric, block),
      ),
      kept: stored && keptValues(stored, name, metric),
      decided: null,
      estimate: null,
      look: null,
      p: null,
    })),
    resolved: false,
  };
}

function logCostOf(metric: MetricName, block: BlockMeasurement): number | null {
  const cost = armCost(metric, block, 'head');
  return cost === null ? null : Math.log(cost);
}

/** None when the stored measurement does not have this subject. */
function keptValues(stored: StoredBaseline, name: string, metric: MetricName): number[] {
  const kept = stored.subjects.find((other) => subjectName(other) === name);
  return (kept?.blocks ?? []).flatMap((block) => logCostOf(metric, block) ?? []);
}

function isGating({ gate }: Experiment, metric: MetricName, health: Health): boolean {
  const limited = metric === 'throughput' && health.generatorLimited !== null;
  return gate.metrics.includes(metric) && !limited;
}

function takeLook(subjects: SubjectState[], stage: number, gate: Gate, family: number): void {
  const open: { subject: SubjectState; state: MetricState; pass: number; better: boolean }[] = [];
  for (const subject of subjects) {
    const looks = subject.plan?.looks ?? [];
    const count = looks[stage];
    if (count === undefined || subject.measured.blocks.length < count || isBroken(subject))
      continue;
    for (const state of subject.metrics) {
      if (state.decided !== null) continue;
      const estimate = estimateAt(state, count);
      if (estimate === null) continue;
      state.estimate = estimate;
      state.look = stage;
      state.p = sequentialP(worseP(estimate), looks, stage);
      const betterP = sequentialP(worseP({ ...estimate, d: -estimate.d }), looks, stage);
      open.push({
        subject,
        state,
        pass: passLevel(looks, stage),
        better: betterP <= gate.falseAlarmRate / family,
      });
    }
  }
  const worse = shownWorse(
    open.map(({ state }) => state),
    { alpha: gate.falseAlarmRate, family, before: rejectedBefore(subjects) },
  );
  for (const { state, pass, better } of open) {
    const decision = decide(
      state.metric,
      state.estimate as Estimate,
      gate.tolerance[state.metric],
      { worse: worse.has(state), better },
      pass,
    );
    if (decision.word !== 'continue') state.decided = decision;
  }
}

/** Of the first `count` blocks; a block without a value is left out. */
function estimateAt({ values, kept }: MetricState, count: number): Estimate | null {
  const known = values.slice(0, count).filter((value) => value !== null);
  return kept === null ? estimatePaired(known) : estimateUnpaired(kept, known);
}

/** Figures of a broken measurement decide nothing, and must not ease Holm's steps for the others. */
function isBroken({ measured, health }: SubjectState): boolean {
  return measured.failure !== null || health.invalid !== null;
}

function rejectedBefore(subjects: readonly SubjectState[]): number {
  return subjects
    .flatMap((subject) => subject.metrics)
    .filter((state) => state.gating && state.decided?.word === 'regression').length;
}

/** Holm over the gating metrics. Metrics that only inform are tested at the family's first step. */
function shownWorse(
  states: readonly MetricState[],
  share: { alpha: number; family: number; before: number },
): Set<MetricState> {
  const gating = states.filter((state) => state.gating);
  const rejected = holm(
    gating.map(({ p }) => p as number),
    share,
  );
  return new Set([
    ...gating.filter((_, i) => rejected[i]),
    ...states.filter(({ gating, p }) => !gating && (p as number) <= share.alpha / share.family),
  ]);
}

/** What never decided is shown with every block that there is. */
function estimateRest(subject: SubjectState): void {
  for (const state of subject.metrics) {
    if (state.decided !== null) continue;
    state.estimate = estimateAt(state, state.values.length);
  }
}

function isResolved(subject: SubjectState, comparable: boolean): boolean {
  const { measured, plan, health, metrics } = subject;
  if (measured.failure !== null || plan === null) return true;
  if (measured.blocks.length >= plan.blocks.length) return true;
  if (!comparable) return false;
  const looked = measured.blocks.length >= (plan.looks[0] as number);
  if (looked && health.invalid !== null) return true;
  return metrics.every((state) => !state.gating || state.decided !== null) && looked;
}
