/**
 * Where others had the machine in too many blocks, the rest of the blocks is asked alone: what passes by all blocks and by the quiet ones
 * is believed. Which blocks are quiet is told by the machine's counters, never by the arms' figures (docs/adr/0082-quiet-blocks.md).
 */
import type { Gate } from '../../config/experiment/experiment.ts';
import { isToleranceMetric } from '../../config/experiment/metrics.ts';
import type { Finding, FindingOf } from '../findings/finding.ts';
import type { Health } from '../health/health.ts';
import { hasQuietEnough, isQuiet, replacedWarnings } from '../machine/machine-findings.ts';
import { isCore } from '../rule/core-metrics.ts';
import { EFFECT_FLOOR, isWithinTolerance, logCost, passLevel } from '../rule/decide.ts';
import { type Estimate, estimatePaired } from '../rule/estimate.ts';
import { ownSchedule } from '../rule/own-looks.ts';
import { isPlainlyWorse, trimExcess } from '../rule/trim-excess.ts';
import {
  decisionOn,
  isSpeedAsked,
  isTooNoisy,
  runSdOf,
  wholeEstimateAt,
} from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import { outOfTime } from './out-of-time.ts';
import { spareDoubt } from './spare-doubt.ts';
import { noOpenLoop } from './too-noisy.ts';
import { vetoOf } from './vetoes.ts';

/** What the job asks of its metrics. `doubtful`: as in its `FailSide`. */
interface Asked {
  gate: Gate;
  doubtful: number;
}

/** The subject's health, without the doubt about the machine where the quiet blocks have cleared it. */
export function healthByQuietBlocks(subject: SubjectState, asked: Asked): Health {
  const { gate } = asked;
  const { health, metrics, measured } = subject;
  const doubt = machineDoubt(health);
  if (doubt === null || !canBeCleared(subject)) return health;
  const gating = metrics.filter((state) => state.gating && !isLeftOut(subject, state, asked));
  const judged = gating.filter((state) => !isOfSpareTime(subject, state));
  if (!isEnough(metrics, judged)) return health;
  // What is red keeps the doubt, which is a warning there.
  if (!judged.every((state) => passes(subject, state, gate))) return health;
  if (!gating.every((state) => passesQuietly(subject, state, gate))) return health;
  const left: Finding = {
    ...{ code: 'disturbed-left-out', severity: 'warning', subject: null },
    data: { ...doubt.data, quiet: measured.blocks.filter(isQuiet).length },
  };
  return {
    ...health,
    doubts: health.doubts.filter((one) => one !== doubt),
    warnings: [...health.warnings, ...replacedWarnings(measured.replaced), left],
  };
}

/**
 * Whether no further block could help to show that the metric passes by the quiet ones too: it does, or is left out, or the machine is not in
 * doubt, or the doubt is one that they cannot clear.
 */
export function needsNoQuietBlock(
  subject: SubjectState,
  state: MetricState,
  asked: Asked,
): boolean {
  if (machineDoubt(subject.health) === null || !isOfBuilds(subject)) return true;
  return isLeftOut(subject, state, asked) || passesQuietly(subject, state, asked.gate);
}

function canBeCleared(subject: SubjectState): boolean {
  return isOfBuilds(subject) && hasQuietEnough(subject.measured.blocks);
}

/** Two builds in pairs: what is compared with something else may be disturbed otherwise than that. */
function isOfBuilds({ past, isContest, plan }: SubjectState): boolean {
  return past === undefined && !isContest && plan !== null;
}

function isLeftOut(subject: SubjectState, state: MetricState, asked: Asked): boolean {
  return (
    isTooNoisy(state) ||
    noOpenLoop(state, asked.gate) !== null ||
    outOfTime(subject, state, asked) !== null
  );
}

/** It makes no part of the verdict, as the server had time left. */
function isOfSpareTime({ health, metrics }: SubjectState, state: MetricState): boolean {
  const word = decisionOn(state)?.word ?? 'inconclusive';
  const doubt = health.spare && spareDoubt(health.spare, state, word, { all: metrics });
  return doubt !== null && !doubt.gates;
}

