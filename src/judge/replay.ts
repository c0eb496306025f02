/**
 * Replays the looks over the blocks that exist: which metric was decided when, and who needs more.
 * The replay is what makes a verdict a function of the measurement alone.
 */

import { contestsIn } from '../config/experiment/contenders.ts';
import { type Gate, subjectName } from '../config/experiment/experiment.ts';
import { hypothesesOf } from '../config/experiment/gating.ts';
import { isToleranceMetric, type MetricName } from '../config/experiment/metrics.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import { mostProcesses } from '../load/capabilities.ts';
import type {
  BlockMeasurement,
  MeasurementHead,
  SubjectMeasurement,
} from '../measure/measurement.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { coresOfOne } from '../system/cpus/cores.ts';
import type { Cores } from '../terms/core-sets.ts';
import { type FailSide, failSide } from './alpha-allocation.ts';
import { answerClaims, type ClaimState, waitedFor } from './claims/claims.ts';
import { condensed, figured } from './condensed.ts';
import { claimsOn } from './confirmation.ts';
import { isExcused } from './excused.ts';
import { faultOf } from './fault.ts';
import type { Finding } from './findings/finding.ts';
import { checkHealth } from './health/summary.ts';
import { reopened, takeLook } from './interim-analysis.ts';
import { isOverAfterAll } from './limits.ts';
import { decisionOn, estimateAt, isTooNoisy, startMetrics } from './metric-state.ts';
import { nextBlock, WHOLE_BLOCK } from './next-block.ts';
import { calibratorRates } from './past/calibrated.ts';
import { type Chosen, chosenFor, stepOfMachine } from './past/chosen.ts';
import { busyMachine } from './past/quiet.ts';
import { rareAgainst } from './past/rare.ts';
import { healthByQuietBlocks, needsNoQuietBlock } from './quiet-blocks.ts';
import type { Health, MetricState, SubjectState } from './state.ts';
import { vetoOf } from './vetoes.ts';

export interface Replay {
  subjects: SubjectState[];
  /** In the order of the experiment. */
  claims: ClaimState[];
  /** Levels of the gating hypotheses of the whole job. */
  side: FailSide;
}

/**
 * Makes the states of subjects before any look, one by one: none needs another. What a state was made of can be let go of:
 * it keeps the figures.
 */
export function starterOf(head: MeasurementHead): (measured: SubjectMeasurement) => SubjectState {
  const { experiment, plan } = head;
  const known: Known = {
    plans: new Map(plan.subjects.map((subject) => [subjectName(subject), subject])),
    scenarios: new Map(experiment.scenarios.map((scenario) => [scenario.name, scenario])),
    contests: contestsIn(experiment.servers),
  };
  return (measured) => startState(head, measured, known);
}

/** `subjects`: all of them, as they were started. */
export function replay(measurement: MeasurementHead, subjects: SubjectState[]): Replay {
  const { experiment, plan, past } = measurement;
  // All that was asked for, whichever of it a machine or an attempt could measure: the level of one subject's looks,
  // which may be in the past, must not depend on what became of another.
  const asked = [...experiment.subjects, ...plan.lacking];
  const side = failSide(measurement, hypothesesOf({ ...experiment, subjects: asked }));
  const comparable = plan.arms.length === 2 || past !== undefined;
  if (comparable) {
    const stages = Math.max(0, ...plan.subjects.map((subject) => subject.looks.length));
    for (let stage = 0; stage < stages; stage++) {
      takeLook(subjects, stage, experiment.gate, side);
    }
    for (const subject of subjects) estimateRest(subject, experiment.gate);
  }
  const claims = answerClaims(measurement, subjects, side.claim);
  const waited = waitedFor(claims);
  for (const subject of subjects) {
    // Of the metrics that gate: a claim is about others too, and has met the doubt.
    if (comparable) subject.health = healthByQuietBlocks(subject, experiment.gate);
    const isWaitedFor = waited.has(subjectName(subject.id)) && !isEnded(subject, comparable);
    subject.resolved = isResolved(subject, comparable, measurement) && !isWaitedFor;
    if (!comparable) continue;
    const open = subject.metrics.filter(
      (state) =>
        state.gating &&
        !(
          isSettled(state, subject, experiment.gate) &&
          needsNoQuietBlock(subject, state, experiment.gate)
        ),
    );
    subject.next = nextBlock(subject, namesOf(open), claimedOf(claims, subject));
  }
  return { subjects, claims, side };
}

