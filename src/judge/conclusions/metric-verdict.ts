/** What is said of one metric: the figures for the reader, and the word. */

import { mean } from 'simple-statistics';
import { workOf } from '../../config/experiment/describe-load.ts';
import type { Gate } from '../../config/experiment/experiment.ts';
import {
  comparisonOf,
  isLimitMetric,
  isToleranceMetric,
  type MetricName,
} from '../../config/experiment/metrics.ts';
import type { BlockMeasurement, MeasurementHead } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { outOfTime } from '../doubts/out-of-time.ts';
import { overLimit } from '../doubts/over-limit.ts';
import { spareDoubt } from '../doubts/spare-doubt.ts';
import { mayBeLeftOut, noOpenLoop, tooNoisy } from '../doubts/too-noisy.ts';
import { vetoOf } from '../doubts/vetoes.ts';
import { noiseOfHead } from '../doubts/whose-noise.ts';
import { armValue } from '../figures/block-values.ts';
import { isJudgedLatency, wholeSeconds } from '../figures/latency.ts';
import { openLoopCpuSeconds } from '../figures/open-loop-cpu.ts';
import type { Finding, FindingOf } from '../findings/finding.ts';
import { RUNS_AT_LEAST } from '../past/chosen.ts';
import type { FailSide } from '../rule/alpha-allocation.ts';
import { changeOf, isWithinTolerance, logCost, margin, passLevel } from '../rule/decide.ts';
import { isPlainlyApart, isWithinEitherWay } from '../rule/either-way.ts';
import { type Estimate, sdWith, soloValue } from '../rule/estimate.ts';
import { intervalOf, withWord } from '../rule/interval.ts';
import { limitValue } from '../rule/limits.ts';
import { isPlainlyWorse } from '../rule/trim-excess.ts';
import { decisionOn, isTooNoisy, wholeEstimateAt } from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import { unitOf } from '../verdict/units.ts';
import type { MetricVerdict } from '../verdict/verdict.ts';
import { visible } from './visible.ts';

export function metricVerdict(
  { experiment: { gate } }: MeasurementHead,
  side: Pick<FailSide, 'each' | 'aside' | 'doubtful' | 'shared'>,
  subject: SubjectState,
  state: MetricState,
): MetricVerdict {
  const { doubtful } = side;
  // Of one hypothesis of the fail side by itself.
  const level = state.gating ? side.each : side.aside;
  const { metric, progress } = state;
  const { estimate } = progress;
  const p = progress.kind === 'unseen' ? null : progress.p;
  const { plan, measured } = subject;
  const { blocks } = measured;
  const told = blocksOfWord(state, blocks);
  const comparison = comparisonOf(metric);
  const tolerance = isToleranceMetric(metric) ? gate.tolerance[metric] : null;
  const limit = isLimitMetric(metric) ? gate.limits[metric] : null;
  const leftOut = noOpenLoop(state, gate) ?? outOfTime(subject, state, { gate, doubtful });
  const shared = {
    name: metric,
    work: workOf(subject.scenario),
    unit: unitOf(metric, subject.scenario),
    comparison,
    base: typical(state, told, 'base'),
    head: typical(state, told, 'head'),
    tolerance,
    limit,
    ...(state.against.kind === 'past' && { runs: state.against.runs.length }),
    ...concluded(subject, state, { tolerance, gate, level }),
    ...(leftOut !== null && !subject.isContest && { gating: false, reasons: [leftOut] }),
  };
  if (estimate === null) {
    return {
      ...shared,
      change: null,
      interval: null,
      bound: null,
      mde: null,
      blocks: blocks.length,
      p,
      sd: null,
    };
  }
  // A confirmation asks about single metrics, and of contenders nothing is left out.
  const isAsked = side.shared !== null && !subject.isContest;
  const isGivenUp = isAsked && mayBeLeftOut(state, gate);
  const mde = tolerance === null ? null : visible(subject, state, { tolerance, level, isGivenUp });
  const interval = intervalOf(estimate, [progress.kind === 'unseen' ? plan : progress.schedule]);
  const delta = tolerance === null ? null : logCost(metric, tolerance);
  const about = { delta, isEitherWay: subject.isContest };
  const ends = withWord(interval, shared.verdict, about).map((d) => changeOf(metric, d));
  const isNoisy = isTooNoisy(state) && shared.gating && plan !== null && tolerance !== null;
  return {
    ...shared,
    ...(isNoisy && {
      gating: false,
      verdict: 'inconclusive',
      reasons: [tooNoisy(state, estimate, { plan, tolerance, visible: mde })],
    }),
    ...(state.against.kind === 'past' && { base: expected(shared.head, metric, estimate) }),
    change: changeOf(metric, estimate.d),
    interval: [Math.min(...ends), Math.max(...ends)],
    bound: shared.verdict === 'unchanged' && tolerance !== null ? bound(state, estimate) : null,
    mde,
    // A limit is held against every block, also those of which no change can be told.
    blocks: comparison === 'limit' ? (state.counts.at(-1) as number) : estimate.blocks,
    ...(comparison === 'ratio' && isPaired(state) && { blockChanges: byBlock(state) }),
    p,
    sd: sdWith(estimate, 0),
  };
}

