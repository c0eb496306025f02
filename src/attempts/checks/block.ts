/** Whether a block's figures go together: as many as its order has slices, counts that add up, quantiles in order. */

import type { Scenario } from '../../config/experiment/scenario.ts';
import type { ArmObservation, LatencyObservation } from '../../measure/observed/arm-observation.ts';
import type { CalibratorObservation } from '../../measure/observed/calibrator.ts';
import type { BlockMeasurement, RunnerObservation } from '../../measure/observed/measurement.ts';
import type { Phases } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { type Contradictions, differs, firstDescent, notAscending } from './contradiction.ts';
import { countOf } from './plan.ts';

/** How the block was to be measured. */
export interface BlockTerms {
  arms: readonly Arm[];
  pairs: BlockMeasurement['pairs'];
  phases: Phases;
  scenario: Scenario;
}

/** Shares of time are below one, but for what a clock of 10 ms rounds. */
const LARGEST_SHARE = 100;
/** That of a clock of nanoseconds, but for rounding. */
const LARGEST_MEASURED = 1.01;
/** A histogram is exact to a thousandth: a quantile may stand a little above the greatest value. */
const QUANTILES = { orEqual: true, slack: 0.002 };
const OR_EQUAL = { orEqual: true };
/** Durations are written to a tenth of a microsecond. */
const SHORTEST_US = 0.1;

export function* checkBlock(
  at: string,
  block: BlockMeasurement,
  terms: BlockTerms,
): Contradictions {
  const { sliceOrder, sliceUs, sliceGood, runner } = block;
  if (block.pairs !== terms.pairs) {
    yield* differs(`${at}.pairs`, block.pairs, terms.pairs, 'the plan says');
  }
  const present = Object.keys(block.arms) as Arm[];
  if (!areSame(present, terms.arms)) {
    const named = (arms: readonly Arm[]) => [...arms].sort().join(', ');
    yield* differs(`${at}.arms`, named(present), named(terms.arms), 'the arms of this run are');
  }
  const isHold = terms.scenario.kind === 'hold';
  const slices = isHold ? 0 : sliceOrder.length;
  if (sliceUs.length !== slices) {
    yield* differs(`${at}.sliceUs`, sliceUs.length, slices, 'the slices of the order are');
  }
  if (sliceGood.length !== slices) {
    yield* differs(`${at}.sliceGood`, sliceGood.length, slices, 'the slices of the order are');
  }
  for (let i = 0; i < sliceUs.length; i++) {
    const us = sliceUs[i] as number;
    if (us < 0 || ((sliceGood[i] as number) > 0 && us < SHORTEST_US)) {
      yield { at: `${at}.sliceUs.${i}`, message: `no slice takes ${us} µs` };
    }
  }
  if (block.calibrator !== undefined) yield* checkCalibrator(at, block, block.calibrator);
  yield* checkRunner(`${at}.runner`, runner);
  for (const phase of ['latency', 'steady'] as const) {
    let having = 0;
    for (const arm of present) if (block.arms[arm]?.[phase] !== null) having += 1;
    if (having !== 0 && having !== present.length) {
      yield { at: `${at}.arms`, message: `one arm has a ${phase} phase, and the other has none` };
    }
  }
  for (const arm of present) {
    yield* checkArm(`${at}.arms.${arm}`, block.arms[arm] as ArmObservation, arm, block, terms);
  }
}

/** Of names that are there once each, in any order. */
function areSame(present: readonly Arm[], wanted: readonly Arm[]): boolean {
  return present.length === wanted.length && wanted.every((arm) => present.includes(arm));
}

/** As many slices of either path as head has. */
function* checkCalibrator(
  at: string,
  { sliceOrder }: BlockMeasurement,
  { order, work, light }: CalibratorObservation,
): Contradictions {
  const own = order.length - countOf(order, 'head');
  const where = `${at}.calibrator`;
  yield* differs(`${where}.order`, countOf(order, 'head'), sliceOrder.length, 'head’s slices are');
  for (const [path, { sliceUs, cpuMs }] of Object.entries({ work, light })) {
    const there = `${where}.${path}`;
    yield* differs(`${there}.sliceUs`, sliceUs.length, own, 'its slices in the order are');
    yield* differs(`${there}.cpuMs`, cpuMs?.length ?? own, own, 'its slices in the order are');
  }
}

