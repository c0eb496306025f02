/** Measurement → Verdict. Pure: the same file gives the same verdict, byte for byte, anywhere. */

import { sum } from 'simple-statistics';
import { armNames } from '../config/contenders.ts';
import { subjectName } from '../config/experiment.ts';
import { isToleranceMetric } from '../config/metrics.ts';
import type { Pairs } from '../config/server.ts';
import { type Cure, cureFor } from '../measure/cure.ts';
import { fingerprintOf } from '../measure/fingerprint.ts';
import type {
  BlockMeasurement,
  Measurement,
  MeasurementHead,
  StoredBaseline,
} from '../measure/measurement.ts';
import { budgetFor } from '../plan/block-size.ts';
import { SCHEMA } from '../system/schema-versions.ts';
import type { Arm } from '../terms/arm.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import { claimVerdict } from './claims/claims.ts';
import { commandsOf, eachOnce } from './commands.ts';
import { incomparable } from './comparable.ts';
import { applyConfirmation, claimsOn, confirmationsOf, sameMachine } from './confirmation.ts';
import { logCost } from './decide.ts';
import type { Difference } from './findings/difference.ts';
import type { Finding } from './findings/finding.ts';
import { comparedAnswers } from './health/answers.ts';
import { modesOf, modesWarnings } from './health/modes.ts';
import { noiseWarnings } from './health/observed-noise.ts';
import { failedShare } from './health/summary.ts';
import { holdOf } from './hold.ts';
import { gates, isTooNoisy } from './metric-state.ts';
import { metricVerdict } from './metric-verdict.ts';
import { noiseOf } from './noise.ts';
import { blocksNeeded } from './power.ts';
import { type Replay, replay, starterOf } from './replay.ts';
import { scalingOf } from './scaling.ts';
import { startUpShare } from './start-up.ts';
import type { NextBlock, SubjectState } from './state.ts';
import { isCore } from './too-noisy.ts';
import { hiddenWorsening } from './trim-excess.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from './verdict.ts';
import { againstWhat, jobVerdict, subjectVerdict } from './verdict-order.ts';
import { versusOf } from './versus/ranking.ts';
import type { Versus } from './versus/versus-verdict.ts';

/** What is known of a measurement, by one replay of its looks. */
export interface Judgement {
  verdict: Verdict;
  /** Names of the subjects whose verdict more blocks could still change. */
  open: ReadonlySet<string>;
  /** By the subject's name: what its next block must have. */
  next: ReadonlyMap<string, NextBlock>;
}

export function judge(measurement: Measurement): Verdict {
  return judgement(measurement).verdict;
}

export function judgement(measurement: Measurement): Judgement {
  const { stored } = measurement;
  const different = stored === null ? [] : incomparable(measurement, stored);
  const usable = different.length === 0 ? measurement : { ...measurement, stored: null };
  const states = measurement.subjects.map(starterOf(usable));
  return judgementOf(measurement, states, different);
}

/** `states`: of all subjects, as they were started; `different`: why what is stored is no comparison. */
export function judgementOf(
  measurement: MeasurementHead,
  states: SubjectState[],
  different: readonly Difference[],
): Judgement {
  const usable = different.length === 0 ? measurement : { ...measurement, stored: null };
  const replayed = replay(usable, states);
  const subjects = replayed.subjects.map((subject) =>
    verdictOf(usable, replayed, subject, different),
  );
  const scaling = scalingOf(usable, replayed, subjects);
  const claims = replayed.claims.map((state) => claimVerdict(state, usable));
  const versus = versusOf(usable, replayed.subjects, subjects);
  const parts = { subjects, scaling, claims, versus };
  const next = replayed.subjects.map((one): [string, NextBlock] => [subjectName(one.id), one.next]);
  return {
    verdict: verdictFrom(measurement, parts),
    open: new Set(openIn(replayed)),
    next: new Map(next),
  };
}