/** What the earlier runs lead to expect of head, on the machine as it is in this run. */
function expected(head: number | null, metric: MetricName, { d }: Estimate): number | null {
  return head === null ? null : head / (1 + changeOf(metric, d));
}

/** Only then is a block's value a change against base. */
function isPaired({ against: { kind } }: MetricState): boolean {
  return kind === 'pair' || kind === 'latency-pair';
}

/** Of all requests together where these have the word. */
function byBlock(state: MetricState): (number | null)[] {
  const { metric, values, against } = state;
  const judged = isWhole(state) && against.kind === 'latency-pair' ? against.whole : values;
  return judged.map((d) => (d === null ? null : changeOf(metric, d)));
}

function isWhole({ progress }: MetricState): boolean {
  return progress.kind === 'decided' && progress.isWhole;
}

/** The worst change that the rule could not exclude at the look that decided. */
function bound({ metric, progress }: MetricState, estimate: Estimate): number | null {
  if (progress.kind === 'unseen') return null;
  const level = passLevel(progress.schedule, progress.look);
  return changeOf(metric, estimate.d + margin(estimate, level));
}

interface Seen {
  verdict: VerdictWord;
  reasons: Finding[];
}

/** Another metric has ended the measurement of the subject, before the plan did. */
function isRedAlready(
  { resolved, plan, measured, metrics, isContest }: SubjectState,
  { gating }: MetricState,
): boolean {
  if (!resolved || !gating || isContest || plan === null) return false;
  if (measured.blocks.length >= plan.blocks.length || measured.failure !== null) return false;
  return metrics.some((one) => one.gating && decisionOn(one)?.word === 'regression');
}

/** Codes of a metric that is not decided, which need no figures. */
type Undecided = 'not-readable' | 'too-few-blocks' | 'interval-spans-tolerance';

/** What the metric is held to; `level`: of the fail side, for this metric by itself. */
interface HeldTo {
  tolerance: number | null;
  gate: Gate;
  level: number;
}

function concluded(
  subject: SubjectState,
  state: MetricState,
  held: HeldTo,
): Seen & { gating: boolean } {
  const { gating } = state;
  const { tolerance } = held;
  const { health, measured, isContest } = subject;
  const concluded = (seen: Seen): Seen => {
    if (tolerance === null || seen.verdict === 'inconclusive') return seen;
    const { blocks } = measured;
    const doubt = vetoOf(state, seen.verdict, { blocks, health, tolerance, isContest });
    return doubt === null ? seen : { verdict: 'inconclusive', reasons: [doubt] };
  };
  const word = concluded(seenByTheRule(subject, state, held));
  const all = { all: subject.metrics, isContest };
  const doubt = health.spare && spareDoubt(health.spare, state, word.verdict, all);
  if (doubt === null) return { gating, ...word };
  return { gating: gating && doubt.gates, verdict: 'inconclusive', reasons: [doubt.finding] };
}

