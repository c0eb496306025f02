/**
 * CPU time per request in the open loop, where both arms are asked for the same number of requests per second. Each segment by
 * itself, trimmed over the segments like CPU time over its slice groups.
 */
import type { BlockMeasurement } from '../measure/measurement.ts';
import type { Arm } from '../terms/arm.ts';
import { keptFigures } from './figures.ts';
import { trimmedMean } from './trimmed.ts';

/** Typical CPU seconds per request of one arm; null where run times were not read. */
export function openLoopCpuSeconds(block: BlockMeasurement, arm: Arm): number | null {
  const observation = block.arms[arm];
  const kept = observation === undefined ? null : keptFigures(observation);
  if (kept !== null) return kept.openLoopCpu;
  const log = trimmedMean(logCosts(block, arm).filter((cost) => cost !== null));
  return log === null ? null : Math.exp(log);
}

/** ln(head / base), of adjacent segments where they alternate; null where nothing can be said. */
export function openLoopCpuPairValue(block: BlockMeasurement): number | null {
  const [bases, heads] = [logCosts(block, 'base'), logCosts(block, 'head')];
  if (block.latencyOrder !== '') {
    const ratios = heads.flatMap((head, i) => {
      const base = bases[i] ?? null;
      return head === null || base === null ? [] : [head - base];
    });
    return trimmedMean(ratios);
  }
  const [base, head] = [openLoopCpuSeconds(block, 'base'), openLoopCpuSeconds(block, 'head')];
  return base === null || head === null ? null : Math.log(head / base);
}

/** ln(CPU seconds per request) of each segment; null of one without any. */
function logCosts(block: BlockMeasurement, arm: Arm): (number | null)[] {
  const latency = block.arms[arm]?.latency ?? null;
  if (latency === null) return [];
  const { scheduled } = latency.segments;
  return (latency.cpuMs ?? []).map((ms, i) => {
    const pieces = scheduled[i] ?? 0;
    return ms > 0 && pieces > 0 ? Math.log(ms / 1000 / pieces) : null;
  });
}
