/**
 * Whether a server goes on getting faster or slower while it is measured. Both arms may, and then their ratio
 * looks sound; but what would be compared are two moments, which the next run would choose otherwise.
 */

import { median, sum } from 'simple-statistics';
import type { BlockMeasurement, Pilot, WarmUp } from '../../measure/observed/measurement.ts';
import { medianSlope, monotone } from '../../plan/monotone.ts';
import type { Arm } from '../../terms/arm.ts';
import { sliceRate } from '../figures/block-values.ts';
import type { Finding } from '../findings/finding.ts';
import type { Drift as DriftData } from '../findings/health.ts';
import { CHANCE, TREND } from '../findings/thresholds.ts';
import { estimatePaired } from '../rule/estimate.ts';
import type { Picture } from '../verdict/verdict.ts';
import { isNoAccident } from './chance.ts';

/** Points of a picture: what fits into a line. */
const MOST_POINTS = 60;

interface Drift extends DriftData {
  typical: BlockMeasurement;
}

/** What one block says of one arm. */
interface Direction {
  block: BlockMeasurement;
  /** Kendall's τ of its throughput with time. */
  tau: number;
  /** Change of ln(throughput) per second, where there is a trend that is large enough and no accident; else null. */
  drift: number | null;
}

export interface TrendFindings {
  doubt: Finding | null;
  /** It could be why head looks slower: base falls and head does not, so that another moment would say something else. */
  excusesHead: boolean;
  warnings: Finding[];
  pictures: Picture[];
}

export function trendFindings(
  blocks: readonly BlockMeasurement[],
  pilot: Pilot | null,
): TrendFindings {
  const drifts = (['base', 'head'] as const).flatMap((arm) => driftOf(blocks, arm, pilot) ?? []);
  if (drifts.length === 0) {
    const warnings = warmUpWarnings(pilot, blocks);
    return { doubt: null, excusesHead: false, warnings, pictures: [] };
  }
  const data = {
    drifts: drifts.map(({ arm, perSecond, blocks: where }) => ({ arm, perSecond, blocks: where })),
  };
  return {
    doubt: { code: 'never-steady', severity: 'doubt', subject: null, data },
    excusesHead: falls(drifts, 'base') && !falls(drifts, 'head'),
    warnings: [],
    pictures: drifts.flatMap(({ arm, typical }) => [
      ...unsteadyWarmUp(pilot, arm),
      { arm, of: 'block', perSecond: thinned(typical, arm) },
    ]),
  };
}

function falls(drifts: readonly Drift[], arm: Arm): boolean {
  return drifts.some((drift) => drift.arm === arm && drift.perSecond < 0);
}

/** What goes one way over all blocks, and is large where it can be measured: within them, or before them. */
function driftOf(blocks: readonly BlockMeasurement[], arm: Arm, pilot: Pilot | null): Drift | null {
  const directions = blocks.flatMap((block): Direction[] => {
    const direction = directionOf(block, arm);
    return direction === null ? [] : [{ block, ...direction }];
  });
  // Slices share their moment of the machine, so a block's own noise is not all the noise there is.
  const over = estimatePaired(directions.map(({ tau }) => tau));
  if (over === null || !isNoAccident(over.d / over.se, over.degreesOfFreedom, TREND.chance)) {
    return null;
  }
  return driftWithin(directions, arm) ?? driftFromBefore(directions, arm, { pilot, tau: over.d });
}

/** Rising blocks are set off against falling ones: a machine's moods go either way, a server's do not. */
function driftWithin(directions: readonly Direction[], arm: Arm): Drift | null {
  const drifting = directions.flatMap(({ block, drift }) =>
    drift === null ? [] : [{ block, perSecond: drift }],
  );
  const rising = drifting.filter(({ perSecond }) => perSecond > 0);
  const falling = drifting.filter(({ perSecond }) => perSecond < 0);
  const [more, less] = rising.length > falling.length ? [rising, falling] : [falling, rising];
  const net = more.length - less.length;
  if (net < TREND.least || net <= TREND.blocks * directions.length) return null;
  const sorted = more.toSorted((a, b) => a.perSecond - b.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)] as (typeof sorted)[number];
  return {
    arm,
    perSecond: median(sorted.map(({ perSecond }) => perSecond)),
    blocks: { drifting: more.length, of: directions.length },
    typical: middle.block,
  };
}