/** The rule's word for the judged figure, whatever trimming has left out of it. */
function seenByTheRule(
  subject: SubjectState,
  state: MetricState,
  { tolerance, gate, level: ofFailSide }: HeldTo,
): Seen {
  const { plan, measured, isContest } = subject;
  const { blocks } = measured;
  const { metric, progress, unreadable, trouble } = state;
  const { estimate } = progress;
  const open = (reason: Finding): Seen => ({ verdict: 'inconclusive', reasons: [reason] });
  const doubt = <Code extends Undecided>(code: Code) =>
    open({ code, severity: 'doubt', subject: metric, data: {} } as FindingOf<Code>);
  const comparison = comparisonOf(metric);
  if (comparison === 'none') {
    return open({ code: 'shown-only', severity: 'note', subject: metric, data: {} });
  }
  if (progress.kind === 'decided') {
    const { word, reason } = progress.decision;
    return { verdict: word, reasons: reason === null ? [] : [reason] };
  }
  if (trouble !== null) return open(trouble.finding);
  if (state.against.kind === 'nothing') {
    return open({ code: 'not-in-history', severity: 'note', subject: metric, data: {} });
  }
  if (state.against.kind === 'past' && state.against.runs.length < RUNS_AT_LEAST) {
    return withFewRuns(subject, metric, state.against.runs.length);
  }
  if (unreadable) return doubt('not-readable');
  if (isRedAlready(subject, state)) {
    return open({ code: 'red-already', severity: 'note', subject: metric, data: {} });
  }
  if (estimate === null && comparison !== 'limit') {
    if (blocks.length < 2) return doubt('too-few-blocks');
    const isOngoing = plan !== null && !subject.resolved && blocks.length < plan.blocks.length;
    if (!isOngoing) return open(tooFewValues(metric, blocks));
  }
  const isCutShort = plan === null || blocks.length < plan.blocks.length;
  if (isLimitMetric(metric) && plan !== null && progress.kind === 'open') {
    const over = overLimit(state, {
      ...{ measured, plan, isContest },
      ...{ limit: gate.limits[metric], level: ofFailSide },
    });
    if (over === null) return open(tooFewValues(metric, blocks));
    // More blocks help one of these alone.
    if (!isCutShort || over.data.why !== 'too-few') return open(over);
  }
  if (isCutShort || progress.kind === 'unseen' || isLimitMetric(metric)) {
    return open(stoppedUndecided(subject, metric, gate));
  }
  const level = passLevel(progress.schedule, progress.look);
  const rest = wholeEstimateAt(state, blocks.length);
  // Of two contenders neither is the one that must not be worse.
  const [isApart, isWithin] = isContest
    ? [isPlainlyApart, isWithinEitherWay]
    : [isPlainlyWorse, isWithinTolerance];
  if (rest !== null && tolerance !== null && isApart(rest, logCost(metric, tolerance))) {
    const data = { change: changeOf(metric, rest.d) };
    return open({ code: 'worse-in-all-requests', severity: 'doubt', subject: metric, data });
  }
  if (estimate && tolerance !== null && isWithin(metric, estimate, tolerance, level)) {
    const about = { severity: 'note', subject: metric, data: {} } as const;
    const code = estimate.d < 0 ? 'perhaps-better' : 'perhaps-worse';
    return { verdict: 'unchanged', reasons: [{ code, ...about } as FindingOf<typeof code>] };
  }
  const own = subject.isContest ? null : headsNoise(state, blocks, tolerance);
  return own === null ? doubt('interval-spans-tolerance') : open(own);
}