function* checkArm(
  at: string,
  seen: ArmObservation,
  arm: Arm,
  { pairs, sliceOrder, sliceGood }: BlockMeasurement,
  { phases, scenario }: BlockTerms,
): Contradictions {
  // Each question comes before its sentence: a block has some fifty of them, and almost none is ever told.
  let failed = 0;
  for (const count of Object.values(seen.errors)) failed += count;
  if (seen.attempted !== seen.good + failed) {
    const sum = seen.good + failed;
    yield* differs(`${at}.attempted`, seen.attempted, sum, 'good and failed together are');
  }
  const letter = arm.charCodeAt(0);
  let inSlices = 0;
  for (let i = 0; i < sliceGood.length; i++) {
    if (sliceOrder.charCodeAt(i) === letter) inSlices += sliceGood[i] as number;
  }
  if (inSlices > seen.good) {
    yield {
      at: `${at}.good`,
      message: `it is ${seen.good}, and its slices alone have ${inSlices}`,
    };
  }
  const own = countOf(sliceOrder, arm);
  const groups = Math.ceil((pairs === 'live' ? sliceOrder.length : own) / 4);
  if (seen.cpuMs !== null && seen.cpuMs.length !== groups) {
    yield* differs(`${at}.cpuMs`, seen.cpuMs.length, groups, 'the groups of slices are');
  }
  if (seen.generatorBusy > LARGEST_SHARE) {
    yield { at: `${at}.generatorBusy`, message: `no process uses ${seen.generatorBusy} cores` };
  }
  const queued = seen.generatorQueued ?? 0;
  if (queued > LARGEST_MEASURED) {
    yield { at: `${at}.generatorQueued`, message: `${queued} is no share of time` };
  }
  if (firstDescent(seen.memoryAfter, OR_EQUAL) !== -1) {
    yield* notAscending(`${at}.memoryAfter`, seen.memoryAfter, OR_EQUAL);
  }
  for (const key of ['rssBytes', 'pssBytes'] as const) {
    const count = seen[key].length;
    if (count === 0 || count === seen.memoryAfter.length) continue;
    yield* differs(`${at}.${key}`, count, seen.memoryAfter.length, 'the samples are');
  }
  const isHold = scenario.kind === 'hold';
  // A block may lack a phase that nothing waited for any more; one of a hold has all.
  const isOpenLoop = isHold || phases.latency !== null;
  if ((isHold || seen.latency !== null) && (seen.latency !== null) !== isOpenLoop) {
    yield* differs(`${at}.latency`, seen.latency !== null, isOpenLoop, 'that the plan has it is');
  }
  if (seen.steady !== null && (isHold || phases.steadyMs === null)) {
    yield* differs(`${at}.steady`, true, false, 'that the plan has it is');
  }
  if ((seen.hold !== null) !== isHold) {
    yield* differs(`${at}.hold`, seen.hold !== null, isHold, 'that the scenario is a hold is');
  }
  if (seen.latency !== null) {
    yield* checkLatency(`${at}.latency`, seen.latency, isHold ? null : phases.latency);
  }
  if (seen.hold === null || scenario.kind !== 'hold') return;
  const { opened, refused, timedOut, dropped } = seen.hold;
  yield* differs(
    `${at}.hold`,
    opened + refused + timedOut,
    scenario.connections,
    'the connections of the scenario are',
  );
  if (dropped > opened) {
    yield { at: `${at}.hold.dropped`, message: `${dropped} dropped of ${opened} opened` };
  }
  yield* notAscending(
    `${at}.hold`,
    [seen.hold.connectP50Us, seen.hold.connectP99Us, seen.hold.connectMaxUs],
    QUANTILES,
  );
}

function* checkLatency(
  at: string,
  seen: LatencyObservation,
  planned: Phases['latency'],
): Contradictions {
  const { segments } = seen;
  const count = planned?.segmentsPerArm ?? segments.scheduled.length;
  for (const [key, list] of Object.entries(segments)) {
    if (list.length === count) continue;
    yield* differs(`${at}.segments.${key}`, list.length, count, 'the segments are');
  }
  if (seen.cpuMs) yield* differs(`${at}.cpuMs`, seen.cpuMs.length, count, 'the segments are');
  if (planned !== null) {
    yield* differs(`${at}.perSecond`, seen.perSecond, planned.perSecond, 'the plan says');
  }
  let scheduled = 0;
  for (const one of segments.scheduled) scheduled += one;
  if (seen.scheduled !== scheduled) {
    yield* differs(`${at}.scheduled`, seen.scheduled, scheduled, 'its segments together have');
  }
  yield* checkSegments(at, segments);
  const { p50Us, p90Us, p99Us, p999Us, maxUs } = seen;
  const quantiles = [p50Us, p90Us, p99Us, p999Us, maxUs];
  if (firstDescent(quantiles, QUANTILES) !== -1) yield* notAscending(at, quantiles, QUANTILES);
}

function* checkSegments(
  at: string,
  { late, scheduled, p50Us, p90Us, p99Us }: LatencyObservation['segments'],
): Contradictions {
  for (let i = 0; i < late.length; i++) {
    if ((late[i] as number) > (scheduled[i] as number)) {
      yield { at: `${at}.segments.late.${i}`, message: 'more is late than was scheduled' };
    }
    const p50 = p50Us[i] as number;
    const p90 = p90Us[i] as number;
    const p99 = p99Us[i] as number;
    // Almost always so, and then nobody needs to know where.
    if (p50 <= p90 && p90 <= p99) continue;
    yield* notAscending(`${at}.segments.p50Us.${i}`, [p50, p90, p99], QUANTILES);
  }
}

export function* checkRunner(at: string, runner: RunnerObservation): Contradictions {
  for (const key of ['steal', 'pressure', 'foreign'] as const) {
    const share = runner[key] ?? 0;
    if (share > LARGEST_SHARE)
      yield { at: `${at}.${key}`, message: `${share} is no share of time` };
  }
  const { spinCpuUs, spinWallUs } = runner;
  if (spinCpuUs.length === spinWallUs.length) return;
  yield* differs(`${at}.spinCpuUs`, spinCpuUs.length, spinWallUs.length, 'the spins are');
}
