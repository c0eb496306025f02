/**
 * Replays the looks over the blocks that exist: which metric was decided when, and who needs more.
 * The replay is what makes a verdict a function of the measurement alone.
 */

import type { Gate } from '../../config/experiment/experiment.ts';
import { hypothesesOf } from '../../config/experiment/gating.ts';
import { isToleranceMetric, type MetricName } from '../../config/experiment/metrics.ts';
import type { MeasurementHead } from '../../measure/observed/measurement.ts';
import { answerClaims, type ClaimState, waitedFor } from '../claims/claims.ts';
import { isExcused } from '../doubts/excused.ts';
import { healthByQuietBlocks, needsNoQuietBlock } from '../doubts/quiet-blocks.ts';
import { hypothesesLeftOut } from '../doubts/too-noisy.ts';
import { vetoOf } from '../doubts/vetoes.ts';
import { type FailSide, failSide } from '../rule/alpha-allocation.ts';
import { decisionOn, estimateAt, isTooNoisy } from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import { takeLook } from './interim-analysis.ts';
import { nextBlock } from './next-block.ts';
import { reopenedBy } from './reopened.ts';

export interface Replay {
  subjects: SubjectState[];
  /** In the order of the experiment. */
  claims: ClaimState[];
  /** Levels of the gating hypotheses of the whole job. */
  side: FailSide;
}

/** `subjects`: all of them, as they were started. */
export function replay(measurement: MeasurementHead, subjects: SubjectState[]): Replay {
  const { experiment, plan, past } = measurement;
  // All that was asked for, whichever of it a machine or an attempt could measure: the level of one subject's looks,
  // which may be in the past, must not depend on what became of another.
  const asked = [...experiment.subjects, ...plan.lacking];
  const whole = { ...experiment, subjects: asked };
  const side = failSide(measurement, hypothesesOf(whole), hypothesesLeftOut(whole));
  const { gate } = experiment;
  const { doubtful } = side;
  const comparable = plan.arms.length === 2 || past !== undefined;
  if (comparable) {
    const stages = Math.max(0, ...plan.subjects.map((subject) => subject.looks.length));
    for (let stage = 0; stage < stages; stage++) {
      takeLook(subjects, stage, gate, side);
    }
    for (const subject of subjects) estimateRest(subject, gate);
  }
  const claims = answerClaims(measurement, subjects, side.claim);
  const waited = waitedFor(claims);
  for (const subject of subjects) {
    // Of the metrics that gate: a claim is about others too, and has met the doubt.
    if (comparable) subject.health = healthByQuietBlocks(subject, { gate, doubtful });
    const claimed = waited.filter((one) => one.subject === subject);
    const isWaitedFor = claimed.length > 0 && !isEnded(subject, comparable);
    subject.resolved = isResolved(subject, comparable, measurement) && !isWaitedFor;
    if (!comparable) continue;
    const open = subject.metrics.filter(
      (state) =>
        state.gating &&
        !(isSettled(state, subject, gate) && needsNoQuietBlock(subject, state, { gate, doubtful })),
    );
    subject.next = nextBlock(subject, namesOf(open), namesOf(claimed));
  }
  return { subjects, claims, side };
}

function namesOf(metrics: readonly { metric: MetricName }[]): Set<MetricName> {
  return new Set(metrics.map(({ metric }) => metric));
}

/**
 * What never decided is shown with every block that there is. A limit is held against every block too, also
 * those that came after it was found to be kept.
 */
function estimateRest({ metrics, measured }: SubjectState, { limits }: Gate): void {
  for (const state of metrics) {
    state.progress = reopenedBy(measured.blocks, state, limits);
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
