/**
 * CPU time per request in the open loop, where both arms are asked for the same number of requests per second. Each segment by
 * itself, trimmed over the segments like CPU time over its slice groups.
 */
import type { BlockMeasurement } from '../measure/measurement.ts';
import type { Arm } from '../terms/arm.ts';
import { keptFigures } from './figures.ts';
import { trimmedMean, trimmedMeanOfLogs } from './trimmed.ts';

/** Typical CPU seconds per request of one arm; null where run times were not read. */
export function openLoopCpuSeconds(block: BlockMeasurement, arm: Arm): number | null {
  const observation = block.arms[arm];
  const kept = observation === undefined ? null : keptFigures(observation);
  if (kept !== null) return kept.openLoopCpu;
  const log = trimmedMeanOfLogs(costsOf(block, arm).filter((cost) => cost > 0));
  return log === null ? null : Math.exp(log);
}

/** ln(head / base), of adjacent segments where they alternate; null where nothing can be said. */
export function openLoopCpuPairValue(block: BlockMeasurement): number | null {
  if (block.latencyOrder !== '') {
    const bases = costsOf(block, 'base');
    const heads = costsOf(block, 'head');
    const ratios: number[] = [];
    for (let i = 0; i < heads.length; i++) {
      const from = bases[i] ?? 0;
      const to = heads[i] as number;
      if (from > 0 && to > 0) ratios.push(Math.log(to) - Math.log(from));
    }
    return trimmedMean(ratios);
  }
  const [base, head] = [openLoopCpuSeconds(block, 'base'), openLoopCpuSeconds(block, 'head')];
  return base === null || head === null ? null : Math.log(head / base);
}

/** CPU seconds per request of each segment; zero of one without any. */
function costsOf(block: BlockMeasurement, arm: Arm): number[] {
  const latency = block.arms[arm]?.latency ?? null;
  const costs: number[] = [];
  if (latency === null) return costs;
  const cpuMs = latency.cpuMs ?? [];
  const { scheduled } = latency.segments;
  for (let i = 0; i < cpuMs.length; i++) {
    const ms = cpuMs[i] as number;
    const pieces = scheduled[i] ?? 0;
    costs.push(ms > 0 && pieces > 0 ? ms / 1000 / pieces : 0);
  }
  return costs;
}
