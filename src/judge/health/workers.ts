/** Whether all of a server's workers work: connections stay with the worker that has accepted them. */
import { mean, sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Finding } from '../findings/finding.ts';
import { WORKERS } from '../findings/thresholds.ts';

export function workersWarnings(blocks: readonly BlockMeasurement[]): Finding[] {
  return (['base', 'head'] as const).flatMap((arm): Finding[] => {
    const seen = blocks.flatMap((block) => {
      const ms = block.arms[arm]?.workersMs ?? [];
      return sum(ms) < WORKERS.leastMs ? [] : [{ count: ms.length, at: workingOf(ms) }];
    });
    if (seen.length === 0) return [];
    const workers = Math.round(mean(seen.map(({ count }) => count)));
    const working = mean(seen.map(({ at }) => at));
    if (working > WORKERS.share * workers) return [];
    const each = seen.map(({ at }) => at);
    const data = { workers, working, least: Math.min(...each), most: Math.max(...each) };
    return [{ code: 'workers-idle', severity: 'warning', subject: arm, data }];
  });
}

/** So many equally busy workers are as uneven: 1 when one does everything, all of them when each does the same. */
export function workingOf(ms: readonly number[]): number {
  const all = sum([...ms]);
  return all === 0 ? 0 : 1 / sum(ms.map((one) => (one / all) ** 2));
}
