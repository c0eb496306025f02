/**
 * Our own statistics without our design, for comparison only: all runs of base, then all of head, a fresh process for each,
 * and the unpaired t interval (Welch) of the log-throughputs at the gate's own level, once, at the budget's end. What is
 * lost against the gate is lost by not alternating.
 */
import { EFFECT_FLOOR, logCost, worseP } from '../../src/judge/rule/decide.ts';
import { estimateUnpaired } from '../../src/judge/rule/estimate.ts';
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';
import type { Rule } from './rule.ts';
import { around, blockRate } from './runs.ts';

/** `runs` of each arm. */
export function baseThenHead(given: { runs: number; alpha: number; tolerance: number }): Rule {
  const { runs, alpha, tolerance } = given;
  const floor = EFFECT_FLOOR * logCost('throughput', tolerance);
  return {
    name: `our t interval, ${runs} runs of base, then ${runs} of head`,
    source: 'our rule without live pairs',
    judge: (blocks, from) => {
      if (blocks.length < 2 * runs) return null;
      const estimate = estimateUnpaired(
        logCosts(around(blocks, from, runs), 'base'),
        logCosts(around(blocks, from + runs, runs), 'head'),
      );
      const red = estimate !== null && worseP(estimate) <= alpha && estimate.d >= floor;
      return { red, blocks: 2 * runs };
    },
    seconds: (blockMs) => (runs * blockMs) / 1000,
  };
}

function logCosts(blocks: readonly BlockMeasurement[], arm: 'base' | 'head'): number[] {
  return blocks.flatMap((block) => {
    const rate = blockRate(block, arm);
    return rate === null || rate === 0 ? [] : [-Math.log(rate)];
  });
}