/** As for any verdict: throughput or CPU time, where one of them was to be judged. That no request failed is none by itself. */
function isEnough(all: readonly MetricState[], judged: readonly MetricState[]): boolean {
  const needsSpeed = isSpeedAsked(all);
  return judged.some(({ metric }) => (needsSpeed ? isCore(metric) : metric !== 'errors'));
}

function machineDoubt({ doubts }: Health): FindingOf<'machine-too-disturbed'> | null {
  return doubts.find((one) => one.code === 'machine-too-disturbed') ?? null;
}

/** By all blocks: decided, or within the tolerance at the last look. */
function passes({ plan, measured, health }: SubjectState, state: MetricState, gate: Gate): boolean {
  const { metric, progress, values } = state;
  const { blocks } = measured;
  const word = decisionOn(state)?.word ?? 'unchanged';
  if (word === 'regression' || progress.kind === 'unseen') return false;
  if (!isToleranceMetric(metric)) return progress.kind === 'decided';
  const tolerance = gate.tolerance[metric];
  if (vetoOf(state, word, { blocks, health, tolerance }) !== null) return false;
  if (progress.kind === 'decided') return true;
  const { estimate, schedule, look } = progress;
  if (plan === null || estimate === null || blocks.length < plan.blocks.length) return false;
  const whole = wholeEstimateAt(state, values.length);
  if (whole !== null && isPlainlyWorse(whole, logCost(metric, tolerance))) return false;
  return isWithinTolerance(metric, estimate, tolerance, passLevel(schedule, look));
}

/**
 * At the level of a look after as many blocks as are quiet, with the vetoes of these blocks: what the others' noise hides may be plain there. A
 * regression passes nowhere and needs no quiet block, and a limit that was kept on a busy machine is kept.
 */
function passesQuietly({ plan, measured }: SubjectState, state: MetricState, gate: Gate): boolean {
  const { metric, counts } = state;
  const word = decisionOn(state)?.word ?? 'unchanged';
  if (word === 'regression' || !isToleranceMetric(metric)) return true;
  const isKept = measured.blocks.map(isQuiet);
  const quiet = quietState(state, isKept);
  const { estimate } = quiet.progress;
  if (plan === null || estimate === null) return false;
  const quietCounts = [0];
  for (const [i, kept] of isKept.entries()) {
    const isMeasured = (counts[i + 1] as number) > (counts[i] as number);
    quietCounts.push((quietCounts[i] as number) + (kept && isMeasured ? 1 : 0));
  }
  const schedule = ownSchedule(plan, quietCounts, isKept.length);
  const look = schedule.looks.indexOf(quietCounts[isKept.length] as number);
  if (look === -1) return false;
  const tolerance = gate.tolerance[metric];
  const delta = logCost(metric, tolerance);
  if (word === 'improvement' && estimate.d > -EFFECT_FLOOR * delta) return false;
  const whole = wholeEstimateAt(quiet, quiet.values.length);
  if (whole !== null && isPlainlyWorse(whole, delta)) return false;
  const blocks = measured.blocks.filter(isQuiet);
  const rare = isCore(metric) ? trimExcess(blocks, gate.tolerance) : [];
  if (vetoOf(quiet, word, { blocks, health: { rare, order: null }, tolerance }) !== null)
    return false;
  return isWithinTolerance(metric, estimate, tolerance, passLevel(schedule, look));
}

/** With the values of the quiet blocks alone. */
function quietState(state: MetricState, isKept: readonly boolean[]): MetricState {
  const { values, against, progress } = state;
  const kept = <Value>(all: readonly Value[]) => all.filter((_, i) => isKept[i] === true);
  const own = kept(values);
  const known = own.filter((value) => value !== null);
  const estimate: Estimate | null = estimatePaired(known, runSdOf(state));
  return {
    ...state,
    values: own,
    against: against.kind === 'latency-pair' ? { ...against, whole: kept(against.whole) } : against,
    progress: { ...progress, estimate },
  };
}
