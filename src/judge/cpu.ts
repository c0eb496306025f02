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
  const quads = soundQuads(block);
  if (quads === null) return ticksPerRequest(observation);
  const log = trimmedMean(quads.map((quad) => quadLog(block, arm, quad)));
  return log === null ? null : Math.exp(log) / 1000;
}

/** ln(head / base) of CPU time per request: trimmed over the quads, or by the block's ticks. */
export function cpuPairValue(block: BlockMeasurement): number | null {
  const quads = soundQuads(block);
  if (quads !== null) {
    return trimmedMean(quads.map((q) => quadLog(block, 'head', q) - quadLog(block, 'base', q)));
  }
  const [base, head] = [cpuSecondsPerRequest(block, 'base'), cpuSecondsPerRequest(block, 'head')];
  return base === null || head === null ? null : Math.log(head / base);
}

/**
 * ln(head / base) of all CPU time in the block per request, with nothing trimmed away, less the
 * trimmed value: what head does in few quads beyond what base does in few quads. Null where the
 * trimmed value does not come from quads.
 */
export function untrimmedExcess(block: BlockMeasurement): number | null {
  const { base, head } = block.arms;
  const quads = soundQuads(block);
  const judged = cpuPairValue(block);
  if (base === undefined || head === undefined || quads === null || judged === null) return null;
  const perRequest = ({ cpuMs, good }: ArmObservation) => sum(cpuMs ?? []) / good;
  const excess = Math.log(perRequest(head) / perRequest(base)) - judged;
  return Number.isFinite(excess) ? excess : null;
}

/**
 * Quads whose run times can be used in every arm; null when ticks must serve: where there are no
 * run times, where a good part of the quads has none, and where the ticks of an arm show clearly
 * more, because run times miss what threads and children did before they ended.
 */
function soundQuads(block: BlockMeasurement): number[] | null {
  const arms = Object.entries(block.arms) as [Arm, ArmObservation][];
  for (const [, { cpuMs, cpuTicksMs }] of arms) {
    if (cpuMs === null) return null;
    if (cpuTicksMs !== null && cpuTicksMs > 1.03 * sum(cpuMs) + 30) return null;
  }
  const count = Math.max(0, ...arms.map(([, { cpuMs }]) => cpuMs?.length ?? 0));
  const sound = Array.from({ length: count }, (_, quad) => quad).filter((quad) =>
    arms.every(([arm]) => Number.isFinite(quadLog(block, arm, quad))),
  );
  return sound.length > 0 && sound.length >= 0.8 * count ? sound : null;
}

/** ln(CPU milliseconds per expected answer) in one quad; not finite when there is nothing to divide. */
function quadLog(block: BlockMeasurement, arm: Arm, quad: number): number {
  let good = 0;
  for (let i = 4 * quad; i < 4 * quad + 4; i++) {
    if (block.sliceOrder[i] === arm[0]) good += block.sliceGood[i] ?? 0;
  }
  return Math.log((block.arms[arm]?.cpuMs?.[quad] ?? Number.NaN) / good);
}

function ticksPerRequest({ cpuTicksMs, good }: ArmObservation): number | null {
  // Under one tick there is nothing to compare with.
  return cpuTicksMs === null || cpuTicksMs === 0 || good === 0 ? null : cpuTicksMs / 1000 / good;
}
