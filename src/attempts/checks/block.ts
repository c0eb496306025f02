/** Whether a block's figures go together: as many as its order has slices, counts that add up, quantiles in order. */

import type { Scenario } from '../../config/scenario.ts';
import type { ArmObservation, LatencyObservation } from '../../measure/arm-observation.ts';
import type { BlockMeasurement, RunnerObservation } from '../../measure/measurement.ts';
import type { Phases } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { type Contradictions, differs, notAscending } from './contradiction.ts';
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
/** A histogram is exact to a thousandth: a quantile may stand a little above the greatest value. */
const QUANTILES = { orEqual: true, slack: 0.002 };
/** Durations are written to a tenth of a microsecond. */
const SHORTEST_US = 0.1;

export function* checkBlock(
  at: string,
  block: BlockMeasurement,
  terms: BlockTerms,
): Contradictions {
  const { sliceOrder, sliceUs, sliceGood, runner } = block;
  yield* differs(`${at}.pairs`, block.pairs, terms.pairs, 'the plan says');
  const present = Object.keys(block.arms).sort().join(', ');
  yield* differs(
    `${at}.arms`,
    present,
    [...terms.arms].sort().join(', '),
    'the arms of this run are',
  );
  const isHold = terms.scenario.kind === 'hold';
  const slices = isHold ? 0 : sliceOrder.length;
  yield* differs(`${at}.sliceUs`, sliceUs.length, slices, 'the slices of the order are');
  yield* differs(`${at}.sliceGood`, sliceGood.length, slices, 'the slices of the order are');
  for (let i = 0; i < sliceUs.length; i++) {
    const us = sliceUs[i] as number;
    if (us < 0 || ((sliceGood[i] as number) > 0 && us < SHORTEST_US)) {
      yield { at: `${at}.sliceUs.${i}`, message: `no slice takes ${us} µs` };
    }
  }
  yield* checkRunner(`${at}.runner`, runner);
  for (const phase of ['latency', 'steady'] as const) {
    const having = Object.values(block.arms).filter((seen) => seen[phase] !== null).length;
    if (having !== 0 && having !== present.split(', ').length) {
      yield { at: `${at}.arms`, message: `one arm has a ${phase} phase, and the other has none` };
    }
  }
  for (const [arm, seen] of Object.entries(block.arms)) {
    yield* checkArm(`${at}.arms.${arm}`, seen, arm as Arm, block, terms);
  }
}

function* checkArm(
  at: string,
  seen: ArmObservation,
  arm: Arm,
  { pairs, sliceOrder, sliceGood }: BlockMeasurement,
  { phases, scenario }: BlockTerms,
): Contradictions {
  const failed = Object.values(seen.errors).reduce((sum, count) => sum + count, 0);
  yield* differs(
    `${at}.attempted`,
    seen.attempted,
    seen.good + failed,
    'good and failed together are',
  );
  let inSlices = 0;
  for (let i = 0; i < sliceGood.length; i++) {
    if (sliceOrder[i] === arm[0]) inSlices += sliceGood[i] as number;
  }
  if (inSlices > seen.good) {
    yield {
      at: `${at}.good`,
      message: `it is ${seen.good}, and its slices alone have ${inSlices}`,
    };
  }
  const own = countOf(sliceOrder, arm);
  const groups = Math.ceil((pairs === 'live' ? sliceOrder.length : own) / 4);
  if (seen.cpuMs !== null) {
    yield* differs(`${at}.cpuMs`, seen.cpuMs.length, groups, 'the groups of slices are');
  }
  if (seen.generatorBusy > LARGEST_SHARE) {
    yield { at: `${at}.generatorBusy`, message: `no process uses ${seen.generatorBusy} cores` };
  }
  yield* notAscending(`${at}.memoryAfter`, seen.memoryAfter, { orEqual: true });
  for (const key of ['rssBytes', 'pssBytes'] as const) {
    if (seen[key].length === 0) continue;
    yield* differs(`${at}.${key}`, seen[key].length, seen.memoryAfter.length, 'the samples are');
  }
  const isHold = scenario.kind === 'hold';
  // A block may lack a phase that nothing waited for any more; one of a hold has all.
  if (isHold || seen.latency !== null) {
    const isOpenLoop = isHold || phases.latency !== null;
    yield* differs(`${at}.latency`, seen.latency !== null, isOpenLoop, 'that the plan has it is');
  }
  if (seen.steady !== null) {
    const isPlanned = !isHold && phases.steadyMs !== null;
    yield* differs(`${at}.steady`, true, isPlanned, 'that the plan has it is');
  }
  yield* differs(`${at}.hold`, seen.hold !== null, isHold, 'that the scenario is a hold is');
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
    yield* differs(`${at}.segments.${key}`, list.length, count, 'the segments are');
  }
  if (seen.cpuMs) yield* differs(`${at}.cpuMs`, seen.cpuMs.length, count, 'the segments are');
  if (planned !== null) {
    yield* differs(`${at}.perSecond`, seen.perSecond, planned.perSecond, 'the plan says');
  }
  const scheduled = segments.scheduled.reduce((sum, one) => sum + one, 0);
  yield* differs(`${at}.scheduled`, seen.scheduled, scheduled, 'its segments together have');
  for (let i = 0; i < segments.late.length; i++) {
    if ((segments.late[i] as number) > (segments.scheduled[i] as number)) {
      yield { at: `${at}.segments.late.${i}`, message: 'more is late than was scheduled' };
    }
    const [p50, p90, p99] = [segments.p50Us[i], segments.p90Us[i], segments.p99Us[i]] as [
      number,
      number,
      number,
    ];
    // Almost always so, and then nobody needs to know where.
    if (p50 <= p90 && p90 <= p99) continue;
    yield* notAscending(`${at}.segments.p50Us.${i}`, [p50, p90, p99], QUANTILES);
  }
  const { p50Us, p90Us, p99Us, p999Us, maxUs } = seen;
  yield* notAscending(at, [p50Us, p90Us, p99Us, p999Us, maxUs], QUANTILES);
}

export function* checkRunner(at: string, runner: RunnerObservation): Contradictions {
  for (const key of ['steal', 'pressure', 'foreign'] as const) {
    const share = runner[key] ?? 0;
    if (share > LARGEST_SHARE)
      yield { at: `${at}.${key}`, message: `${share} is no share of time` };
  }
  yield* differs(
    `${at}.spinCpuUs`,
    runner.spinCpuUs.length,
    runner.spinWallUs.length,
    'the spins are',
  );
}
