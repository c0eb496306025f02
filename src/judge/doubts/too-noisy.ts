/**
 * Metrics that this machine is too noisy for: within the budget they would stay undecided on unchanged code too. Unless the
 * user named them, they are not judged, and the others make the verdict; what is shown to be worse is so all the same
 * (docs/adr/0040-too-noisy.md).
 */
import type { Experiment, Gate } from '../../config/experiment/experiment.ts';
import { hypothesesOf } from '../../config/experiment/gating.ts';
import { isToleranceMetric } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { budgetFor } from '../../plan/block-size.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { FindingOf } from '../findings/finding.ts';
import { OPEN_LOOP, TOO_NOISY } from '../findings/thresholds.ts';
import { blocksToPass, smallestKept } from '../power/power.ts';
import { isCore } from '../rule/core-metrics.ts';
import {
  changeOf,
  EFFECT_FLOOR,
  isWithinTolerance,
  logCost,
  margin,
  passLevel,
  worseP,
} from '../rule/decide.ts';
import type { Estimate } from '../rule/estimate.ts';
import { blocksWithout } from '../rule/own-looks.ts';
import type { MetricState, Trouble } from '../state/state.ts';
import type { Schedule } from '../statistics/sequential.ts';
import { noiseOfHead } from './whose-noise.ts';

/** How many hypotheses of the job noise may leave out of its verdict, for nothing but their own noise: those that no verdict needs. */
export function hypothesesLeftOut({
  subjects,
  scenarios,
  gate,
}: Pick<Experiment, 'subjects' | 'scenarios' | 'gate'>): number {
  const metrics = gate.metrics.filter((metric) => isToleranceMetric(metric) && !isCore(metric));
  return hypothesesOf({ subjects, scenarios, gate: { ...gate, metrics } });
}

/** Whether noise can leave the metric out before its last look. */
export function mayBeLeftOut(
  { metric, gating, against }: Pick<MetricState, 'metric' | 'gating' | 'against'>,
  { metricsNamed }: Pick<Gate, 'metricsNamed'>,
): boolean {
  if (metricsNamed !== false || !gating || against.kind === 'past') return false;
  return isToleranceMetric(metric) && !isCore(metric);
}

/**
 * At this look, of a metric that it has not decided. The noise of few blocks may be an accident: before the last look it must
 * be larger by half, and what looks worse is measured on. What the verdict rests on is not given up before the last look. At the last one,
 * what else is open and does not look worse has met nothing but noise. Noise of head alone excuses at no look.
 */
export function isTooNoisyAt(
  { look, schedule, p, isLast, blocks }: TakenLook,
  state: MetricState,
  { estimate, whole }: { estimate: Estimate | null; whole: Estimate | null },
  { gate, doubtful }: { gate: Gate; doubtful: number },
): boolean {
  const { metric, gating, against, trouble } = state;
  if (gate.metricsNamed !== false || !gating || against.kind === 'past') return false;
  if (trouble !== null) return isPastHope(trouble);
  if (!isToleranceMetric(metric) || estimate === null) return false;
  if (!isLast && isCore(metric)) return false;
  const tolerance = gate.tolerance[metric];
  if (isLast && isWithinTolerance(metric, estimate, tolerance, passLevel(schedule, look)))
    return false;
  const delta = logCost(metric, tolerance);
  // More blocks cost only time; what they have not decided costs the job its word.
  const levels =
    isLast && !isCore(metric)
      ? levelsAtEnd(whole, { gate, doubtful })
      : { level: TOO_NOISY.looksWorse, alone: gate.falseAlarmRate };
  const { looksWorse, isWorseByItself } = worsening({ estimate, whole, p }, delta, levels);
  if (isWorseByItself) return false;
  const kept = smallestKept(estimate, schedule);
  const isMet = isLast
    ? kept > delta || !(looksWorse || isCore(metric))
    : !looksWorse && kept > TOO_NOISY.early * delta;
  return isMet && noiseOfHead(state, blocks, { schedule, delta, isLast }) === null;
}

/** At which `worsening` leaves a subject undecided. `whole`: where there is one, two tests of one hypothesis share the level (Bonferroni). */
export function levelsAtEnd(
  whole: Estimate | null,
  { gate, doubtful }: { gate: Pick<Gate, 'falseAlarmRate'>; doubtful: number },
): { level: number; alone: number } {
  return {
    level: whole === null ? doubtful : doubtful / 2,
    alone: Math.min(gate.falseAlarmRate, doubtful),
  };
}