/** The whole verdict, around those of its subjects. */
function verdictFrom(
  measurement: MeasurementHead,
  {
    subjects,
    scaling,
    claims,
    versus,
  }: Pick<Verdict, 'subjects' | 'scaling'> & {
    claims: NonNullable<Verdict['claims']>;
    versus: Versus | null;
  },
): Verdict {
  const { experiment, plan, stored, past, sources, confirmationOf } = measurement;
  const verdict = jobVerdict(subjects.map((subject) => subject.verdict));
  return {
    schemaVersion: SCHEMA.verdict,
    tool: measurement.tool,
    verdict,
    subjects,
    scaling,
    ...(claims.length === 0 ? {} : { claims }),
    ...(versus === null ? {} : { versus }),
    startedAt: measurement.startedAt,
    seed: plan.seed,
    design:
      past !== undefined
        ? 'past'
        : stored !== null
          ? 'stored'
          : plan.arms.length === 2
            ? 'pairs'
            : 'alone',
    falseAlarmRate: experiment.gate.falseAlarmRate,
    budgetMs: experiment.gate.budgetMs,
    failsOn: {
      inconclusive: experiment.gate.failOnInconclusive,
      noBaseline: experiment.gate.failOnNoBaseline,
    },
    awaitsConfirmation: verdict === 'regression' && isConfirmable(measurement),
    confirmationOf: confirmationOf && {
      startedAt: confirmationOf.startedAt,
      cpuModel: confirmationOf.environment.cpuModel,
    },
    attempts: measurement.attempts.map(({ startedAt, environment, subjects }) => ({
      startedAt,
      cpuModel: environment.cpuModel,
      blocks: sum(subjects.map(({ blocks }) => blocks)),
    })),
    environment: measurement.environment,
    cores: plan.cores,
    sources: {
      base: stored?.source ?? sources.base ?? null,
      head: sources.head ?? { commit: null, description: 'unknown' },
    },
    ...(measurement.bar === undefined ? {} : { bar: measurement.bar }),
    flags: measurement.flags,
    commands: eachOnce(subjects.flatMap((subject) => commandsOf(measurement, subject))),
  };
}

/** A second job will be asked, and can answer: a stored measurement or a folder could not be had again. */
function isConfirmable({
  experiment,
  confirmationOf,
  stored,
  past,
  sources,
}: MeasurementHead): boolean {
  return (
    experiment.gate.onRegression === 'confirm-on-fresh-runner' &&
    confirmationOf === null &&
    stored === null &&
    past === undefined &&
    Object.values(sources).every(({ commit }) => commit !== null)
  );
}

/** Subjects whose verdict more blocks could still change. */
export function unresolved(measurement: Measurement): string[] {
  return openIn(replay(measurement, measurement.subjects.map(starterOf(measurement))));
}

function openIn({ subjects }: Replay): string[] {
  return subjects.filter(({ resolved }) => !resolved).map(({ id }) => subjectName(id));
}

function verdictOf(
  measurement: MeasurementHead,
  { side }: Replay,
  subject: SubjectState,
  different: readonly Difference[],
): SubjectVerdict {
  const { measured } = subject;
  const isPair = measurement.stored === null && measurement.plan.arms.length === 2;
  const claims = claimsOn(measurement, subject.id);
  const kept = keptBlocks(measurement, subject);
  const metrics = subject.metrics.map((state) =>
    applyConfirmation(
      metricVerdict(
        measurement,
        { level: state.gating ? side.each : side.aside, kept },
        subject,
        state,
      ),
      claims,
    ),
  );
  const { word, reasons } = subjectVerdict(subject, metrics, {
    against: againstWhat(measurement, keptOf(measurement, subject) !== null),
    different,
    from: measurement.past?.from,
  });
  return {
    ...subject.id,
    ...namesIn(measurement, subject),
    ...pastOf(measurement, subject),
    verdict: word,
    blocks: measured.blocks.length,
    metrics: metrics.map((metric) => overruled(word, metric, subject)),
    reasons,
    cure: word === 'invalid' ? cureOf(subject) : null,
    warnings: [...warningsOf(measurement, subject, word), ...noisyWarnings(word, metrics)],
    noise: noiseOf(subject),
    pictures: subject.health.pictures,
    modes: subject.metrics.flatMap((state) => modesOf(state) ?? []),
    confirmations: confirmationsOf(claims, word, metrics),
    ...comparedAnswers(measured, subject.scenario, isPair),
    ...besideOf(measured.blocks),
    pairs: pairsOf(measurement, subject),
    engine: (measured.pilot?.arms.head ?? measured.pilot?.arms.base)?.engine ?? null,
    reach: reachOf(subject),
    hold: holdOf(subject),
    burst: {
      base: measured.pilot?.arms.base?.burst ?? null,
      head: measured.pilot?.arms.head?.burst ?? null,
    },
    budgetNeededMs: word === 'inconclusive' ? budgetNeeded(measurement, side.each, subject) : null,
  };
}