function namesOf(metrics: readonly MetricState[]): Set<MetricName> {
  return new Set(metrics.map(({ metric }) => metric));
}

/** Metrics of the subject that a claim still waits for. */
function claimedOf(claims: readonly ClaimState[], subject: SubjectState): Set<MetricName> {
  const open = claims.filter(({ answered }) => answered.kind === 'open');
  const series = open.flatMap(({ evidence }) => evidence?.series ?? []);
  return new Set(series.filter((one) => one.subject === subject).map(({ metric }) => metric));
}

/** What belongs to a subject or a scenario, by its name. */
interface Known {
  plans: ReadonlyMap<string, SubjectPlan>;
  scenarios: ReadonlyMap<string, Scenario>;
  /** Names of the pairs of contenders. */
  contests: ReadonlySet<string>;
}

function startState(
  measurement: MeasurementHead,
  asMeasured: SubjectMeasurement,
  known: Known,
): SubjectState {
  const { experiment, plan: job, environment } = measurement;
  const { gate } = experiment;
  const measured = figured(asMeasured);
  const name = subjectName(measured);
  const plan = known.plans.get(name) ?? null;
  const isContest = known.contests.has(measured.server);
  const scenario = known.scenarios.get(measured.scenario) as Scenario;
  const past = measurement.past && chosenFor(measurement.past, measurement, measured);
  const own = plan?.cores ?? job.cores;
  const seen = checkHealth(measured, {
    scenario,
    plan,
    serverCores: coresOfOne(own)?.length ?? environment.cpuCount,
    // One process for each of its cores, or one that is not pinned.
    generatorProcesses: Math.min(own.generator?.length || 1, mostProcesses(scenario)),
    gate,
    isContest,
  });
  const health = withRare(withMachineDoubts(seen, past, measured.blocks, own), past, {
    blocks: measured.blocks,
    tolerance: gate.tolerance,
  });
  const looked = plan !== null && measured.blocks.length >= (plan.looks[0] as number);
  const compared = past !== undefined || job.arms.length === 2;
  return {
    id: { server: measured.server, scenario: measured.scenario },
    measured: condensed(measured),
    isContest,
    plan,
    scenario,
    fault: faultOf(measured, health),
    health,
    metrics: startMetrics({
      scenario,
      blocks: measured.blocks,
      past,
      gate,
      health,
      isComparable: looked && compared,
      claimed: claimsOn(measurement, measured)?.map(({ metric }) => metric) ?? null,
      isContest,
    }),
    ...(past === undefined ? {} : { past }),
    resolved: false,
    next: WHOLE_BLOCK,
  };
}

/**
 * What lets no run be compared with earlier ones. A machine that became faster or slower since may have become so for head more than
 * for the calibrator; and a head that takes the calibrator's time makes it slower. Neither is a change that could be told, nor is what
 * others do on the machine. What head's own work may bring about lets nothing pass, and excuses nothing.
 */
