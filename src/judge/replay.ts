/**
 * Replays the looks over the blocks that exist: which metric was decided when, and who needs more.
 * The replay is what makes a verdict a function of the measurement alone.
 */
import { type Gate, type Scenario, type SubjectId, subjectName } from '../config/experiment.ts';
import { MetricName } from '../config/metrics.ts';
import { mostProcesses } from '../measure/load/protocol.ts';
import type { BlockMeasurement, Measurement, SubjectMeasurement } from '../measure/measurement.ts';
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
  /** The first look is reached and no block has a value: it cannot be read here, so it cannot gate. */
  unreadable: boolean;
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
  const known: Known = {
    plans: new Map(plan.subjects.map((subject) => [subjectName(subject), subject])),
    scenarios: new Map(experiment.scenarios.map((scenario) => [scenario.name, scenario])),
    kept: stored && new Map(stored.subjects.map((kept) => [subjectName(kept), kept.blocks])),
  };
  const subjects = measurement.subjects.map((measured) => startState(measurement, measured, known));
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

/** What belongs to a subject or a scenario, by its name. */
interface Known {
  plans: ReadonlyMap<string, SubjectPlan>;
  scenarios: ReadonlyMap<string, Scenario>;
  /** Blocks of the stored measurement; null for a live pair. */
  kept: ReadonlyMap<string, BlockMeasurement[]> | null;
}

function startState(
  { experiment: { gate }, plan: { arms, cores }, environment }: Measurement,
  measured: SubjectMeasurement,
  known: Known,
): SubjectState {
  const name = subjectName(measured);
  const plan = known.plans.get(name) ?? null;
  const scenario = known.scenarios.get(measured.scenario) as Scenario;
  const health = checkHealth(measured, {
    scenario,
    serverCores: cores.servers?.length ?? environment.cpuCount,
    // One process for each of its cores, or one that is not pinned.
    generatorProcesses: Math.min(cores.generator?.length || 1, mostProcesses(scenario)),
    tolerance: gate.tolerance,
  });
  const looked = plan !== null && measured.blocks.length >= (plan.looks[0] as number);
  const compared = known.kept === null ? arms.length === 2 : known.kept.has(name);
  return {
    id: { server: measured.server, scenario: measured.scenario },
    measured,
    plan,
    scenario,
    health,
    metrics: MetricName.options.map((metric) => {
      const values = measured.blocks.map((block) =>
        finite(known.kept === null ? pairValue(metric, block) : logCostOf(metric, block)),
      );
      const kept =
        known.kept &&
        // None when the stored measurement does not have this subject.
        (known.kept.get(name) ?? []).flatMap((block) => finite(logCostOf(metric, block)) ?? []);
      const silent = values.every((value) => value === null) || kept?.length === 0;
      // No throughput at all means no answers, which is the health check's business.
      const unreadable = looked && compared && silent && metric !== 'throughput';
      return {
        metric,
        gating: gate.metrics.includes(metric) && !unreadable && !isLimited(metric, health),
        unreadable,
        values,
        kept,
        decided: null,
        estimate: null,
        look: null,
        p: null,
      };
    }),
    resolved: false,
  };
}

function logCostOf(metric: MetricName, block: BlockMeasurement): number | null {
  const cost = armCost(metric, block, 'head');
  return cost === null ? null : Math.log(cost);
}

/** A broken reading is no reading. */
function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function isLimited(metric: MetricName, { generatorLimited }: Health): boolean {
  return metric === 'throughput' && generatorLimited !== null;
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

/**
 * Figures of a broken measurement decide nothing, and must not ease Holm's steps for the others.
 * That holds backwards too: when a subject breaks after its rejection had eased the steps for another
 * one, the replay no longer counts it, and the other may end undecided although its blocks had ended.
 * That is the cautious side: it can cost a true regression its word, but never make a false one.
 */
function isBroken({ measured, health }: SubjectState): boolean {
  return measured.failure !== null || health.invalid !== null || health.baseBroken !== null;
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
  if (looked && (health.invalid ?? health.baseBroken) !== null) return true;
  return metrics.every((state) => !state.gating || state.decided !== null) && looked;
}
