/**
 * github-action-benchmark's rule, for comparison only. Source: benchmark-action/github-action-benchmark, `findAlerts` in
 * src/write.ts and `alert-threshold` (default 200%) in action.yml: an alert when the ratio of the previous number to the
 * current one (where bigger is better) is above the threshold.
 */
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';
import { RUN_SECONDS, type Rule } from './rule.ts';
import { around, type Run, runOf } from './runs.ts';

const SOURCE =
  '[github-action-benchmark](https://github.com/benchmark-action/github-action-benchmark/blob/master/src/write.ts)';

export const DEFAULT_THRESHOLD = 2;

/** `threshold` as a factor: 2 for 200%. */
export function isAlert(previous: number, current: number, threshold: number): boolean {
  return previous / current > threshold;
}

export function thresholdRule(threshold: number): Rule {
  const percent = `${Number((100 * threshold).toFixed(1))}%`;
  const own = threshold === DEFAULT_THRESHOLD ? ', its default' : '';
  return {
    name: `alert-threshold ${percent}${own}`,
    source: SOURCE,
    judge: (blocks, from) => {
      const runs = oneAfterTheOther(blocks, from);
      if (runs === null) return null;
      const { base, head } = runs;
      return {
        red: isAlert(meanRate(base), meanRate(head), threshold),
        blocks: base.blocks + head.blocks,
      };
    },
    seconds: () => 2 * RUN_SECONDS,
  };
}

/** A run of base, then one of head; null when the pool has not enough blocks for both. */
export function oneAfterTheOther(
  blocks: readonly BlockMeasurement[],
  from: number,
): { base: Run; head: Run } | null {
  const base = runOf(around(blocks, from, blocks.length), 'base', RUN_SECONDS);
  if (base === null) return null;
  const later = around(blocks, from + base.blocks, blocks.length - base.blocks);
  const head = runOf(later, 'head', RUN_SECONDS);
  return head === null ? null : { base, head };
}

function meanRate({ perSecond }: Run): number {
  return perSecond.reduce((sum, rate) => sum + rate, 0) / perSecond.length;
}