function withMachineDoubts(
  health: Health,
  past: Chosen | undefined,
  blocks: readonly BlockMeasurement[],
  cores: Cores,
): Health {
  if (past === undefined) return health;
  const step = stepOfMachine(calibratorRates(blocks), past.rates);
  const stepped: Finding[] =
    step === null
      ? []
      : [
          {
            code: 'machine-stepped',
            severity: 'doubt',
            subject: null,
            data: { change: Math.expm1(step) },
          },
        ];
  const busy = busyMachine(blocks, cores);
  if (busy === null && stepped.length === 0) return health;
  // This one says it for the comparison with earlier runs, and that both arms met the same is not so here.
  const others = health.doubts.filter(
    ({ code }) => busy === null || code !== 'machine-too-disturbed',
  );
  const doubts = [...(busy === null ? [] : [busy.finding]), ...stepped];
  const warnings = health.warnings.filter(({ code }) => code !== 'blocks-disturbed');
  const isExcuse = stepped.length > 0 || busy?.isOthers === true;
  const excused = isExcuse ? 'all' : health.excused;
  return { ...health, doubts: [...others, ...doubts], warnings, excused };
}

/** With what the figures against earlier runs leave out of head. */
function withRare(
  health: Health,
  past: Chosen | undefined,
  { blocks, tolerance }: { blocks: readonly BlockMeasurement[]; tolerance: Gate['tolerance'] },
): Health {
  if (past === undefined) return health;
  const { rare, warnings } = rareAgainst(past, blocks, tolerance);
  return { ...health, rare, warnings: [...health.warnings, ...warnings] };
}

/**
 * What never decided is shown with every block that there is. A limit is held against every block too, also
 * those that came after it was found to be kept.
 */
function estimateRest({ metrics, measured }: SubjectState, { limits }: Gate): void {
  for (const state of metrics) {
    if (isOverAfterAll(state, measured.blocks, limits)) state.progress = reopened(state.progress);
    if (state.progress.kind === 'decided') continue;
    state.progress = { ...state.progress, estimate: estimateAt(state, state.values.length) };
  }
}

/** Whatever is still undecided of it: there will be no more blocks, or none that could be used. */
function isEnded({ measured, plan, health }: SubjectState, comparable: boolean): boolean {
  if (measured.failure !== null || plan === null || health.isHopeless) return true;
  if (measured.blocks.length >= plan.blocks.length) return true;
  const looked = measured.blocks.length >= (plan.looks[0] as number);
  return comparable && looked && health.fault !== null;
}

function isResolved(
  subject: SubjectState,
  comparable: boolean,
  { experiment: { gate }, confirmationOf }: Pick<MeasurementHead, 'experiment' | 'confirmationOf'>,
): boolean {
  const { measured, plan, health, metrics } = subject;
  if (plan === null || isEnded(subject, comparable)) return true;
  if (!comparable) return false;
  const looked = measured.blocks.length >= (plan.looks[0] as number);
  // What makes all figures doubtful may be an accident of few blocks. What is decided stays so meanwhile.
  const isRed = isShownWorse(subject, gate);
  // More could only add to what is red already. Each claim of a confirmation has an answer of its own, and of contenders no word is red.
  if (isRed && gate.measureAll === false && confirmationOf === null && !subject.isContest)
    return true;
  // Of contenders what is shown of either is doubted alike, so that none of it ends the measurement.
  if (health.doubts.length > 0 && (subject.isContest || !isRed)) return false;
  return looked && metrics.every((state) => !state.gating || isSettled(state, subject, gate));
}

/** Decided, and no doubt has taken the word back that further blocks may clear. */
function isSettled(state: MetricState, subject: SubjectState, gate: Gate): boolean {
  const { metric, progress } = state;
  const { health, measured, isContest } = subject;
  if (progress.kind !== 'decided') return isTooNoisy(state);
  if (!isToleranceMetric(metric)) return true;
  const tolerance = gate.tolerance[metric];
  const known = { blocks: measured.blocks, health, tolerance, isContest };
  return vetoOf(state, progress.decision.word, known) === null;
}

/** A metric has shown head to be worse, and nothing in the measurement could be why. */
function isShownWorse(subject: SubjectState, gate: Gate): boolean {
  return subject.metrics.some(
    (state) =>
      state.gating &&
      decisionOn(state)?.word === 'regression' &&
      !isExcused(subject.health, state.metric) &&
      isSettled(state, subject, gate),
  );
}