/** Of a pair of contenders; two builds of one server have none. */
function namesIn(
  { experiment }: MeasurementHead,
  { id }: SubjectState,
): Pick<SubjectVerdict, 'names'> {
  const server = experiment.servers.find(({ name }) => name === id.server);
  return server?.contenders === undefined ? {} : { names: armNames(server) };
}

/** The earlier runs that count; absent where it is compared with something else. */
function pastOf(
  measurement: MeasurementHead,
  { id, past: chosen }: SubjectState,
): Pick<SubjectVerdict, 'past'> {
  const { past } = measurement;
  if (past === undefined || chosen === undefined) return {};
  const [first] = chosen.runs;
  return {
    past: {
      from: past.from,
      runs: chosen.runs.length,
      since: first?.at ?? null,
      fingerprint: fingerprintOf(measurement, id, past.calibrator),
    },
  };
}

/** Of the failure, or of what was answered in place of what was expected. */
function cureOf({ measured: { failure, errorSamples, blocks } }: SubjectState): Cure | null {
  if (failure !== null) return failure.cure ?? null;
  for (const arm of ['head', 'base'] as const) {
    const sample = errorSamples.find((one) => one.arm === arm && one.answer);
    if (sample === undefined) continue;
    const { failed, attempted } = failedShare(blocks, arm);
    const cure = cureFor({ answer: sample.answer ?? null, good: attempted - failed });
    if (cure !== null) return cure;
  }
  return null;
}

function pairsOf({ experiment }: MeasurementHead, { id, plan }: SubjectState): Pairs {
  const server = experiment.servers.find(({ name }) => name === id.server);
  return plan?.pairs ?? server?.pairs ?? 'live';
}

/** Everyone who was beside the servers in some block, as the last of these saw it. */
function besideOf(blocks: readonly BlockMeasurement[]): Pick<SubjectVerdict, 'beside'> {
  const all = blocks.flatMap(({ beside }) => beside ?? []);
  const byName = new Map(all.map((one) => [`${one.name} ${one.places[0] ?? ''}`, one]));
  return all.length === 0 ? {} : { beside: [...byName.values()] };
}

/** Of all deliveries in the blocks: the share that arrived as it was sent. */
function reachOf({ scenario, measured: { blocks } }: SubjectState): SubjectVerdict['reach'] {
  if (scenario.kind !== 'websocket' || scenario.mode !== 'fan-out') return null;
  const of = (arm: Arm) => {
    const { attempted, share } = failedShare(blocks, arm);
    return attempted === 0 ? null : 1 - share;
  };
  return { base: of('base'), head: of('head') };
}

/** What to distrust, in the order in which it would have come up. */
function warningsOf(
  measurement: MeasurementHead,
  subject: SubjectState,
  word: VerdictWord,
): Finding[] {
  const { metrics: gating } = measurement.experiment.gate;
  const { health, metrics } = subject;
  const missing = metrics.filter(
    ({ metric, unreadable }) => unreadable && gates({ metrics: gating }, metric),
  );
  return [
    ...sameMachine(measurement),
    // What withholds other words than this one.
    ...(word === 'regression' ? [...health.passDoubts, ...health.doubts].map(asWarning) : []),
    ...health.warnings,
    ...health.rare.map(({ finding }) => finding),
    ...metrics.flatMap((state) => modesWarnings(state, subject.measured.blocks)),
    ...openLoopCpuWarnings(subject),
    ...stoppedWarnings(measurement, subject),
    ...startUpWarnings(subject),
    ...noiseWarnings(noiseOf(subject)),
    ...missing.map(({ metric }): Finding => {
      return { code: 'not-readable', severity: 'warning', subject: metric, data: {} };
    }),
    ...(keptOf(measurement, subject)?.paired ? [STORED_WAS_PAIRED] : []),
    ...(health.spare === null ? [] : [asWarning(health.spare.finding)]),
  ];
}