/**
 * Of what is worse by half the tolerance or more, whether that is more than noise: by the looks of it, or because by itself it would be a
 * regression, though the job's other metrics ask for more. `p`: over all looks. `level`: of a look as if it were the only one, and `alone`: over
 * all of them.
 */
export function worsening(
  { estimate, whole, p }: { estimate: Estimate; whole: Estimate | null; p: number },
  delta: number,
  { level, alone }: { level: number; alone: number },
): { looksWorse: boolean; isWorseByItself: boolean } {
  const isWorse = Math.max(estimate.d, whole?.d ?? estimate.d) >= EFFECT_FLOOR * delta;
  const doubt = Math.min(worseP(estimate), whole === null ? 1 : worseP(whole));
  return { looksWorse: isWorse && doubt <= level, isWorseByItself: isWorse && p <= alone };
}

/** Its open loop will be none in too many blocks, and will be left out for it. As with noise, the share of few blocks may be an accident. */
function isPastHope(trouble: Trouble): boolean {
  const { faulty, blocks } = trouble.finding.data;
  const few = TOO_NOISY.early * OPEN_LOOP.lost * blocks;
  return isNothingOfHeads(trouble) && faulty >= MIN_BLOCKS && faulty > few;
}

function isNothingOfHeads({ of, isShared }: Trouble): boolean {
  return isShared && of !== 'head';
}

interface TakenLook {
  look: number;
  schedule: Schedule;
  p: number;
  /** Those up to it. */
  blocks: readonly BlockMeasurement[];
  /** There are no blocks beyond these. */
  isLast: boolean;
}

/**
 * Why a latency is left out whose open loop was none, for a reason that base met too: that is nothing which head does. Null where it is not
 * left out.
 */
export function noOpenLoop(
  { metric, gating, against, trouble, progress }: MetricState,
  { metricsNamed }: Pick<Gate, 'metricsNamed'>,
): FindingOf<'no-open-loop'> | null {
  if (metricsNamed !== false || !gating || against.kind !== 'latency-pair') return null;
  if (progress.kind === 'decided' || trouble === null || !isNothingOfHeads(trouble)) return null;
  const { code: cause, data } = trouble.finding;
  const { faulty, blocks } = data;
  return {
    code: 'no-open-loop',
    severity: 'doubt',
    subject: metric,
    data: { cause, faulty, blocks },
  };
}

/** Why it is not judged, and what would do. `visible`: as in the metric's verdict. */
export function tooNoisy(
  { metric, progress }: MetricState,
  estimate: Estimate,
  given: { plan: SubjectPlan; tolerance: number; visible: number | null },
): FindingOf<'too-noisy'> {
  const { plan, tolerance, visible } = given;
  const schedule = scheduleOf(progress, plan);
  const level = passLevel(schedule, schedule.looks.length - 1);
  const reached = estimate.d + margin(estimate, level);
  const needed = blocksThatPass({ metric, progress }, estimate, { plan, tolerance });
  const data = {
    visible,
    tolerance,
    keeps: Math.abs(changeOf(metric, Math.max(reached, smallestKept(estimate, schedule)))),
    budgetNeededMs: needed === null ? null : budgetFor(needed, plan.blockMs),
  };
  return { code: 'too-noisy', severity: 'doubt', subject: metric, data };
}

/** Of a plan that would show it to keep the tolerance, as far as noise and estimate stay what they are; null when no plan has so many. */
export function blocksThatPass(
  { metric, progress }: Pick<MetricState, 'metric' | 'progress'>,
  estimate: Estimate,
  { plan, tolerance }: { plan: SubjectPlan; tolerance: number },
): number | null {
  const schedule = scheduleOf(progress, plan);
  const end = schedule.ends.at(-1) as number;
  const blocks = blocksToPass(estimate, logCost(metric, tolerance), end, estimate.d);
  return blocks === null ? null : blocks + blocksWithout(plan, schedule);
}

function scheduleOf(progress: MetricState['progress'], plan: SubjectPlan): Schedule {
  return progress.kind === 'unseen' ? plan : progress.schedule;
}
