/**
 * Where others had the machine in too many blocks, the rest of the blocks is asked alone: what passes by all blocks and by the quiet ones
 * is believed. Which blocks are quiet is told by the machine's counters, never by the arms' figures (docs/adr/0082-quiet-blocks.md).
 */
import type { Gate } from '../config/experiment.ts';
import { isToleranceMetric } from '../config/metrics.ts';
import { EFFECT_FLOOR, isWithinTolerance, logCost, passLevel } from './decide.ts';
import { type Estimate, estimatePaired } from './estimate.ts';
import type { Finding, FindingOf } from './findings/finding.ts';
import { hasQuietEnough, isQuiet, replacedWarnings } from './health/machine.ts';
import { decisionOn, isTooNoisy } from './metric-state.ts';
import { outOfTime } from './out-of-time.ts';
import { ownSchedule } from './own-looks.ts';
import type { Health, MetricState, SubjectState } from './state.ts';
import { noOpenLoop } from './too-noisy.ts';

/** The subject's health, without the doubt about the machine where the quiet blocks have cleared it. */
export function healthByQuietBlocks(subject: SubjectState, gate: Gate): Health {
  const { health, metrics, measured } = subject;
  const doubt = machineDoubt(health);
  if (doubt === null || !canBeCleared(subject)) return health;
  const isLeftOut = (state: MetricState) =>
    isTooNoisy(state) ||
    noOpenLoop(state, gate) !== null ||
    outOfTime(subject, state, gate) !== null;
  const judged = metrics.filter((state) => state.gating && !isLeftOut(state));
  if (!judged.every((state) => passesQuietly(subject, state, gate))) return health;
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

/** Whether more blocks may still show that the metric passes by the quiet ones too. True where the machine is not in doubt. */
export function needsNoQuietBlock(subject: SubjectState, state: MetricState, gate: Gate): boolean {
  return machineDoubt(subject.health) === null || passesQuietly(subject, state, gate);
}

/** Two builds in pairs: what is compared with something else may be disturbed otherwise than that. */
function canBeCleared({ past, isContest, plan, measured }: SubjectState): boolean {
  return past === undefined && !isContest && plan !== null && hasQuietEnough(measured.blocks);
}

function machineDoubt({ doubts }: Health): FindingOf<'machine-too-disturbed'> | null {
  return doubts.find((one) => one.code === 'machine-too-disturbed') ?? null;
}

/**
 * At the level of a look after as many blocks as are quiet. A regression passes nowhere and needs no quiet block, and a limit that was
 * kept on a busy machine is kept.
 */
function passesQuietly({ plan, measured }: SubjectState, state: MetricState, gate: Gate): boolean {
  const { metric, counts } = state;
  const word = decisionOn(state)?.word;
  if (word === 'regression' || !isToleranceMetric(metric)) return true;
  const isKept = measured.blocks.map(isQuiet);
  const estimate = quietEstimate(state, isKept);
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
  const isBetter = estimate.d <= -EFFECT_FLOOR * logCost(metric, tolerance);
  if (word === 'improvement' && !isBetter) return false;
  return isWithinTolerance(metric, estimate, tolerance, passLevel(schedule, look));
}

function quietEstimate(
  { values, against }: MetricState,
  isKept: readonly boolean[],
): Estimate | null {
  const known = values.filter((value, i): value is number => value !== null && isKept[i] === true);
  return estimatePaired(known, against.kind === 'pair' ? against.runSd : 0);
}
