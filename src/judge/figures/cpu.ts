/**
 * CPU time per request of one block. The normal clock is the threads' run times, by slice group (four
 * slices: two of each arm in a live pair, else four of one), trimmed like throughput: one burst of
 * the host's noise moves nothing. Ticks (10 ms, whole block) serve where run times cannot. Both arms
 * always go by the same clock.
 */

import { sum } from 'simple-statistics';
import type { ArmObservation } from '../../measure/observed/arm-observation.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { stayOf, withoutCarryOver } from './carry-over.ts';
import { keptFigures, keptPairFigures } from './kept-figures.ts';
import { trimmedMean, trimmedMeanOfLogs } from './trimmed.ts';

/** Typical CPU seconds per expected answer of one arm; null where nothing can be said. */
export function cpuSecondsPerRequest(block: BlockMeasurement, arm: Arm): number | null {
  const observation = block.arms[arm];
  if (observation === undefined) return null;
  const kept = keptFigures(observation);
  return kept === null ? secondsOf(block, arm, groupCosts(block)) : kept.cpu;
}

/** ln(head / base) of CPU time per request: trimmed over the groups, or by the block's ticks. */
export function cpuPairValue(block: BlockMeasurement): number | null {
  const kept = keptPairFigures(block);
  return kept === null ? pairValueOf(block, groupCosts(block)) : kept.cpu;
}

/** All that is read off the groups of a block, which are found once for it. */
export function cpuFigures(block: BlockMeasurement): {
  value: number | null;
  excess: number | null;
  of: Readonly<Record<Arm, number | null>>;
  whole: Readonly<Record<Arm, number | null>>;
} {
  const groups = groupCosts(block);
  const value = pairValueOf(block, groups);
  return {
    value,
    excess: groups && excessOf(block, value),
    of: { base: secondsOf(block, 'base', groups), head: secondsOf(block, 'head', groups) },
    whole: { base: wholeOf(block, 'base', groups), head: wholeOf(block, 'head', groups) },
  };
}

/** CPU seconds per expected answer of one arm over the whole block, by the clock of the typical figure; null where nothing can be said. */
export function wholeCpuSecondsPerRequest(block: BlockMeasurement, arm: Arm): number | null {
  const observation = block.arms[arm];
  if (observation === undefined) return null;
  const kept = keptFigures(observation);
  return kept === null ? wholeOf(block, arm, groupCosts(block)) : kept.wholeCpu;
}

function wholeOf(block: BlockMeasurement, arm: Arm, groups: GroupCosts | null): number | null {
  const observation = block.arms[arm];
  if (observation === undefined) return null;
  if (groups === null) return ticksPerRequest(block, arm);
  const seconds = msPerRequest(observation, block, arm) / 1000;
  return seconds > 0 && Number.isFinite(seconds) ? seconds : null;
}

function secondsOf(block: BlockMeasurement, arm: Arm, groups: GroupCosts | null): number | null {
  if (block.arms[arm] === undefined) return null;
  if (groups === null) return ticksPerRequest(block, arm);
  const log = trimmedMeanOfLogs(groups.costs.get(arm) ?? []);
  return log === null ? null : Math.exp(log) / 1000;
}

/** CPU seconds per expected answer of what runs beside the arm's server; null where there is nothing, or it could not be read. */
export function besideSecondsPerRequest(block: BlockMeasurement, arm: Arm): number | null {
  const ms = block.arms[arm]?.besideMs ?? null;
  const good = goodInSlices(block, arm);
  return ms === null || ms <= 0 || good === 0 ? null : ms / 1000 / good;
}

function pairValueOf(block: BlockMeasurement, groups: GroupCosts | null): number | null {
  if (groups !== null) return trimmedRatio(block, groups);
  const [from, to] = [ticksPerRequest(block, 'base'), ticksPerRequest(block, 'head')];
  return from && to ? Math.log(to / from) : null;
}

/**
 * ln(head / base) of all CPU time in the block per request, with nothing trimmed away, less the
 * trimmed value: what head does in few slice groups beyond what base does in few slice groups. Null where the
 * trimmed value does not come from groups.
 */
export function untrimmedExcess(block: BlockMeasurement): number | null {
  const kept = keptPairFigures(block);
  return kept === null ? cpuFigures(block).excess : kept.cpuExcess;
}

/** `judged`: the trimmed value. */
function excessOf(block: BlockMeasurement, judged: number | null): number | null {
  const { base, head } = block.arms;
  if (base === undefined || head === undefined || judged === null) return null;
  const [from, to] = [msPerRequest(base, block, 'base'), msPerRequest(head, block, 'head')];
  return Math.log(to / from) - judged;
}

function msPerRequest({ cpuMs }: ArmObservation, block: BlockMeasurement, arm: Arm): number {
  return sum(cpuMs ?? []) / goodInSlices(block, arm);
}

