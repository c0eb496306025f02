/** All claims of a job: their answers, which of their subjects more blocks would serve, and what is said of each. */
import { mean } from 'simple-statistics';
import { type Claim, CORES_EFFICIENCY, isAtLeast } from '../../config/experiment/claim.ts';
import { subjectName } from '../../config/experiment/experiment.ts';
import { isLimitMetric } from '../../config/experiment/metrics.ts';
import type { Measurement, MeasurementHead } from '../../measure/observed/measurement.ts';
import type { Estimate } from '../rule/estimate.ts';
import { intervalOf } from '../rule/interval.ts';
import { limitValue } from '../rule/limits.ts';
import type { SubjectState } from '../state/state.ts';
import type { ClaimScale, ClaimVerdict } from '../verdict/claim-verdict.ts';
import { unitOf } from '../verdict/units.ts';
import { type Answered, answerTo } from './answer.ts';
import { brokenIn, type Direction } from './doubts.ts';
import {
  type Evidence,
  evidenceFor,
  limitOf,
  notMeasured,
  onVerdictScale,
  witnesses,
} from './evidence.ts';
import { comparedValue, isRatioMetric, onTime, type Series, stateOf } from './series.ts';
import type { Witness } from './witness.ts';
import { wouldDecide } from './would-decide.ts';

export type ClaimState = { claim: Claim; level: number } & (
  | { evidence: Evidence; answered: Answered }
  /** Nothing of what it names was measured. */
  | { evidence: null; answered: Extract<Answered, { kind: 'unanswerable' }> }
);

/** `level`: this many wrong answers each. */
export function answerClaims(
  { experiment, plan }: Pick<Measurement, 'experiment' | 'plan'>,
  subjects: readonly SubjectState[],
  level: number,
): ClaimState[] {
  const field = { servers: experiment.servers, subjects, lacking: plan.lacking };
  return experiment.claims.map((claim): ClaimState => {
    const evidence = evidenceFor(claim, field);
    if ('code' in evidence) {
      return { claim, evidence: null, answered: { kind: 'unanswerable', reason: evidence }, level };
    }
    const broken = brokenIn(evidence);
    if (broken !== null) {
      const reason = notMeasured(broken.id);
      return { claim, evidence, answered: { kind: 'unanswerable', reason }, level };
    }
    return { claim, evidence, answered: answerTo(claim, evidence, level), level };
  });
}

/** What claims still wait for. Where one of several subjects has ended, the others need not go on; one that a clock has stopped had to. */
export function waitedFor(claims: readonly ClaimState[]): Series[] {
  return claims.flatMap(({ answered, evidence }) =>
    answered.kind !== 'open' || evidence === null
      ? []
      : evidence.series.filter(
          ({ subject }) => !answered.isOver || subject.measured.stoppedBy !== undefined,
        ),
  );
}

export function claimVerdict(
  { claim, evidence, answered, level }: ClaimState,
  { environment, experiment }: MeasurementHead,
): ClaimVerdict {
  const { estimate, p, reasons } = figuresOf(answered);
  const { series = [] } = evidence ?? {};
  const { left = null, right = null } = (evidence && witnesses(evidence.sides)) ?? {};
  const isPair = evidence?.sides.kind === 'pair';
  const typical = (one: Witness | null) => one && typicalValue(claim.metric, one, isPair);
  const seen =
    estimate === null || evidence === null
      ? null
      : shown(estimate, evidence, sideOf(claim, answered));
  const needed =
    evidence === null || answered.kind !== 'open'
      ? null
      : wouldDecide(claim, evidence, answered, { level, gate: experiment.gate });
  return {
    claim,
    answer: answered.kind === 'given' ? answered.answer : 'undecided',
    scale: evidence?.scale ?? scaleOf(claim),
    unit: unitFor(claim, series[0]?.subject ?? null, experiment),
    estimate: seen?.estimate ?? null,
    interval: seen?.interval ?? null,
    bound: evidence?.bound ?? (scaleOf(claim) === 'ratio' ? claim.factor : claim.offset),
    left: typical(left),
    right: typical(right),
    blocks: estimate?.blocks ?? 0,
    subjects: [...new Set(series.map(({ subject }) => subjectName(subject.id)))],
    level,
    p,
    machine: claim.right === null ? environment : null,
    budgetNeededMs: needed?.budgetMs ?? null,
    reasons: [...reasons, ...(needed?.reasons ?? [])],
  };
}

function figuresOf(
  answered: Answered,
): Pick<Extract<Answered, { kind: 'open' }>, 'estimate' | 'p' | 'reasons'> {
  if (answered.kind !== 'unanswerable') return answered;
  return { estimate: null, p: null, reasons: [answered.reason] };
}

/** Without anything to go by, as the claim is written. */
function scaleOf({ right, offset, metric }: Claim): ClaimScale {
  if (right === null) return 'value';
  const isRatio = metric === CORES_EFFICIENCY || isRatioMetric(metric);
  return offset === 0 && isRatio ? 'ratio' : 'difference';
}

function unitFor(
  { metric, left }: Claim,
  subject: SubjectState | null,
  { scenarios }: Measurement['experiment'],
): ClaimVerdict['unit'] {
  if (metric === CORES_EFFICIENCY) return 'share';
  const scenario = subject?.scenario ?? scenarios.find(({ name }) => name === left.scenario);
  return scenario === undefined ? 's' : unitOf(metric, scenario);
}

/** Where the answer says that the estimate lies; null without an answer. */
function sideOf({ op }: Claim, answered: Answered): Direction | null {
  if (answered.kind !== 'given') return null;
  return (answered.answer === 'holds') === isAtLeast(op) ? 'above' : 'below';
}

/** On the scale of the verdict. What an answer excludes, the interval does not hold. */
function shown(
  estimate: Estimate,
  evidence: Evidence,
  side: Direction | null,
): { estimate: number; interval: [number, number] } {
  const limit = limitOf(evidence);
  const plans = evidence.series.map(({ subject }) => subject.plan);
  const [low, high] = intervalOf(estimate, plans);
  const least = side === 'above' && estimate.d > limit ? Math.max(low, limit) : low;
  const most = side === 'below' && estimate.d < limit ? Math.min(high, limit) : high;
  return {
    estimate: onVerdictScale(estimate.d, evidence),
    interval: [onVerdictScale(least, evidence), onVerdictScale(most, evidence)],
  };
}

/** Of one side over all blocks that count, for reading. */
function typicalValue(
  metric: Claim['metric'],
  { subject, arm }: Witness,
  isPair: boolean,
): number | null {
  if (metric === CORES_EFFICIENCY) return null;
  const blocks = onTime(subject, metric).filter((block) => block !== null);
  if (isLimitMetric(metric)) return limitValue(metric, blocks, arm);
  const state = isPair ? stateOf(subject, metric) : undefined;
  const values = blocks.flatMap((block) => comparedValue(metric, block, arm, state) ?? []);
  if (values.length === 0) return null;
  if (!isRatioMetric(metric)) return mean(values);
  const above = values.filter((value) => value > 0);
  return above.length === 0 ? null : Math.exp(mean(above.map(Math.log)));
}
