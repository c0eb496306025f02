/**
 * CPU time per request in the open loop, where both arms are asked for the same number of requests per second. Each segment by
 * itself, trimmed over the segments like CPU time over its slice groups.
 */
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { keptFigures } from './kept-figures.ts';
import { SEGMENT_TRIM, trimmedMean, trimmedMeanOfLogs } from './trimmed.ts';

/** Typical CPU seconds per request of one arm; null where run times were not read. */
export function openLoopCpuSeconds(block: BlockMeasurement, arm: Arm): number | null {
  const observation = block.arms[arm];
  const kept = observation === undefined ? null : keptFigures(observation);
  if (kept !== null) return kept.openLoopCpu;
  const latency = observation?.latency ?? null;
  const cpuMs = latency?.cpuMs ?? [];
  const scheduled = latency?.segments.scheduled ?? [];
  makeRoom(cpuMs.length);
  let count = 0;
  for (let i = 0; i < cpuMs.length; i++) {
    const cost = costOf(cpuMs[i], scheduled[i]);
    if (cost > 0) values[count++] = cost;
  }
  const log = trimmedMeanOfLogs(values, SEGMENT_TRIM, count);
  return log === null ? null : Math.exp(log);
}

/** ln(head / base), of adjacent segments where they alternate; null where nothing can be said. */
export function openLoopCpuPairValue(block: BlockMeasurement): number | null {
  if (block.latencyOrder !== '') {
    const base = block.arms.base?.latency;
    const head = block.arms.head?.latency;
    const baseMs = base?.cpuMs ?? [];
    const headMs = head?.cpuMs ?? [];
    const ofBase = base?.segments.scheduled ?? [];
    const ofHead = head?.segments.scheduled ?? [];
    makeRoom(headMs.length);
    let count = 0;
    for (let i = 0; i < headMs.length; i++) {
      const from = costOf(baseMs[i], ofBase[i]);
      const to = costOf(headMs[i], ofHead[i]);
      if (from > 0 && to > 0) values[count++] = Math.log(to) - Math.log(from);
    }
    return trimmedMean(values, SEGMENT_TRIM, count);
  }
  const [base, head] = [openLoopCpuSeconds(block, 'base'), openLoopCpuSeconds(block, 'head')];
  return base === null || head === null ? null : Math.log(head / base);
}

/** CPU seconds per request of one segment; zero where there is none. */
function costOf(ms = 0, pieces = 0): number {
  return ms > 0 && pieces > 0 ? ms / 1000 / pieces : 0;
}

/** Of the block that is looked at. */
let values = new Float64Array(256);

function makeRoom(count: number): void {
  if (values.length < count) values = new Float64Array(2 * count);
}