/** CPU milliseconds per expected answer by group: finite, above zero. */
interface GroupCosts {
  /** Groups of a live pair have the same index in both arms. */
  costs: ReadonlyMap<Arm, readonly number[]>;
  /** Of a live pair: which of the block's groups these are. */
  groups: readonly number[];
}

function trimmedRatio(
  { pairs, sliceOrder }: BlockMeasurement,
  { costs, groups }: GroupCosts,
): number | null {
  const base = costs.get('base') ?? [];
  const head = costs.get('head') ?? [];
  if (pairs === 'live') {
    const logs: number[] = [];
    const stays: number[] = [];
    for (let i = 0; i < groups.length; i++) {
      const first = 4 * (groups[i] as number);
      logs.push(Math.log((head[i] as number) / (base[i] as number)));
      stays.push(stayOf(sliceOrder, first, first + 4));
    }
    return trimmedMean(withoutCarryOver(logs, stays));
  }
  const [from, to] = [base, head].map((own) => trimmedMeanOfLogs(own));
  return from == null || to == null ? null : to - from;
}

/**
 * The groups whose run times can be used; null when ticks must serve: where there are no run times,
 * where more than a fifth of the groups has none, and where the ticks of an arm show clearly more,
 * because run times miss what threads and children did before they ended.
 */
function groupCosts(block: BlockMeasurement): GroupCosts | null {
  const found = new Map<Arm, number[]>();
  for (const arm of Object.keys(block.arms) as Arm[]) {
    const { cpuMs, cpuTicksMs } = block.arms[arm] as ArmObservation;
    if (cpuMs === null) return null;
    if (cpuTicksMs !== null && cpuTicksMs > 1.03 * sum(cpuMs) + 30) return null;
    const good = goodByGroup(block, arm);
    found.set(
      arm,
      cpuMs.map((ms, group) => ms / (good[group] ?? 0)),
    );
  }
  return block.pairs === 'live' ? soundTogether(found) : soundAlone(found);
}

/** Expected answers of one arm in each group. Arms that take turns have groups of their own. */
function goodByGroup({ pairs, sliceOrder, sliceGood }: BlockMeasurement, arm: Arm): number[] {
  const letter = arm.charCodeAt(0);
  const good: number[] = [];
  let own = 0;
  for (let i = 0; i < sliceOrder.length; i++) {
    if (sliceOrder.charCodeAt(i) !== letter) continue;
    const group = (pairs === 'live' ? i : own) >> 2;
    good[group] = (good[group] ?? 0) + (sliceGood[i] ?? 0);
    own++;
  }
  return good;
}

/** A slice group counts when it is sound in every arm. */
function soundTogether(found: GroupCosts['costs']): GroupCosts | null {
  const all = [...found.values()];
  const count = Math.max(0, ...all.map((costs) => costs.length));
  const groups: number[] = [];
  for (let group = 0; group < count; group++) {
    if (all.every((costs) => isUsable(costs[group] ?? 0))) groups.push(group);
  }
  if (!areEnough(groups, count)) return null;
  const costs = new Map<Arm, readonly number[]>();
  for (const [arm, own] of found) {
    costs.set(
      arm,
      groups.length === own.length ? own : groups.map((group) => own[group] as number),
    );
  }
  return { costs, groups };
}

/** Arms that took turns lose groups independently. */
function soundAlone(found: GroupCosts['costs']): GroupCosts | null {
  const costs = new Map([...found].map(([arm, own]) => [arm, own.filter(isUsable)]));
  const whole = [...found].every(([arm, own]) => areEnough(costs.get(arm) ?? [], own.length));
  return whole ? { costs, groups: [] } : null;
}

function isUsable(cost: number): boolean {
  return cost > 0 && cost < Number.POSITIVE_INFINITY;
}

function areEnough(sound: readonly number[], count: number): boolean {
  return sound.length > 0 && sound.length >= 0.8 * count;
}

function ticksPerRequest(block: BlockMeasurement, arm: Arm): number | null {
  const ticksMs = block.arms[arm]?.cpuTicksMs ?? null;
  const good = goodInSlices(block, arm);
  // Under one tick there is nothing to compare with.
  return ticksMs === null || ticksMs <= 0 || good === 0 ? null : ticksMs / 1000 / good;
}

/** Expected answers of the slices, which is what CPU time is read over; the phases after them have answers too. */
function goodInSlices({ sliceOrder, sliceGood }: BlockMeasurement, arm: Arm): number {
  const letter = arm.charCodeAt(0);
  let good = 0;
  for (let i = 0; i < sliceGood.length; i++) {
    if (sliceOrder.charCodeAt(i) === letter) good += sliceGood[i] as number;
  }
  return good;
}