/** A warm-up that takes up a block leaves few slices, in which a drift is too small to see: the warm-up itself shows it. */
function driftFromBefore(
  directions: readonly Direction[],
  arm: Arm,
  { pilot, tau }: { pilot: Pilot | null; tau: number },
): Drift | null {
  const perSecond = driftOfWarmUp(pilot?.arms[arm]?.warmUp ?? null);
  if (perSecond === null || perSecond > 0 !== tau > 0 || Math.abs(tau) < TREND.goesOn) return null;
  const sorted = directions.toSorted((a, b) => a.tau - b.tau);
  return {
    arm,
    perSecond,
    blocks: null,
    typical: (sorted[Math.floor(sorted.length / 2)] as Direction).block,
  };
}

/** Change of ln(throughput) per second over the second half of a warm-up that never became steady; null where there is none. */
function driftOfWarmUp(warmUp: WarmUp | null): number | null {
  if (warmUp === null || warmUp.steadyFrom !== null) return null;
  const rates = warmUp.perSecond.slice(Math.floor(warmUp.perSecond.length / 2));
  if (rates.length < TREND.slices || rates.some((rate) => rate <= 0)) return null;
  const logs = rates.map(Math.log);
  if (monotone(logs).p >= CHANCE) return null;
  let elapsed = 0;
  const seconds = rates.map((rate) => {
    elapsed += warmUp.windowWork / rate;
    return elapsed;
  });
  const perSecond = medianSlope(seconds, logs);
  return Math.abs(perSecond) > TREND.perSecond ? perSecond : null;
}

/**
 * Direction of the arm's slices over the time for which the block has been under load. By ranks and without its first
 * moment, because what is judged of a block is a trimmed mean: what is left out there is no drift. Null when there are too few.
 */
function directionOf(block: BlockMeasurement, arm: Arm): Omit<Direction, 'block'> | null {
  const letter = arm.charCodeAt(0);
  const { sliceUs, sliceOrder } = block;
  const rates: number[] = [];
  for (let i = 0; i < sliceUs.length; i++) {
    const rate = sliceOrder.charCodeAt(i) === letter ? sliceRate(block, i) : 0;
    if (isSpeed(rate)) rates.push(Math.log(rate));
  }
  const first = Math.floor(TREND.settling * rates.length);
  const settled = rates.slice(first);
  if (settled.length < TREND.slices) return null;
  const { tau, p } = monotone(settled);
  if (p >= CHANCE) return { tau, drift: null };
  const perSecond = medianSlope(secondsOf(block, letter).slice(first), settled);
  return { tau, drift: Math.abs(perSecond) > TREND.perSecond ? perSecond : null };
}

function isSpeed(rate: number): boolean {
  return rate > 0 && rate < Number.POSITIVE_INFINITY;
}

/** The middle of each slice of the arm that has a speed, in seconds under load. */
function secondsOf(block: BlockMeasurement, letter: number): number[] {
  const seconds: number[] = [];
  let elapsedUs = 0;
  for (let i = 0; i < block.sliceUs.length; i++) {
    const lengthUs = block.sliceUs[i] as number;
    if (block.sliceOrder.charCodeAt(i) === letter && isSpeed(sliceRate(block, i))) {
      seconds.push((elapsedUs + lengthUs / 2) / 1e6);
    }
    elapsedUs += lengthUs;
  }
  return seconds;
}

function warmUpWarnings(pilot: Pilot | null, blocks: readonly BlockMeasurement[]): Finding[] {
  return (['base', 'head'] as const).flatMap((arm) => {
    const isSeen = blocks.some((block) => directionOf(block, arm) !== null);
    return unsteadyWarmUp(pilot, arm).map(({ perSecond }): Finding => {
      const data = { windows: perSecond.length, isSeen };
      return { code: 'warm-up-not-steady', severity: 'warning', subject: arm, data };
    });
  });
}

function unsteadyWarmUp(pilot: Pilot | null, arm: Arm): Picture[] {
  const warmUp = pilot?.arms[arm]?.warmUp ?? null;
  if (warmUp === null || warmUp.steadyFrom !== null) return [];
  return [{ arm, of: 'warm-up', perSecond: warmUp.perSecond.slice(0, MOST_POINTS) }];
}

/** The arm's slices in order, neighbours taken together where they are too many. */
function thinned(block: BlockMeasurement, arm: Arm): number[] {
  const own = block.sliceUs.flatMap((us, i) =>
    block.sliceOrder[i] === arm[0] ? [{ us, good: block.sliceGood[i] ?? 0 }] : [],
  );
  const each = Math.ceil(own.length / MOST_POINTS);
  const points: number[] = [];
  for (let i = 0; i < own.length; i += each) {
    const group = own.slice(i, i + each);
    const us = sum(group.map((slice) => slice.us));
    const good = sum(group.map((slice) => slice.good));
    points.push(good === 0 ? 0 : Math.round((1e6 * good) / us));
  }
  return points;
}