/** CPU per request is clearly not that of the closed loop, as it is elsewhere. */
function openLoopCpuWarnings({ metrics, plan, health }: SubjectState): Finding[] {
  const perSecond = plan?.phases.latency?.perSecond;
  if (
    perSecond === undefined ||
    !health.spare?.savesWhenBusy ||
    !metrics.some(({ isOpenLoopCpu }) => isOpenLoopCpu)
  )
    return [];
  return [{ code: 'cpu-at-fixed-rate', severity: 'warning', subject: 'cpu', data: { perSecond } }];
}

/** What was not judged for its noise, where the verdict rests on the others. */
function noisyWarnings(word: VerdictWord, metrics: readonly MetricVerdict[]): Finding[] {
  if (word === 'invalid' || word === 'no-baseline' || word === 'inconclusive') return [];
  return metrics.flatMap(({ reasons }) =>
    reasons.filter(({ code }) => code === 'too-noisy').map(asWarning),
  );
}

/** Undecided before its last block in a job that has a limit of its own: that, or blocks that took far longer than was planned. */
function stoppedWarnings(
  { experiment: { gate } }: MeasurementHead,
  subject: SubjectState,
): Finding[] {
  const { measured, plan, resolved, fault } = subject;
  if (gate.jobBudgetMs === null || resolved || fault !== null || plan === null) return [];
  const data = {
    measured: measured.blocks.length,
    planned: plan.blocks.length,
    jobBudgetMs: gate.jobBudgetMs,
  };
  return [{ code: 'stopped-by-job-budget', severity: 'warning', subject: null, data }];
}

function startUpWarnings({ plan, measured: { pilot } }: SubjectState): Finding[] {
  const eaten = plan && startUpShare(plan, pilot);
  return eaten === null ? [] : [eaten];
}

const STORED_WAS_PAIRED: Finding = {
  code: 'stored-was-paired',
  severity: 'warning',
  subject: null,
  data: {},
};

/** A doubt that does not stand in the way of this verdict. */
function asWarning(finding: Finding): Finding {
  return { ...finding, severity: 'warning' } as Finding;
}

/** A metric of a broken, baseless or unfit subject has no verdict of its own, and no reason but the subject's. */
function overruled(
  subject: VerdictWord,
  metric: MetricVerdict,
  { health }: SubjectState,
): MetricVerdict {
  const isUnfit = health.doubts.length + health.passDoubts.length > 0;
  if (subject === 'regression' && isUnfit && metric.verdict !== 'regression') {
    return { ...metric, verdict: 'inconclusive', reasons: [] };
  }
  const overrules =
    subject === 'invalid' || subject === 'no-baseline' || (subject === 'inconclusive' && isUnfit);
  return overrules ? { ...metric, verdict: subject, reasons: [] } : metric;
}

function budgetNeeded(
  measurement: MeasurementHead,
  level: number,
  subject: SubjectState,
): number | null {
  if (measurement.stored !== null || subject.plan === null) return null;
  // More blocks of one run do not bring runs nearer to each other.
  if (measurement.past !== undefined) return null;
  if (subject.health.doubts.length + subject.health.passDoubts.length > 0) return null;
  const { gate } = measurement.experiment;
  let most = 0;
  for (const state of subject.metrics) {
    const { metric, progress } = state;
    const { estimate } = progress;
    if (!state.gating || estimate === null || !isToleranceMetric(metric)) continue;
    if (isTooNoisy(state) && !isCore(metric)) continue;
    // What stalls now and then, or sends late, does so in more blocks too.
    if (state.trouble !== null) return null;
    if (hiddenWorsening(subject.health.rare, { metric, estimate }, gate.tolerance[metric]))
      return null;
    if (progress.kind === 'decided') continue;
    const delta = logCost(metric, gate.tolerance[metric]);
    const needed = blocksNeeded(estimate, level, delta);
    if (needed === null) return null;
    most = Math.max(most, needed);
  }
  return most === 0 ? null : budgetFor(most, subject.plan.blockMs);
}

/** Null for pairs; none when what is stored does not have this subject. */
function keptBlocks(
  measurement: MeasurementHead,
  subject: SubjectState,
): readonly BlockMeasurement[] | null {
  return measurement.stored && (keptOf(measurement, subject)?.blocks ?? []);
}

/** What is stored of this subject; null when there is nothing. */
function keptOf(
  { stored }: MeasurementHead,
  { id }: SubjectState,
): StoredBaseline['subjects'][number] | null {
  return stored?.subjects.find((other) => subjectName(other) === subjectName(id)) ?? null;
}
