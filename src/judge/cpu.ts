/**
 * CPU time per request of one block. The normal clock is the threads' run times, by quad (four
 * slices, two of each arm), trimmed like throughput: one burst of the host's noise moves nothing.
 * Ticks (10 ms, whole block) serve where run times cannot. Both arms always go by the same clock.
 */
import { sum } from 'simple-statistics';
import type { Arm } from '../config/experiment.ts';
import type { ArmObservation, BlockMeasurement } from '../measure/measurement.ts';
import { trimmedMean } from './trimmed.ts';

/** Typical CPU seconds per expected answer of one arm; null where nothing can be said. */
export function cpuSecondsPerRequest(block: BlockMeasurement, arm: Arm): number | null {
  const observation = block.arms[arm];
  if (observation === undefined) return null;
  const quads = quadCosts(block);
  if (quads === null) return ticksPerRequest(observation);
  const log = trimmedMean(quads.map((costs) => Math.log(costs[arm] as number)));
  return log === null ? null : Math.exp(log) / 1000;
}

/** ln(head / base) of CPU time per request: trimmed over the quads, or by the block's ticks. */
export function cpuPairValue(block: BlockMeasurement): number | null {
  const quads = quadCosts(block);
  if (quads !== null) return trimmedRatio(quads);
  const { base, head } = block.arms;
  const [from, to] = [base && ticksPerRequest(base), head && ticksPerRequest(head)];
  return from && to ? Math.log(to / from) : null;
}

/**
 * ln(head / base) of all CPU time in the block per request, with nothing trimmed away, less the
 * trimmed value: what head does in few quads beyond what base does in few quads. Null where the
 * trimmed value does not come from quads.
 */
export function untrimmedExcess(block: BlockMeasurement): number | null {
  const { base, head } = block.arms;
  const quads = quadCosts(block);
  const judged = quads && trimmedRatio(quads);
  if (base === undefined || head === undefined || judged === null) return null;
  const perRequest = ({ cpuMs, good }: ArmObservation) => sum(cpuMs ?? []) / good;
  return Math.log(perRequest(head) / perRequest(base)) - judged;
}

function trimmedRatio(quads: readonly QuadCosts[]): number | null {
  return trimmedMean(quads.map(({ base, head }) => Math.log((head as number) / (base as number))));
}

/** CPU milliseconds per expected answer of each arm in one quad: finite, above zero. */
type QuadCosts = Partial<Record<Arm, number>>;

/**
 * The quads whose run times can be used in every arm; null when ticks must serve: where there are
 * no run times, where more than a fifth of the quads has none, and where the ticks of an arm show
 * clearly more, because run times miss what threads and children did before they ended.
 */
function quadCosts({ arms, sliceOrder, sliceGood }: BlockMeasurement): QuadCosts[] | null {
  const runTimes: [Arm, string, readonly number[]][] = [];
  for (const arm of Object.keys(arms) as Arm[]) {
    const { cpuMs, cpuTicksMs } = arms[arm] as ArmObservation;
    if (cpuMs === null) return null;
    if (cpuTicksMs !== null && cpuTicksMs > 1.03 * sum(cpuMs) + 30) return null;
    runTimes.push([arm, arm[0] as string, cpuMs]);
  }
  const count = Math.max(0, ...runTimes.map(([, , cpuMs]) => cpuMs.length));
  const sound: QuadCosts[] = [];
  for (let quad = 0; quad < count; quad++) {
    const costs: QuadCosts = {};
    for (const [arm, letter, cpuMs] of runTimes) {
      let good = 0;
      for (let i = 4 * quad; i < 4 * quad + 4; i++) {
        if (sliceOrder[i] === letter) good += sliceGood[i] ?? 0;
      }
      costs[arm] = (cpuMs[quad] ?? 0) / good;
    }
    if (Object.values(costs).every((cost) => cost > 0 && cost < Number.POSITIVE_INFINITY)) {
      sound.push(costs);
    }
  }
  return sound.length > 0 && sound.length >= 0.8 * count ? sound : null;
}

function ticksPerRequest({ cpuTicksMs, good }: ArmObservation): number | null {
  // Under one tick there is nothing to compare with.
  return cpuTicksMs === null || cpuTicksMs <= 0 || good === 0 ? null : cpuTicksMs / 1000 / good;
}