function tooFewValues(
  metric: MetricName,
  blocks: readonly BlockMeasurement[],
): FindingOf<'too-few-values'> {
  const has = (arm: Arm) => blocks.some((block) => soloValue(metric, block, arm) !== null);
  const [base, head] = [has('base'), has('head')];
  const data = base === head ? {} : { lacking: base ? ('head' as const) : ('base' as const) };
  return { code: 'too-few-values', severity: 'doubt', subject: metric, data };
}

/** By which clock, where that is known: more time helps, and of which kind. */
function stoppedUndecided(
  { measured: { stoppedBy }, plan }: Pick<SubjectState, 'measured' | 'plan'>,
  subject: MetricName,
  { jobBudgetMs }: Pick<Gate, 'jobBudgetMs'>,
): FindingOf<'stopped-undecided'> {
  const isKnown = stoppedBy !== undefined && plan !== null;
  const data = isKnown
    ? { stoppedBy, jobBudgetMs: stoppedBy === 'job-budget' ? jobBudgetMs : null }
    : {};
  return { code: 'stopped-undecided', severity: 'doubt', subject, data };
}

function withFewRuns({ past }: SubjectState, metric: MetricName, runs: number): Seen {
  const data = { runs, needed: RUNS_AT_LEAST };
  const about = { code: 'too-few-runs', severity: 'doubt', subject: metric } as const;
  // Where there are too few runs at all, the subject says so.
  const isOfAll = past === undefined || past.runs.length < RUNS_AT_LEAST;
  return { verdict: 'inconclusive', reasons: isOfAll ? [] : [{ ...about, data }] };
}

/** That it is open for what head alone does from start to start; null where that is not shown. */
function headsNoise(
  state: MetricState,
  blocks: readonly BlockMeasurement[],
  tolerance: number | null,
): FindingOf<'noise-of-head'> | null {
  const { metric, progress } = state;
  if (progress.kind === 'unseen' || tolerance === null || comparisonOf(metric) !== 'ratio')
    return null;
  const given = { schedule: progress.schedule, delta: logCost(metric, tolerance) };
  const data = noiseOfHead(state, blocks, { ...given, isLast: true });
  return data && { code: 'noise-of-head', severity: 'doubt', subject: metric, data: { ...data } };
}

/**
 * Those whose figures stand beside the change: the blocks of the look that has decided it, as later ones may be of another moment of the machine.
 * A limit is held against every block.
 */
function blocksOfWord(
  { metric, progress, counts }: MetricState,
  blocks: readonly BlockMeasurement[],
): readonly BlockMeasurement[] {
  if (progress.kind !== 'decided' || isLimitMetric(metric)) return blocks;
  const count = counts.indexOf(progress.schedule.looks[progress.look] as number);
  return count === -1 ? blocks : blocks.slice(0, count);
}

/** Of one arm over blocks, in the unit of the report: the geometric mean, or what suits the metric. */
function typical(state: MetricState, blocks: readonly BlockMeasurement[], arm: Arm): number | null {
  const { metric, values: compared, isOpenLoopCpu } = state;
  if (isLimitMetric(metric)) return limitValue(metric, blocks, arm);
  const isOfAll = isWhole(state);
  // What says nothing of the change, such as the latencies of a queue, is typical of nothing; unless nothing is compared.
  const isCompared = compared.some((value) => value !== null);
  const ofBlock = (block: BlockMeasurement) => {
    if (isOpenLoopCpu) return openLoopCpuSeconds(block, arm);
    return isOfAll && isJudgedLatency(metric)
      ? wholeSeconds(metric, block, arm)
      : armValue(metric, block, arm);
  };
  const isDifference = comparisonOf(metric) === 'difference';
  const values: number[] = [];
  for (const [i, block] of blocks.entries()) {
    const value = isCompared && compared[i] === null ? null : ofBlock(block);
    if (value === null) continue;
    if (isDifference) values.push(value);
    else if (value > 0) values.push(Math.log(value));
  }
  if (values.length === 0) return null;
  if (isDifference) return mean(values);
  const cost = Math.exp(mean(values));
  return metric === 'throughput' ? 1 / cost : cost;
}
